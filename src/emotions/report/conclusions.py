"""Whether the paired tests bear out what the report of 2020 concludes in its section 5."""

from typing import Any

import pandas as pd

from emotions.report import published
from emotions.report.tables import records

_FEWEST = 2
"""So many backbones a variant is tested on before anything is said of all of them."""


def verdicts(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Judge each of the report's five conclusions by the pairs in the table of cells.

    Returns:
        Each as `emotions.report.published.conclusions` has it, and: `tests`, all of pairs that it speaks of,
        without those whose both sides collapsed; `supporting` and `against`, those that hold after Holm's
        correction and speak for it or against it; `counterexamples`, the rows of the latter; `outcome`,
        `holds`, `contradicted`, or `open` where they speak neither for nor against it, or are too few to
        speak for it.
    """
    tested = table[table["p"].notna() & ~(table["broken"] & table["base_broken"])]
    return [one | _judged(one, tested) for one in published.conclusions()]


def _judged(one: dict[str, Any], tested: pd.DataFrame) -> dict[str, Any]:
    meant = tested[tested["variant"].isin(one["variants"])]
    if one["backbones"]:
        meant = meant[meant["backbone"].isin(one["backbones"])]
    direction = 1 if one["higher"] else -1
    supporting, against = (meant[meant["favours"] == side] for side in (direction, -direction))
    backbones = meant.groupby("variant")["backbone"].nunique()
    enough = all(backbones.get(name, 0) >= _FEWEST for name in one["variants"])
    counts = {"tests": len(meant), "supporting": len(supporting), "against": len(against)}
    outcome = _outcome(one, **counts, enough=enough)
    return counts | {"counterexamples": records(against), "outcome": outcome}


def _outcome(one: dict[str, Any], tests: int, supporting: int, against: int, *, enough: bool) -> str:
    if one["every"] and against:  # one counterexample is enough
        return "contradicted"
    if not enough:
        return "open"
    if not one["every"]:
        return "holds" if supporting > tests / 2 else "contradicted" if against > tests / 2 else "open"
    return "holds" if one["equal"] or supporting == tests else "open"
