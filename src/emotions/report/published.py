"""What the report of 2020 printed, and the variants that repeat it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Self

from emotions.data.reference_counts import CountedSplit

TITLE = "Emotion Recognition in Still Images"


@dataclass(frozen=True)
class Result:
    """One row of its Tables 2 to 11, as in `results_2020.csv`.

    Attributes:
        table: The number of the table.
        split: `train` or `test`.
        axis: What the table varies.
        value: The value of that, as the CSV spells it.
        backbone: Its name in Keras Applications.
        loss: May be NaN, which the report prints once.
        accuracy: A share, 0 to 1.
    """

    table: int
    split: str
    axis: str
    value: str
    backbone: str
    loss: float
    accuracy: float

    @classmethod
    def parse(cls, row: Mapping[str, str]) -> Self:
        """Take a row of the CSV."""
        return cls(
            table=int(row["table"]),
            split=row["split"],
            axis=row["axis"],
            value=row["value"],
            backbone=row["backbone"],
            loss=float(row["loss"]),
            accuracy=float(row["accuracy"]),
        )


@cache
def results() -> tuple[Result, ...]:
    """Return all 210 rows of Tables 2 to 11, in their order."""
    text = files("emotions.report").joinpath("results_2020.csv").read_text(encoding="utf-8")
    return tuple(Result.parse(row) for row in csv.DictReader(text.splitlines()))


def result(table: int, value: str, backbone: str) -> Result | None:
    """Return a row of Tables 2 to 11, or None where there is no such one."""
    for row in results():
        if (row.table, row.value, row.backbone) == (table, value, backbone):
            return row
    return None


def accuracy(table: int, value: str, backbone: str) -> float | None:
    """Return the accuracy that a table has, or None where it has no such row."""
    row = result(table, value, backbone)
    return row.accuracy if row else None


@dataclass(frozen=True)
class PublishedTable:
    """One of Tables 2 to 11.

    Attributes:
        number: Its number in the report.
        subject: What it varies, in words.
        variants: The value that it varies, as the CSV spells it -> the variant that repeats it.
        key: The setting of `train`, if its values are numbers.
    """

    number: int
    subject: str
    variants: Mapping[str, str]
    key: str = ""


TEST_TABLES = (
    PublishedTable(7, "epochs", MappingProxyType({"10": "baseline", "15": "epochs-15"}), "epochs"),
    PublishedTable(8, "learning rate", MappingProxyType({"0.01": "baseline", "1": "lr-1"}), "learning_rate"),
    PublishedTable(9, "optimizer", MappingProxyType({"rmsprop": "baseline", "sgd": "sgd", "adam": "adam"})),
    PublishedTable(
        10,
        "activation of the output layer",
        MappingProxyType({"softmax": "baseline", "relu": "relu", "sigmoid": "sigmoid"}),
    ),
    PublishedTable(11, "feature-wise normalization", MappingProxyType({"true": "baseline", "false": "raw"})),
)

TRAIN_TABLES = tuple(replace(one, number=one.number - 5) for one in TEST_TABLES)
"""Tables 2 to 6 give for training what Tables 7 to 11 give for the test images."""


def values(table: int | None) -> Mapping[str, str]:
    """Return the values of one of Tables 7 to 11 and their variants, none where it is no such table."""
    return next((one.variants for one in TEST_TABLES if one.number == table), {})


def test_accuracies(backbone: str, variant: str) -> list[float]:
    """Return the different test accuracies that Tables 7 to 11 have for one setting of a backbone."""
    found = [
        accuracy(one.number, value, backbone)
        for one in TEST_TABLES
        for value, name in one.variants.items()
        if name == variant
    ]
    return sorted({one for one in found if one is not None})


ZCA = "zca"
"""The variant for what the report says that it did and gives no figures of."""

_DEFAULTS: Mapping[str, object] = {
    "epochs": 10,
    "learning_rate": 0.01,
    "optimizer": "rmsprop",
    "activation": "softmax",
    "preprocessing": "standardize",
}
_CHANGES: Mapping[str, Mapping[str, object]] = {
    "baseline": {},
    "epochs-15": {"epochs": 15},
    "lr-1": {"learning_rate": 1.0},
    "sgd": {"optimizer": "sgd"},
    "adam": {"optimizer": "adam"},
    "relu": {"activation": "relu"},
    "sigmoid": {"activation": "sigmoid"},
    "raw": {"preprocessing": "none"},
    ZCA: {"preprocessing": "zca"},
}
SETTINGS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {variant: MappingProxyType({**_DEFAULTS, **changes}) for variant, changes in _CHANGES.items()}
)
"""Variant -> the settings of `train` that the report states. It states no others: no batch size, no
precision, no numbers of the callback, and no initial weights but VGG's."""

TOTALS_IN_TEXT: Mapping[CountedSplit, int] = MappingProxyType({"training": 28_079, "test": 7_178})
"""The totals that its section 3.1 names, which are not the sums of Table 1."""
