"""Tables beside that of cells: of classes, epochs, mistakes, seeds, and the report's own rows."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.report import published
from emotions.report.cells import EvaluatedCell
from emotions.report.evidence import arrays, per_class, right_images
from emotions.report.stage_files import Counts
from emotions.report.study import Study

NONE = "(none)"
"""Stands for the class of an image that a model gave no finite scores."""


def counts(found: Counts, classes: Iterable[str]) -> pd.DataFrame:
    """Return a row a class: `class`, and by split our images and the report's, as in `training_report`."""
    table = pd.DataFrame({"class": list(classes)}).set_index("class", drop=False).rename_axis(None)
    for split, theirs in CLASS_COUNTS.items():
        table[split], table[f"{split}_report"] = pd.Series(getattr(found, split)), pd.Series(dict(theirs))
    return table


_CELL = ["cell", "backbone", "variant"]


def curves(cells: Iterable[EvaluatedCell]) -> pd.DataFrame:
    """Gather the histories of those cells that have one.

    Returns:
        A row for each cell, as in `_named`, `images`, training or validation, and `epoch`: `accuracy` and
        `loss`.
    """
    parts = []
    for cell in cells:
        if history := cell.details.history and arrays(cell.details.history):
            for images, prefix in (("training", ""), ("validation", "val_")):
                scores = {score: history[prefix + score] for score in ("accuracy", "loss")}
                part = pd.DataFrame({"epoch": history["epoch"], **scores}).assign(images=images)
                parts.append(_named(part, cell))
    found = _joined(parts, [*_CELL, "images", "epoch", "accuracy", "loss"])
    # Without a validation split there is nothing to draw; a diverged loss still has its accuracy.
    return found.dropna(how="all", subset=["accuracy", "loss"])


def confusion(cells: Iterable[EvaluatedCell]) -> pd.DataFrame:
    """Gather the confusion matrices of those cells that have one.

    Returns:
        A row for each cell, as in `_named`, `actual` and `predicted` class: the number of test `images`, and
        their `share` of all images of the actual class. A matrix has the class `NONE` only where a model
        predicted none.
    """
    parts = []
    for cell in cells:
        if cell.details.confusion is not None:
            classes, matrix = cell.details.classes, np.array(cell.details.confusion.test)
            matrix = matrix if matrix[:, -1].any() else matrix[:, :-1]
            table = pd.DataFrame(matrix, index=list(classes), columns=[*classes, NONE][: matrix.shape[1]])
            found = {"images": table.stack(), "share": table.div(table.sum(axis=1), axis=0).stack()}
            part = pd.DataFrame(found).rename_axis(["actual", "predicted"]).reset_index()
            parts.append(_named(part, cell))
    return _joined(parts, [*_CELL, "actual", "predicted", "images", "share"])


def _named(part: pd.DataFrame, cell: EvaluatedCell) -> pd.DataFrame:
    # In words too: `dvc plots` shows no legend of marks.
    return part.assign(cell=cell.label, backbone=cell.backbone, variant=cell.variant + cell.words)


def _joined(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def csv(table: pd.DataFrame) -> str:
    """Return one of the two above for `dvc plots`: small enough for git, so that clones have it."""
    return table.drop(columns="cell").to_csv(index=False, lineterminator="\n", float_format="%.4g")


def by_class(cells: Iterable[EvaluatedCell]) -> list[dict[str, Any]]:
    """Return a row for each `cell` that has a confusion matrix, and `class`: `f1`, at last that of all."""
    rows = []
    for cell in cells:
        if found := per_class(cell.details):
            shown = {name: one["f1"] for name, one in found.items()} | {
                "macro": cell.details.scores.test.macro_f1
            }
            rows += [{"cell": cell.label, "class": name, "f1": f1} for name, f1 in shown.items()]
    return rows


def mistakes(study: Study, cell: EvaluatedCell) -> list[dict[str, Any]]:
    """Return a row a mistake of the cell's most confident ones, with how many other cells err on it too."""
    made = cell.details.fingerprint
    others = [
        right
        for other in study.cells.values()
        if other is not cell and made and (theirs := other.details.fingerprint) and theirs.faces == made.faces
        if (right := right_images(other.details)) is not None
    ]
    return [
        one.model_dump() | {"others": f"{sum(not right[one.place] for right in others)} of {len(others)}"}
        for one in cell.details.mistakes or ()
    ]


def seeds(study: Study) -> pd.DataFrame:
    """Return a row for each `backbone` and `setting` that was run under several seeds, without stale cells.

    Returns:
        Of `test` and `unseen` the `count`, `mean`, standard deviation `std` with n - 1 in the divisor, `min`
        and `max`, as in `unseen_mean`.
    """
    runs = study.current[study.current["setting"] != ""].reset_index(drop=True)
    figures = ["count", "mean", "std", "min", "max"]
    found = runs.groupby(["backbone", "setting"], sort=False)[["test", "unseen"]].agg(figures)
    found.columns = pd.Index([f"{split}_{figure}" for split in ("test", "unseen") for figure in figures])
    return found[found["test_count"] > 1].reset_index()


def reports(study: Study, split: str) -> dict[str, pd.DataFrame]:
    """Return what one of Tables 7 to 11, of `test`, or 2 to 6, of `train`, compares, by its caption.

    Returns:
        A row for each planned cell that repeats a row of the report's, those of backbones that were run
        first: the columns of the cell, `setting_value` as the report spells it, `their_accuracy`,
        `their_loss`, and `odd`, whether the report has other accuracies for it too.
    """
    names = {"accuracy": "their_accuracy", "loss": "their_loss", "value": "setting_value"}
    rows = published.results()[published.results()["split"] == split].rename(columns=names)
    odd = published.contradictions(split, study.plan.backbones)["backbone"].unique()
    found = {}
    for axis, (subject, variants, _) in published.AXES.items():
        theirs = rows[rows["axis"] == axis]
        ours = study.table[study.table["variant"].isin(variants.values())].reset_index(drop=True)
        both = ours.merge(theirs[["backbone", "variant", *names.values()]], "left", ["backbone", "variant"])
        spelt = {variant: value for value, variant in variants.items()}
        odds = both["backbone"].isin(odd) & (both["variant"] == "baseline") & both["their_accuracy"].notna()
        both = both.assign(setting_value=both["variant"].map(spelt), odd=odds)
        both = both.assign(ever=both.groupby("backbone")["run"].transform("any"))
        images = "training" if split == "train" else "test"
        caption = f"Table {theirs['table'].iloc[0]}: {subject}, {images} images"
        found[caption] = both.sort_values("ever", ascending=False, kind="stable")
    return found
