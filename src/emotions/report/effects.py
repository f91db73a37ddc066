"""Effect of each setting: every variant paired with the baseline, backbone by backbone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from emotions.report import published
from emotions.report.evidence import right_images
from emotions.report.grid import EvaluatedCell, Gathered
from emotions.report.paired import ALPHA, McNemar, compare, holm, over_backbones

BASELINE = "baseline"


class ReportsOwn(NamedTuple):
    """What the report's table has for a comparison: on how many backbones the variant is higher, lower."""

    higher: int
    lower: int
    backbones: int


@dataclass(frozen=True)
class Pair:
    """A backbone under the baseline and under a variant.

    Attributes:
        backbone: Its name.
        variant: The variant.
        marks: The variant's.
        ours: The variant's test accuracy.
        baseline: The baseline's.
        broken: Whether the variant predicts a constant, or diverged.
        baseline_broken: Whether the baseline does.
        test: McNemar's; None where one of the two is stale, so that the pair supports nothing.
        corrected: Its p after Holm's correction over all tests of the page.
    """

    backbone: str
    variant: str
    marks: str
    ours: float
    baseline: float
    broken: bool
    baseline_broken: bool
    test: McNemar | None
    corrected: float | None = None

    @property
    def difference(self) -> float:
        """Return the variant's test accuracy less the baseline's."""
        return self.ours - self.baseline

    @property
    def favours(self) -> int:
        """Return 1 for the variant, -1 for the baseline, 0 where chance alone could give the difference."""
        if self.corrected is None or self.corrected > ALPHA:
            return 0
        return 1 if self.difference > 0 else -1


@dataclass(frozen=True)
class Comparison:
    """A variant against the baseline.

    Attributes:
        variant: The variant.
        value: Its value of the setting.
        against: The baseline's.
        pairs: Of the backbones that were run on both sides.
        reports: What the report's table has; None if it has none.
    """

    variant: str
    value: str
    against: str
    pairs: tuple[Pair, ...]
    reports: ReportsOwn | None

    @property
    def tested(self) -> list[Pair]:
        """Return the pairs of which no side is stale."""
        return [pair for pair in self.pairs if pair.test]

    @property
    def p_over_backbones(self) -> float | None:
        """Return the p of Wilcoxon's test over the tested backbones on which the variant is not broken."""
        return over_backbones([pair.difference for pair in self.tested if not pair.broken])


@dataclass(frozen=True)
class Effect:
    """What one setting changes.

    Attributes:
        subject: The setting, in words; of a list of cells that the report has not, the list's name.
        table: The number of the report's table of test figures, None if it has none.
        comparisons: Of each variant.
    """

    subject: str
    table: int | None
    comparisons: tuple[Comparison, ...]

    @property
    def pairs(self) -> list[Pair]:
        """Return the pairs of all comparisons."""
        return [pair for one in self.comparisons for pair in one.pairs]


def effects(gathered: Gathered, table: pd.DataFrame) -> list[Effect]:
    """Return the effects of Tables 7 to 11, that of ZCA, and those of the other lists, with all pairs.

    Args:
        gathered: What was run.
        table: The same, by `emotions.report.tidy.tidy`.
    """
    found = []
    for subject, number, values in _settings(gathered):
        against = values[BASELINE]
        theirs = {variant: value for value, variant in published.values(number).items()}
        comparisons = tuple(
            Comparison(
                variant=variant,
                value=value,
                against=against,
                pairs=tuple(_pairs(gathered, table, variant)),
                reports=_reports_own(number, theirs[BASELINE], theirs[variant]) if number else None,
            )
            for variant, value in values.items()
            if variant != BASELINE
        )
        found.append(Effect(subject, number, comparisons))
    return _corrected(found)


def _settings(gathered: Gathered) -> Iterator[tuple[str, int | None, Mapping[str, str]]]:
    """Give subject, number of the report's table, and variants with their values, of each effect."""
    for one in published.TEST_TABLES:
        values = {variant: value for value, variant in one.variants.items()}
        if one.key:
            # The numbers as they were run: a small grid has fewer epochs than the report.
            values |= {
                name: f"{getattr(gathered.plan.variants[name], one.key):g}"
                for name in values
                if name in gathered.plan.variants
            }
        yield one.subject, one.number, values
    yield "ZCA whitening", None, {BASELINE: "standardized", published.ZCA: "whitened"}
    for name, cells in gathered.plan.lists.items():
        if name != "grid" and cells:
            yield name, None, {variant: variant for variant in (BASELINE, *(one for _, one in cells))}


def _pairs(gathered: Gathered, table: pd.DataFrame, variant: str) -> Iterator[Pair]:
    tests, marks = table["test"].dropna().to_dict(), table["marks"].to_dict()
    for backbone in gathered.plan.backbones:
        first, second = (backbone, BASELINE), (backbone, variant)
        if first in tests and second in tests:
            cells = gathered.cells[first], gathered.cells[second]
            yield Pair(
                backbone=backbone,
                variant=variant,
                marks=marks[second],
                ours=tests[second],
                baseline=tests[first],
                broken=_is_broken(cells[1]),
                baseline_broken=_is_broken(cells[0]),
                test=_test(*cells),
            )


def _is_broken(cell: EvaluatedCell) -> bool:
    return cell.details.collapsed or cell.details.diverged


def _test(first: EvaluatedCell, second: EvaluatedCell) -> McNemar | None:
    # Of the same images, in the same order: what is not stale is of today's faces, on both sides.
    sides = [right_images(cell.details) for cell in (first, second) if not cell.stale]
    known = [side for side in sides if side is not None]
    return compare(*known) if len(known) == 2 else None


def _reports_own(table: int, against: str, value: str) -> ReportsOwn:
    names = dict.fromkeys(row.backbone for row in published.results())
    both = [
        (ours, theirs)
        for name in names
        if (ours := published.accuracy(table, value, name)) is not None
        and (theirs := published.accuracy(table, against, name)) is not None
    ]
    return ReportsOwn(sum(a > b for a, b in both), sum(a < b for a, b in both), len(both))


def _corrected(found: list[Effect]) -> list[Effect]:
    """Correct over all effects at once: whoever looks at all of them looks for the lowest p of all."""
    tests = [pair.test for effect in found for pair in effect.pairs if pair.test]
    corrected = iter(holm([test.p for test in tests]))

    def with_p(one: Comparison) -> Comparison:
        pairs = (replace(pair, corrected=next(corrected)) if pair.test else pair for pair in one.pairs)
        return replace(one, pairs=tuple(pairs))

    return [replace(effect, comparisons=tuple(map(with_p, effect.comparisons))) for effect in found]
