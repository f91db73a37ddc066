"""Count the images of each class, and draw the counts as in the report's Fig. 7."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emotions.data.faces import Faces
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError
from emotions.runtime.matplotlib_import import Figure

Counts = Mapping[str, Mapping[str, int]]
"""Split, `training` or `test`, to class to number of images."""

_COLOURS = {"training": "#0072B2", "test": "#E69F00"}
"""From Okabe and Ito's palette, which colour-blind readers tell apart too."""


def count_classes(faces: Faces) -> dict[str, dict[str, int]]:
    """Count the images of each class in training (train and validation together) and in test."""
    labels = {
        "training": np.concatenate((faces.targets("train"), faces.targets("validation"))),
        "test": faces.targets("test"),
    }
    return {
        split: {
            name: int(count) for name, count in zip(faces.classes, _histogram(values, faces), strict=True)
        }
        for split, values in labels.items()
    }


def as_csv(counts: Counts) -> str:
    """Return the counts as a table: class, training, test."""
    training, test = counts["training"], counts["test"]
    rows = [f"{name},{training[name]},{test[name]}" for name in training]
    return "\n".join(["class,training,test", *rows, ""])


def draw_chart(path: Path, counts: Counts, generated: bool) -> None:
    """Draw two bars a class, training and test, as a PNG of 1600x900; equal counts give equal bytes.

    Args:
        path: Of the PNG.
        counts: What `count_classes` returns.
        generated: The faces are drawn by a program; the title says so.
    """
    figure = Figure(figsize=(8, 4.5), dpi=200, layout="constrained")
    axes = figure.add_subplot()
    width = 0.4
    for side, (split, row) in enumerate(counts.items()):
        places = np.arange(len(row)) + (side - 0.5) * width
        bars = axes.bar(places, list(row.values()), width, label=split, color=_COLOURS[split])
        axes.bar_label(bars, fmt="{:,.0f}", padding=2, fontsize=8)
    names = list(counts["training"])
    axes.set_xticks(range(len(names)), names)
    axes.set_xlabel("class")
    axes.set_ylabel("images")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(y=0.1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{'Generated faces' if generated else 'Faces'} in the training and test sets")
    axes.legend(frameon=False)
    with atomic_write(path) as temporary:
        figure.savefig(temporary, metadata={"Software": None})


def read_generated(dataset: Path) -> bool:
    """Return whether `metrics/dataset.json` says that the faces are generated.

    Raises:
        UserError: The file is missing or not what stage `prepare` writes.
    """
    try:
        generated = json.loads(dataset.read_text(encoding="utf-8"))["generated"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{dataset} can't be read ({error}): run `dvc repro prepare`") from None
    return bool(generated)


def _histogram(labels: np.ndarray, faces: Faces) -> np.ndarray:
    return np.bincount(labels, minlength=len(faces.classes))
