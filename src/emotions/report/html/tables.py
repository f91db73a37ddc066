"""Tables of the page: pivots of the table of cells, and of the report's figures beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd

from emotions.report import compare, count_table, published
from emotions.report.effects import BASELINE
from emotions.report.evidence import per_class, right_images
from emotions.report.grid import EvaluatedCell
from emotions.report.seeds import repeated, spread
from emotions.report.study import Study
from emotions.report.text import (
    between,
    count,
    number,
    p_value,
    share,
    share_difference,
    signed_share,
)


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Attributes:
        caption: What it shows.
        header: One text a column.
        rows: As many texts each; a blank is a blank.
        words: How many columns, from the left, hold words; the others hold numbers.
        shades: (row, column) -> 0 to 1, how dark the field's ground is.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    shades: Mapping[tuple[int, int], float] = field(default_factory=dict)


def of_counts(study: Study) -> Table:
    """Return the report's Table 1 beside ours."""
    rows = count_table.rows(study.gathered.counts, study.plan.classes)
    return Table("Table 1: images in each class", count_table.HEADER, rows)


def beyond(study: Study, name: str) -> Table:
    """Return the cells of a list that is not the report's grid, the best on validation first."""
    found = study.table[study.table["list"] == name].sort_values("validation", ascending=False, kind="stable")
    header = ["Cell", "validation", "unseen", "95%", "with TTA", "test", "with TTA", "minutes", "MACs"]
    rows = [
        [
            row["name"] + row["marks"],
            *(share(row["validation"]), share(row["unseen"])),
            between(row["unseen_low"], row["unseen_high"]),
            *(share(row["unseen_tta"]), share(row["test"]), share(row["test_tta"])),
            *(number(row["seconds"] / 60), number(row["training_macs"])),
        ]
        for row in _records(found)
    ]
    return Table(f"Cells of {name} that were run", header, rows)


def of_seeds(study: Study) -> Table:
    """Return mean and spread of the settings that were run under several seeds, without stale cells."""
    found = spread(study.current, repeated(study.plan.variants, study.plan.seeds))
    header = ["Backbone", "Variants", "runs"]
    header += [f"{split}: {figure}" for split in ("test", "unseen") for figure in ("mean", "sd", "range")]
    rows = [
        [
            *(row["backbone"], row["variants"], count(row["test_count"])),
            *(
                text
                for split in ("test", "unseen")
                for text in (
                    share(row[f"{split}_mean"]),
                    f"{row[f'{split}_std']:.4f}",
                    between(row[f"{split}_min"], row[f"{split}_max"]),
                )
            ),
        ]
        for row in _records(found)
    ]
    return Table("One setting under several seeds", header, rows, words=2)


def of_pairs(study: Study) -> Table:
    """Return every pair of a variant with the baseline, and its test."""
    rows = [
        [
            *(pair.backbone, pair.variant + pair.marks, signed_share(pair.difference)),
            *(map(signed_share, pair.test.interval) if pair.test else ("", "")),
            *(
                (count(pair.test.gained), count(pair.test.lost), p_value(pair.test.p))
                if pair.test
                else [""] * 3
            ),
            p_value(pair.corrected),
        ]
        for effect in study.effects
        for pair in effect.pairs
    ]
    header = ["Backbone", "Variant", "difference", "95% from", "to", "only it right", "only baseline right"]
    return Table("Every pair and its test", [*header, "p", "p, Holm"], rows, words=2)


