"""The one table that all pages are made from: a row a planned cell."""

from typing import Any

import pandas as pd

from emotions.report import pairs, published
from emotions.report.cells import EvaluatedCell
from emotions.report.gather import Gathered
from emotions.report.text import plain
from emotions.report.variants import repeated

_SPLITS = ("train", "validation", "test", "unseen")
_INTERVALS = ("test", "unseen", "macro_f1", "ece")

_WORDS = (
    *("backbone", "variant", "list", "command", "setting"),
    *("name", "label", "marks", "base_marks", "stale", "hardware"),
)
_CHANGE = pairs.Change._fields
_FLAGS = ("run", "generated", "sane", "broken", "within", "base_broken", "gap")
_NUMBERS = (
    *("place", "seed", "machine"),
    *(f"{split}{score}" for split in _SPLITS for score in ("", "_loss")),
    *("test_tta", "unseen_tta"),
    *("macro_f1", "ece", *(f"{score}_{end}" for score in _INTERVALS for end in ("low", "high"))),
    *("last_epoch", "epochs", "parameters", "macs", "training_macs", "minutes", "images_per_second"),
    *("above", "report", "report_low", "report_high"),
    *("base", "difference", "difference_low", "difference_high", "gained", "lost", "p", "holm", "favours"),
)
_OF_DETAILS = ("seed", "parameters", "macs", "training_macs", "images_per_second")
_OF_CELL = ("name", "label", "marks", "stale", "generated", "broken", "last_epoch")
COLUMNS = (*_WORDS, *_CHANGE, *_FLAGS, *_NUMBERS)
_BLANK: dict[str, Any] = {
    **dict.fromkeys((*_WORDS, *_CHANGE), ""),
    **dict.fromkeys(_FLAGS, False),
    **dict.fromkeys(_NUMBERS, float("nan")),
}


def tidy(gathered: Gathered, chance: float) -> pd.DataFrame:
    """Tabulate the planned cells, by backbone.

    Args:
        gathered: What was run.
        chance: The accuracy that is not `above` anything.

    Returns:
        A row a cell, indexed by backbone and variant, with `COLUMNS`; what is not known is blank or NaN, as
        are the figures of a cell that was not `run`. Accuracies are shares, by split, with test-time
        augmentation in `…_tta`; `…_low` and `…_high` are the ends of 95% intervals. `setting` names the
        variants that differ in their seed alone, `place` is that of the backbone, `stale` the reason,
        `machine` numbers the `hardware`; `sane` is what neither diverged nor collapsed nor has an inference
        gap, `last_epoch` the accuracy in the last epoch's training, `above` how far test is above chance, 0
        to 1 of the best. `report` is the mean of the report's test accuracies of that setting, which differ
        from `report_low` to `report_high`, `within` whether one of them lies in our interval; of generated
        faces they are not there. The others are of `emotions.report.pairs`.
    """
    plan, cells = gathered.plan, gathered.cells
    changes, settings = pairs.changes(plan), repeated(plan.variants, plan.seeds)
    rows = []
    for name, listed in plan.lists.items():
        for backbone, variant in listed:
            cell = cells.get((backbone, variant))
            row = {"backbone": backbone, "variant": variant, "list": name, "seed": plan.seeds[variant]}
            row |= {"place": plan.backbones.index(backbone)}
            row |= {"command": f"`dvc repro {plan.stage(backbone, variant)}`"}
            row |= {"setting": settings.get(variant, "")} | changes[backbone, variant]._asdict()
            row |= (
                {} if (cell.generated if cell else gathered.generated) else _report(backbone, variant, cell)
            )
            row |= _figures(cell) if cell else {}
            if cell and row["subject"]:
                row |= pairs.pair(cell, cells.get((backbone, pairs.BASELINE)))
            rows.append(_BLANK | row)
    rows.sort(key=lambda row: row["place"])
    table = pd.DataFrame(rows, columns=list(COLUMNS)).set_index(["backbone", "variant"], drop=False)
    table = table.rename_axis([None, None])
    table = table.astype(dict.fromkeys(_NUMBERS, float) | dict.fromkeys(_FLAGS, bool))
    machines = {name: i for i, name in enumerate(filter(None, table["hardware"].unique()), start=1)}
    above = (table["test"] - chance).clip(lower=0)
    most = above.max()
    table = table.assign(machine=table["hardware"].map(machines), above=above / (most if most > 0 else 1))
    return pairs.corrected(table)


def _figures(cell: EvaluatedCell) -> dict[str, Any]:
    details, intervals, splits = cell.details, cell.details.intervals, cell.details.scores
    row: dict[str, Any] = {name: getattr(cell, name) for name in _OF_CELL}
    row |= {name: getattr(details, name) for name in _OF_DETAILS}
    row |= {
        "run": True,
        "hardware": plain(details.machine or {}),
        "sane": not cell.broken and not cell.gap,
        "macro_f1": splits.test.macro_f1,
        "ece": details.calibration.error if details.calibration else None,
        "epochs": details.epochs_run,
        "minutes": None if details.seconds is None else details.seconds / 60,
    }
    every = (splits.train, splits.validation, splits.test, splits.test_unseen)
    for name, scores in zip(_SPLITS, every, strict=True):
        row |= {name: scores.accuracy, f"{name}_loss": scores.loss}
    row |= {"test_tta": splits.test.accuracy_tta, "unseen_tta": splits.test_unseen.accuracy_tta}
    ends = (intervals.test, intervals.test_unseen, intervals.macro_f1, intervals.calibration_error)
    for name, interval in zip(_INTERVALS, ends, strict=True):
        row[f"{name}_low"], row[f"{name}_high"] = interval or (None, None)
    return row


def _report(backbone: str, variant: str, cell: EvaluatedCell | None) -> dict[str, Any]:
    theirs = published.test_accuracies(backbone, variant)
    if not theirs:
        return {}
    sure = (cell.details.intervals.test if cell else None) or ()
    return {
        "report": sum(theirs) / len(theirs),
        "report_low": theirs[0],
        "report_high": theirs[-1],
        "within": any(one in sure for one in theirs),
    }
