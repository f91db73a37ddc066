"""One line of the results, and all of them as Markdown."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A comparison.

    Attributes:
        what: Is measured.
        ours: Its figure, with the unit.
        against: What it is compared with; empty where it stands alone.
        theirs: The figure of that, with the unit.
        ratio: Above 1 where ours is better; None where there is no comparison.
        spread: The lowest and the highest ratio of single rounds.
        target: What the ratio or the figure should reach, in words; empty where it is only reported.
        times: How often each side was measured, in alternation.
    """

    what: str
    ours: str
    against: str = ""
    theirs: str = ""
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    target: str = ""
    times: int = 1


def comparison(
    what: str, ours: Sequence[float], against: str, theirs: Sequence[float], unit: str, target: str = ""
) -> Row:
    """Make a row of rounds measured in pairs; in seconds less is better, in any other unit more is."""
    pairs = zip(theirs, ours, strict=True) if unit == "s" else zip(ours, theirs, strict=True)
    ratios = [one / other for one, other in pairs]
    return Row(
        what,
        figure(median(ours), unit),
        against,
        figure(median(theirs), unit),
        median(ratios),
        (min(ratios), max(ratios)),
        target,
        len(ratios),
    )


def growth(sizes: Sequence[str], seconds: Sequence[Sequence[float]], *, target: bool) -> Iterator[Row]:
    """Make a row for each size but the first, whose rounds the others' are divided by.

    Args:
        sizes: One, two and four times as much, in words.
        seconds: The rounds of each, in alternation.
        target: Whether it should take no more than so many times as long.
    """
    first = seconds[0]
    for factor, size, own in zip((2, 4), sizes[1:], seconds[1:], strict=True):
        ratio = median(one / other for one, other in zip(own, first, strict=True))
        most = f"at most {factor} times as long; it is {ratio:.3g}"
        yield Row(
            f"growth: {size}",
            figure(median(own), "s"),
            sizes[0],
            figure(median(first), "s"),
            target=most if target else "",
            times=len(own),
        )


def figure(number: float, unit: str) -> str:
    """Write a number with three digits, or all before the point, and its unit."""
    digits = max(0, 2 - math.floor(math.log10(abs(number)))) if number else 0
    return f"{number:,.{digits}f} {unit}"


def render(parts: Mapping[str, Mapping[str, object]]) -> str:
    """Make `results.md` of the parts that were run, each with its rows, its setting and its remark."""
    lines = [
        "# What the pipeline costs",
        "",
        "Written by `make bench`. Each pair was measured in alternation in one run; a ratio is the median",
        "over the rounds, above 1 where this pipeline is better, the lowest and the highest in brackets. The",
        "figures of a shared machine drift; the ratios are what can be trusted.",
    ]
    for name, part in parts.items():
        rows = [Row(**row) for row in part["rows"]]  # type: ignore[attr-defined]  # JSON
        lines += [
            "",
            f"## {name}",
            "",
            f"{part['remark']}",
            "",
            *_table(rows),
            "",
            f"Measured on {part['setting']}.",
        ]
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[Row]) -> list[str]:
    return [
        "| what | measured | against | measured | ratio | target | rounds |",
        "| --- | ---: | --- | ---: | ---: | --- | ---: |",
        *("| " + " | ".join(_fields(row)) + " |" for row in rows),
    ]


def _fields(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"**{row.ratio:.3g}**"
    if row.spread:
        ratio += f" ({row.spread[0]:.3g} to {row.spread[1]:.3g})"
    return row.what, row.ours, row.against, row.theirs, ratio, row.target, str(row.times)
