"""Every variant paired with the baseline of its backbone, as columns of the table of cells."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from emotions.report import published
from emotions.report.cells import EvaluatedCell, Names
from emotions.report.evidence import right_images
from emotions.report.paired import ALPHA, compare, holm, over_backbones
from emotions.report.tables import records
from emotions.settings.report import ReportPlan

BASELINE = "baseline"


class Change(NamedTuple):
    """What a cell changes of the baseline: of a setting of the report's, or as a whole.

    Attributes:
        subject: The setting, in words; of what is none of the report's, the list that names the cell.
        value: Its value; of such a cell, the variant.
        against: The baseline's.
    """

    subject: str = ""
    value: str = ""
    against: str = ""


def changes(plan: ReportPlan) -> dict[Names, Change]:
    """Return what each planned cell changes, nothing of the baseline under any seed.

    Numbers are as they are run: a small grid has fewer epochs than the report.
    """
    known = {published.ZCA: Change("ZCA whitening", "whitened", "standardized")}
    for subject, variants, key in published.AXES.values():
        values = {variant: value for value, variant in variants.items()}
        if key:
            run = {name: plan.variants[name] for name in values if name in plan.variants}
            values |= {name: f"{getattr(train, key):g}" for name, train in run.items()}
        against = values.pop(BASELINE)
        known |= {variant: Change(subject, value, against) for variant, value in values.items()}
    return {
        (backbone, variant): Change()
        if plan.variants[variant] == plan.variants.get(BASELINE)
        else known.get(variant, Change(name, variant, BASELINE))
        for name, cells in plan.lists.items()
        for backbone, variant in cells
    }


def pair(cell: EvaluatedCell, baseline: EvaluatedCell | None) -> dict[str, Any]:
    """Return the columns of a cell that was run, paired; none where there is nothing to pair it with.

    Returns:
        `base`, the baseline's test accuracy, and the `difference` of the cell's from it; `base_broken` and
        `base_marks`; `gap`, whether a side has an inference gap. Of McNemar's test: `gained`, `lost`, `p`,
        `difference_low` and `difference_high`. Those are not there where a side is stale, as such a pair
        supports nothing.
    """
    if baseline is None:
        return {}
    ours, theirs = (one.details.scores.test.accuracy for one in (cell, baseline))
    if ours is None or theirs is None:
        return {}
    columns: dict[str, Any] = {"base": theirs, "difference": ours - theirs}
    columns |= {"base_broken": baseline.broken, "base_marks": baseline.marks}
    columns["gap"] = cell.gap or baseline.gap
    # Of the same images, in the same order: what is not stale is of today's faces, on both sides.
    known = [right_images(one.details) for one in (baseline, cell) if not one.stale]
    sides = [side for side in known if side is not None]
    return columns | (compare(*sides)._asdict() if len(sides) == 2 else {})


def corrected(table: pd.DataFrame) -> pd.DataFrame:
    """Add `holm`, p after Holm's correction, and `favours`.

    The correction is over all tests at once: whoever looks at all of them looks for the lowest p of all.
    `favours` is 1 for the variant, -1 for the baseline, 0 where chance alone could give the difference.
    """
    p_values = table["p"].dropna()
    table = table.assign(holm=pd.Series(holm(p_values.to_list()), p_values.index, dtype=float))
    return table.assign(favours=np.sign(table["difference"]).where(table["holm"] <= ALPHA, 0.0))


class Comparison(NamedTuple):
    """A variant against the baseline.

    Attributes:
        subject: Of its `Change`, as the two after it.
        value: Its value.
        against: The baseline's.
        tested: The rows of the backbones of which no side is stale.
        untested: Those of the others that were run on both sides.
        p: Of Wilcoxon's test over the tested backbones on which the variant is not broken.
        report: Of `emotions.report.published.against_baseline`.
    """

    subject: str
    value: str
    against: str
    tested: list[dict[str, Any]]
    untested: list[dict[str, Any]]
    p: float | None
    report: dict[str, int] | None


def comparisons(table: pd.DataFrame) -> Iterator[Comparison]:
    """Give each variant's comparison with the baseline, in the order of the table of cells."""
    changed = table[table["subject"] != ""]
    for _, cells in changed.groupby(["subject", "variant"], sort=False):
        first = records(cells)[0]
        pairs = cells[cells["difference"].notna()]
        tested = pairs[pairs["p"].notna()]
        yield Comparison(
            subject=first["subject"],
            value=first["value"],
            against=first["against"],
            tested=records(tested),
            untested=records(pairs[pairs["p"].isna()]),
            p=over_backbones(tested.loc[~tested["broken"], "difference"].to_list()),
            report=published.against_baseline(first["variant"]),
        )
