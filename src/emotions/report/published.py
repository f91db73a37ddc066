"""What the report of 2020 printed, and the variants that repeat it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from emotions.data.reference_counts import CountedSplit

TITLE = "Emotion Recognition in Still Images"


class Axis(NamedTuple):
    """What one of Tables 7 to 11 varies, and one of 2 to 6.

    Attributes:
        subject: In words.
        variants: Its value, as `results_2020.csv` spells it -> the variant that repeats it.
        key: The setting of `train`, if its values are numbers.
    """

    subject: str
    variants: Mapping[str, str]
    key: str = ""


AXES: Mapping[str, Axis] = MappingProxyType(
    {
        "epochs": Axis("epochs", {"10": "baseline", "15": "epochs-15"}, "epochs"),
        "learning_rate": Axis("learning rate", {"0.01": "baseline", "1": "lr-1"}, "learning_rate"),
        "optimizer": Axis("optimizer", {"rmsprop": "baseline", "sgd": "sgd", "adam": "adam"}),
        "activation": Axis(
            "output activation", {"softmax": "baseline", "relu": "relu", "sigmoid": "sigmoid"}
        ),
        "normalization": Axis("normalization", {"true": "baseline", "false": "raw"}),
    }
)
"""By their names in `results_2020.csv`."""

ZCA = "zca"
"""The variant for what the report says that it did and gives no figures of."""

TOTALS_IN_TEXT: Mapping[CountedSplit, int] = MappingProxyType({"training": 28_079, "test": 7_178})
"""The totals that its section 3.1 names, which are not the sums of Table 1."""


def _read(name: str) -> pd.DataFrame:
    with files("emotions.report").joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"value": str, "section": str}, keep_default_na=False, na_values="NaN")


@cache
def results() -> pd.DataFrame:
    """Return all 210 rows of Tables 2 to 11, in their order.

    Returns:
        `table`, its number; `split`, `train` or `test`; `axis` and `value`, what the table varies; `backbone`
        as in Keras Applications; `variant`, which repeats the row; `loss`, NaN where the report prints that;
        `accuracy`, a share.
    """
    found = _read("results_2020.csv")
    pairs = zip(found["axis"], found["value"], strict=True)
    return found.assign(variant=[AXES[axis].variants[value] for axis, value in pairs])


@cache
def conclusions() -> list[dict[str, Any]]:
    """Return the report's five conclusions.

    Returns:
        `section`, `words`, the report's own, and `says`, the same in short; `variants`, whose pairs with the
        baseline it speaks of; `higher`, whether it has them more accurate than the baseline or less; `every`,
        whether on every backbone or on most; `equal`, whether it also holds where the two can't be told
        apart; `backbones`, those that it names, none where it speaks of all.
    """
    found = _read("conclusions_2020.csv")
    lists = {name: found[name].str.split() for name in ("variants", "backbones")}
    return found.assign(**lists).to_dict("records")  # type: ignore[return-value]


@cache
def settings() -> dict[str, dict[str, Any]]:
    """Return the settings of `train` that the report states, by the variant that repeats them.

    It states no others: no batch size, no precision, no numbers of the callback, and no initial weights but
    VGG's.
    """
    return _read("settings_2020.csv").set_index("variant").to_dict("index")  # type: ignore[return-value]


@cache
def test_accuracies(backbone: str, variant: str) -> list[float]:
    """Return the different test accuracies that Tables 7 to 11 have for one setting of a backbone."""
    rows = results()
    here = (rows["split"] == "test") & (rows["backbone"] == backbone) & (rows["variant"] == variant)
    return sorted(set(rows.loc[here, "accuracy"]))


def best() -> dict[str, Any]:
    """Return the row of the report's highest test accuracy."""
    tests = results()[results()["split"] == "test"]
    return dict(tests.sort_values("accuracy").iloc[-1])


@cache
def against_baseline(variant: str) -> dict[str, int] | None:
    """Compare a variant with the baseline by the report's own test figures; None if it has none.

    Returns:
        `table`, the number of the report's; on how many `backbones` of it the variant is `higher`, `lower`.
    """
    rows = results()[results()["split"] == "test"]
    tables = rows.loc[rows["variant"] == variant, "table"]
    if variant == "baseline" or tables.empty:
        return None
    number = int(tables.iloc[0])
    both = rows[rows["table"] == number].pivot_table("accuracy", "backbone", "variant").dropna()
    difference = both[variant] - both["baseline"]
    counts = {"higher": int((difference > 0).sum()), "lower": int((difference < 0).sum())}
    return {"table": number, "backbones": len(both)} | counts


@cache
def contradictions(split: str, backbones: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of those backbones whose baseline the report gives different accuracies for.

    Each of Tables 7 to 11, and each of 2 to 6, holds a row for one and the same setting: 10 epochs, learning
    rate 0.01, RMSprop, softmax, normalized.

    Args:
        split: `test` or `train`.
        backbones: Those to look at.
    """
    rows = results()
    rows = rows[(rows["split"] == split) & (rows["variant"] == "baseline") & rows["backbone"].isin(backbones)]
    return rows[rows.groupby("backbone")["accuracy"].transform("nunique") > 1]
