"""Effect of each setting: every variant paired with the baseline, backbone by backbone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from emotions.report import published
from emotions.report.evidence import right_images
from emotions.report.grid import EvaluatedCell, Gathered
from emotions.report.paired import ALPHA, McNemar, compare, holm

BASELINE = "baseline"


@dataclass(frozen=True)
class Pair:
    """A backbone under the baseline and under a variant.

    Attributes:
        backbone: Its name.
        variant: The variant.
        difference: The variant's test accuracy less the baseline's.
        test: McNemar's; None where one of the two is stale, so that the pair supports nothing.
        corrected: Its p after Holm's correction over all tests of the report.
        collapsed: Which of the two predict a constant, or diverged.
    """

    backbone: str
    variant: str
    difference: float
    test: McNemar | None
    corrected: float | None
    collapsed: tuple[str, ...]

    @property
    def significant(self) -> bool:
        """Return whether chance alone would seldom give such a difference."""
        return self.corrected is not None and self.corrected <= ALPHA


@dataclass(frozen=True)
class Effect:
    """What one setting changes.

    Attributes:
        subject: The setting, in words.
        values: Variant -> its value of the setting; the baseline is the first.
        table: The number of the report's table of test figures, None if it has none.
        pairs: Of backbones that were run on both sides, variant by variant.
    """

    subject: str
    values: Mapping[str, str]
    table: int | None
    pairs: tuple[Pair, ...]

    @property
    def variants(self) -> tuple[str, ...]:
        """Return the variants beside the baseline."""
        return tuple(name for name in self.values if name != BASELINE)

    def of(self, variant: str) -> tuple[Pair, ...]:
        """Return the pairs of one variant that were tested."""
        return tuple(pair for pair in self.pairs if pair.variant == variant and pair.test)


def effects(gathered: Gathered) -> list[Effect]:
    """Return the effects of Tables 7 to 11 and that of ZCA, with all pairs that were run."""
    found = [
        Effect(
            subject=one.subject,
            values={variant: value for value, variant in one.variants.items()},
            table=one.number,
            pairs=tuple(_pairs(gathered, one.variants.values())),
        )
        for one in published.TEST_TABLES
    ]
    found.append(
        Effect(
            subject="ZCA whitening",
            values={BASELINE: "standardized", published.ZCA: "whitened"},
            table=None,
            pairs=tuple(_pairs(gathered, (published.ZCA,))),
        )
    )
    return _corrected(found)


def _pairs(gathered: Gathered, variants: Iterable[str]) -> Iterator[Pair]:
    for variant in variants:
        for backbone in gathered.plan.backbones:
            first, second = (gathered.cells.get((backbone, name)) for name in (BASELINE, variant))
            if variant == BASELINE or first is None or second is None:
                continue
            if first.accuracy is None or second.accuracy is None:
                continue
            yield Pair(
                backbone=backbone,
                variant=variant,
                difference=second.accuracy - first.accuracy,
                test=_test(first, second),
                corrected=None,
                collapsed=tuple(
                    cell.variant
                    for cell in (first, second)
                    if cell.details.collapsed or cell.details.diverged
                ),
            )


def _test(first: EvaluatedCell, second: EvaluatedCell) -> McNemar | None:
    # Of the same images, in the same order: what is not stale is of today's faces, on both sides.
    sides = [right_images(cell.details) for cell in (first, second) if not cell.stale]
    known = [side for side in sides if side is not None]
    return compare(*known) if len(known) == 2 else None


def _corrected(found: list[Effect]) -> list[Effect]:
    """Correct over all effects at once: whoever looks at all of them looks for the lowest p of all."""
    tests = [pair.test for effect in found for pair in effect.pairs if pair.test]
    corrected = iter(holm([test.p for test in tests]))
    return [
        replace(
            effect,
            pairs=tuple(
                replace(pair, corrected=next(corrected)) if pair.test else pair for pair in effect.pairs
            ),
        )
        for effect in found
    ]