def reports(study: Study, one: published.PublishedTable, split: str) -> Table:
    """Return one of Tables 2 to 11, backbones by values, those that were run first; `split` is as in it."""
    header, training = ["Backbone"], split == "train"
    for value in one.variants:
        header += [f"{value}: ours", *(["last epoch"] if training else []), "report", "difference"]
        header += ["loss", "report"]
    rows = [
        [
            backbone,
            *(
                text
                for value, variant in one.variants.items()
                for text in _beside(study, one, value, (backbone, variant), split)
            ),
        ]
        for backbone in study.plan.backbones
    ]
    rows.sort(key=lambda row: not any(row[1 :: (len(header) - 1) // len(one.variants)]))
    images = "training" if training else "test"
    return Table(f"Table {one.number}: {one.subject}, {images} images", header, rows)


def _beside(
    study: Study, one: published.PublishedTable, value: str, names: tuple[str, str], split: str
) -> Iterator[str]:
    theirs = published.result(one.number, value, names[0])
    tables = published.TRAIN_TABLES if split == "train" else published.TEST_TABLES
    odd = names[1] == BASELINE and names[0] in compare.contradictions(names[:1], tables)
    row: dict[str, Any] = _records(study.table.loc[[names]])[0] if names in study.table.index else {}
    yield share(row.get(split)) + row.get("marks", "")
    if split == "train":
        yield share(row.get("last_epoch"))
    yield share(theirs.accuracy if theirs else None) + (" §" if odd and theirs else "")
    yield share_difference(row.get(split), theirs.accuracy if theirs else None)
    yield number(row.get(f"{split}_loss"))
    yield number(theirs.loss if theirs else None)


def contradictions(study: Study, split: str) -> Table:
    """Return the accuracies that the report's own tables have for one and the same setting."""
    tables = published.TRAIN_TABLES if split == "training" else published.TEST_TABLES
    found = compare.contradictions(study.plan.backbones, tables)
    header = ["Backbone", *(f"Table {one.number}" for one in tables)]
    rows = [[name, *map(share, row)] for name, row in found.items()]
    return Table(f"§ The report's {split} accuracies for one setting", header, rows)


def every_cell(study: Study) -> Table:
    """Return all figures of every cell that was run."""
    splits, intervals = ("train", "validation", "test", "unseen"), {"test", "unseen", "macro_f1", "ece"}
    scores = (*splits, "unseen_tta", "macro_f1", "ece")
    header = ["Cell"]
    for name in scores:
        header += [name.replace("_", " "), *(["95%"] if name in intervals else [])]
    header += [f"{split} loss" for split in splits]
    header += ["epochs", "minutes", "images/s", "machine", "parameters", "MACs a face", "training MACs"]
    rows = []
    for row in _records(study.table):
        texts = [row["name"] + row["marks"]]
        for name in scores:
            texts.append(share(row[name]))
            texts += [between(row[f"{name}_low"], row[f"{name}_high"])] if name in intervals else []
        texts += [number(row[f"{split}_loss"]) for split in splits]
        texts += [count(row["epochs"]), number(row["seconds"] / 60), number(row["images_per_second"])]
        texts += [str(row["machine"] or ""), count(row["parameters"])]
        rows.append([*texts, number(row["macs"]), number(row["training_macs"])])
    return Table("Every cell that was run", header, rows)


def by_class(study: Study) -> Table:
    """Return the F1 of each class of the cells that have a confusion matrix."""
    rows: list[list[str]] = []
    shades: dict[tuple[int, int], float] = {}
    for cell, row in zip(study.cells.values(), _records(study.table), strict=True):
        if found := per_class(cell.details):
            each = [found[name].f1 if name in found else None for name in study.plan.classes]
            shades |= {(len(rows), i): one for i, one in enumerate(each, start=1) if one is not None}
            rows.append([row["name"] + row["marks"], *map(share, each), share(row["macro_f1"])])
    return Table(
        "F1 of each class on the test images", ["Cell", *study.plan.classes, "macro"], rows, 1, shades
    )


def confusion(cell: EvaluatedCell, marks: str) -> Table:
    """Return a cell's confusion matrix, each row as shares of the images of its class."""
    assert cell.details.confusion
    classes, counts = cell.details.classes, np.array(cell.details.confusion.test)
    shares = counts[:, :-1] / counts.sum(axis=1, keepdims=True).clip(1)
    return Table(
        cell.name + marks,
        ["actual", *classes],
        [[name, *(f"{value:.2f}" for value in row)] for name, row in zip(classes, shares, strict=True)],
        shades={(i, j + 1): round(float(value), 2) for (i, j), value in np.ndenumerate(shares)},
    )


def mistakes(study: Study, cell: EvaluatedCell) -> Table:
    """Return a cell's most confident mistakes, and how many others, of the same faces, err on each too."""
    others = [
        right
        for other in study.cells.values()
        if other is not cell
        and _same_faces(other, cell)
        and (right := right_images(other.details)) is not None
    ]
    rows = [
        [
            *(one.actual, one.predicted, share(one.score)),
            f"{sum(not right[one.place] for right in others)} of {len(others)}",
            str(one.face),
        ]
        for one in cell.details.mistakes or ()
    ]
    header = ["Actual", "Predicted", "score", "other cells that err on it too", "row of the faces"]
    return Table(f"Test images that {cell.name} gets wrong and is surest of", header, rows, words=2)


def _same_faces(one: EvaluatedCell, other: EvaluatedCell) -> bool:
    made, ours = one.details.fingerprint, other.details.fingerprint
    return bool(made and ours and made.faces == ours.faces)


def commands(study: Study) -> Table:
    """Return every planned cell with the command that runs it, its state and its seed."""
    rows = []
    for names in study.plan.cells:
        cell = study.cells.get(names)
        state = (f"stale ({cell.stale})" if cell.stale else "run") if cell else ""
        rows.append([f"`dvc repro {study.plan.stage(*names)}`", state, str(study.plan.seeds[names[1]])])
    return Table(
        "Commands; the state is blank where a cell was not run", ["Command", "state", "seed"], rows, 2
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", table.to_dict("records"))
