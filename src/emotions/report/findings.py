"""Say what the paired tests support, and what they don't."""

from collections.abc import Sequence

from emotions.report import published
from emotions.report.effects import BASELINE, Effect, Pair
from emotions.report.paired import ALPHA
from emotions.report.text import plural, signed_share


def finding(effect: Effect, variant: str, tests: int) -> str:
    """Say what the pairs of one variant support, and what they don't.

    Args:
        effect: With its pairs.
        variant: One of its variants.
        tests: How many tests Holm's correction was over.
    """
    pairs = effect.of(variant)
    new, old = f"`{effect.values[variant]}`", f"`{effect.values[BASELINE]}`"
    name = f"{new} against {old}"
    if not pairs:
        return f"{name}: no backbone has a cell on both sides that is not stale: the figures support nothing."
    higher = sum(pair.difference > 0 for pair in pairs)
    mean = sum(pair.difference for pair in pairs) / len(pairs)
    ups = [pair for pair in pairs if pair.significant and pair.difference > 0]
    downs = [pair for pair in pairs if pair.significant and pair.difference < 0]
    rest = len(pairs) - len(ups) - len(downs)
    return (
        f"{name}: {new} is the more accurate on {higher} of {plural(len(pairs), 'backbone')}, by "
        f"{signed_share(mean)} in the mean. Of {plural(len(pairs), 'test')}, after Holm's correction over "
        f"{tests} and at {ALPHA}, {len(ups)} {_favour(ups)} {new}, {len(downs)} {_favour(downs)} {old}, "
        f"{rest} can't be told from chance. {_verdict(ups, downs, rest, new, old)}{_collapsed(ups + downs)}"
    )


def _favour(pairs: Sequence[Pair]) -> str:
    return "favours" if len(pairs) == 1 else "favour"


def _verdict(ups: Sequence[Pair], downs: Sequence[Pair], rest: int, new: str, old: str) -> str:
    if not ups and not downs:
        return "The figures don't support that either is better."
    if ups and downs:
        where = f"{new} on {_backbones(ups)} and {old} on {_backbones(downs)}"
        return f"The figures support {where}, and no rule for all backbones."
    better, winner = (ups, new) if ups else (downs, old)
    if rest:
        return f"The figures support {winner} on {_backbones(better)}, and not on the others."
    return f"The figures support {winner} on every backbone that was tested, and say nothing of other seeds."


def _backbones(pairs: Sequence[Pair]) -> str:
    return ", ".join(pair.backbone for pair in pairs)


def _collapsed(pairs: Sequence[Pair]) -> str:
    """Say where the difference is one from a model that learned nothing."""
    broken = [pair for pair in pairs if pair.collapsed]
    if not broken:
        return ""
    where = "all of these" if len(broken) == len(pairs) > 1 else _backbones(broken)
    return f" On {where} one side collapsed or diverged: that tells whether training held, and not how well."


def report_s_own(effect: Effect, variant: str) -> str:
    """Say what the report's own table has for the same comparison; blank if it has none."""
    table = effect.table
    if table is None:
        return ""
    differences = [
        after.accuracy - before.accuracy
        for before, after in (
            (
                published.result(table, effect.values[BASELINE], backbone),
                published.result(table, effect.values[variant], backbone),
            )
            for backbone in dict.fromkeys(row.backbone for row in published.results())
        )
        if before and after
    ]
    higher = sum(round(one, 3) > 0 for one in differences)
    lower = sum(round(one, 3) < 0 for one in differences)
    return (
        f"In the report's own Table {table}, `{effect.values[variant]}` is higher than "
        f"`{effect.values[BASELINE]}` on {higher} and lower on {lower} of "
        f"{plural(len(differences), 'backbone')}, each run once and none tested."
    )
