"""Grid of test accuracies, backbones by settings: ours and the report's in each field."""

from typing import NamedTuple

import pandas as pd

from emotions.report import published
from emotions.report.text import share
from emotions.settings.report import ReportPlan


class Field(NamedTuple):
    """A backbone under a variant.

    Attributes:
        ours: The test accuracy; blank if it was not run.
        marks: Of the cell.
        report: The report's, a range where its tables disagree; blank where it has none.
        shade: How far ours is above chance, 0 to 1 of the best; None if it was not run.
    """

    ours: str
    marks: str
    report: str
    shade: float | None


def grid(
    plan: ReportPlan, table: pd.DataFrame, name: str, chance: float, *, beside: bool
) -> dict[str, dict[str, Field]]:
    """Return the fields of one list of `params.yaml`: backbone -> variant -> field.

    Args:
        plan: With the lists.
        table: The cells that were run, by `emotions.report.tidy.tidy`.
        name: The list's.
        chance: The accuracy that has no shade.
        beside: Whether the report's figures stand beside ours, as they do of photographs alone.
    """
    ours, marks = table["test"].dropna().to_dict(), table["marks"].to_dict()
    best = max(ours.values(), default=chance)
    found: dict[str, dict[str, Field]] = {}
    for backbone, variant in plan.lists[name]:
        value = ours.get((backbone, variant))
        above = 0 if value is None or best <= chance else max(0, (value - chance) / (best - chance))
        found.setdefault(backbone, {})[variant] = Field(
            ours=share(value),
            marks="" if value is None else marks[backbone, variant],
            report=report(backbone, variant) if beside else "",
            shade=None if value is None else round(above, 2),
        )
    return {backbone: found[backbone] for backbone in plan.backbones if backbone in found}


def report(backbone: str, variant: str) -> str:
    """Format the report's test accuracies of one setting; `§` where its tables disagree."""
    theirs = published.test_accuracies(backbone, variant)
    if len(theirs) < 2:
        return "".join(map(share, theirs))
    return f"{share(theirs[0])}\u2013{share(theirs[-1])} §"
