"""The one table that all pages are made from: a row a cell that was run."""

from typing import Any

import pandas as pd

from emotions.report import published
from emotions.report.cells import is_sane, machine, machines, marks
from emotions.report.grid import EvaluatedCell, Gathered
from emotions.settings.report import ReportPlan

_SPLITS = ("train", "validation", "test", "unseen")
_INTERVALS = ("test", "unseen", "macro_f1", "ece")

_WORDS = ("backbone", "variant", "name", "list", "seed", "generated", "stale", "sane", "marks", "machine")

COLUMNS = (
    *_WORDS,
    *(f"{split}{score}" for split in _SPLITS for score in ("", "_loss", "_tta")),
    *("macro_f1", "ece", *(f"{score}_{end}" for score in _INTERVALS for end in ("low", "high"))),
    *("last_epoch", "epochs", "parameters", "macs", "training_macs", "seconds", "images_per_second"),
    *("report", "within"),
)


def tidy(gathered: Gathered) -> pd.DataFrame:
    """Tabulate the cells that were run, by backbone.

    Returns:
        A row a cell, indexed by backbone and variant, with `COLUMNS`. Accuracies are shares, by split, with
        test-time augmentation in `…_tta`; `…_low` and `…_high` are the ends of 95% intervals. `stale` is the
        reason and `machine` the number of the machine, 0 if unknown; `sane` is of
        `emotions.report.cells.is_sane`, `last_epoch` the accuracy in the last epoch's training, `report` the
        mean of the report's test accuracies of that setting, and `within` whether one of them lies in our
        interval. Of generated faces neither is there. What is not known is NaN.
    """
    numbers = machines(gathered.cells.values())
    lists = {names: name for name, cells in gathered.plan.lists.items() for names in cells}
    rows = [
        {"list": lists[names], "machine": numbers.get(machine(cell), 0), **_row(cell, gathered.plan)}
        for names, cell in gathered.cells.items()
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).set_index(["backbone", "variant"], drop=False)
    return table.astype({name: float for name in COLUMNS if name not in _WORDS})


def _row(cell: EvaluatedCell, plan: ReportPlan) -> dict[str, Any]:
    details, intervals = cell.details, cell.details.intervals
    splits = details.scores
    row: dict[str, Any] = {
        "backbone": cell.backbone,
        "variant": cell.variant,
        "name": cell.name,
        "seed": details.seed,
        "generated": cell.generated,
        "stale": cell.stale,
        "sane": is_sane(cell),
        "marks": marks(cell),
        "macro_f1": splits.test.macro_f1,
        "ece": details.calibration.error if details.calibration else None,
        "last_epoch": details.history.accuracy[-1] if details.history and details.history.accuracy else None,
        "epochs": details.epochs_run,
        "parameters": details.parameters,
        "macs": details.macs,
        "training_macs": _training_macs(cell, plan),
        "seconds": details.seconds,
        "images_per_second": details.images_per_second,
    }
    every = (splits.train, splits.validation, splits.test, splits.test_unseen)
    for name, scores in zip(_SPLITS, every, strict=True):
        row |= {name: scores.accuracy, f"{name}_loss": scores.loss, f"{name}_tta": scores.accuracy_tta}
    ends = (intervals.test, intervals.test_unseen, intervals.macro_f1, intervals.calibration_error)
    for name, interval in zip(_INTERVALS, ends, strict=True):
        row[f"{name}_low"], row[f"{name}_high"] = interval or (None, None)
    theirs = published.test_accuracies(cell.backbone, cell.variant)
    if theirs and not cell.generated:
        sure = intervals.test
        row |= {
            "report": sum(theirs) / len(theirs),
            "within": any(x in sure for x in theirs) if sure else False,
        }
    return row


def _training_macs(cell: EvaluatedCell, plan: ReportPlan) -> int | None:
    """Return what was recorded; of an old cell whose faces never changed in size, what that comes to."""
    details = cell.details
    if details.training_macs is not None or details.macs is None:
        return details.training_macs
    if plan.variants[cell.variant].progressive_resizing:
        return None
    # An image costs as much as three passes forwards: see `emotions.models.cost.PASSES`, which needs Keras.
    return 3 * details.macs * details.scores.train.images * details.epochs_run
