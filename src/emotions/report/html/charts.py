"""Draw the charts of the page: each takes plain figures and returns inline SVG."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.report.effects import Effect, Pair
from emotions.report.html.labels import Label, write
from emotions.report.html.svg import COLOURS, INK, MUTED, fixed, inline, look, new, style
from emotions.report.stage_files import Counts, Zca
from emotions.report.text import signed_share
from emotions.runtime.matplotlib_import import Axes, MaxNLocator


def class_counts(counts: Counts, classes: Sequence[str], *, beside: bool) -> str:
    """Draw two bars a class and, `beside` them, the report's counts as rings."""
    with style():
        figure, axes = new(5.2, 2.4)
        places = np.arange(len(classes))
        sides = (
            ("training", counts.training, CLASS_COUNTS["training"]),
            ("test", counts.test, CLASS_COUNTS["test"]),
        )
        for side, (split, ours, theirs) in enumerate(sides):
            where = places + (side - 0.5) * 0.4
            axes.bar(where, [ours[name] for name in classes], 0.4, label=split, color=COLOURS[side])
            known = [theirs.get(name, np.nan) if beside else np.nan for name in classes]
            axes.plot(where, known, "o", markersize=4, markerfacecolor="none", markeredgecolor=INK)
        axes.set_xticks(places, list(classes))
        axes.grid(visible=False, axis="x")
        axes.set_ylabel("images")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.legend()
        return inline(figure, "Bars of the images in each class, training and test")


def spectrum(zca: Zca, eigenvalues: NDArray[np.float32]) -> list[str]:
    """Draw the share of variance that the first components hold, and the (d,) eigenvalues, descending."""
    components, shares = zip(*zca.explained, strict=True)
    with style():
        figure, axes = new(3.4, 2.4)
        axes.plot(components, shares, "o-", markersize=4, color=COLOURS[0])
        axes.set_xscale("log")
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("first components")
        axes.set_ylabel("share of variance")
        pictures = [inline(figure, "Share of the variance that the first components hold together")]
        figure, axes = new(3.4, 2.4)
        axes.plot(np.arange(1, len(eigenvalues) + 1), eigenvalues, color=COLOURS[1])
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("component")
        axes.set_ylabel("eigenvalue + epsilon")
        return [*pictures, inline(figure, "Eigenvalues of the covariance, epsilon added")]


def limit(effects: Sequence[Effect], chance: float) -> float:
    """Return how far to both sides of 0 all forests reach: to the pairs whose both sides are above chance."""
    ends = [
        abs(end)
        for effect in effects
        for pair in effect.pairs
        if min(pair.ours, pair.baseline) > chance
        for end in (pair.difference, *(pair.test.interval if pair.test else ()))
    ]
    return 1.15 * max(0.05, *map(float, ends), 0)


def forest(effect: Effect, reach: float) -> str:
    """Draw the differences of all pairs of an effect with their intervals, from minus `reach` to `reach`.

    Filled and blue is what holds after Holm's correction, filled and grey what was tested and does not,
    hollow what was not tested. What is beyond the axis stands as a triangle at its end, with its value. The
    zeros of all forests stand below each other.
    """
    several = len(effect.comparisons) > 1
    pairs = [(one, pair) for one in effect.comparisons for pair in one.pairs]
    with style():
        figure, axes = fixed(4.9, 0.4 + 0.19 * len(pairs), left=1.75, bottom=0.3)
        axes.axvline(0, color=INK, linewidth=0.8)
        for place, (_, pair) in enumerate(pairs):
            _draw_pair(axes, -place, pair, reach)
        names = [
            f"{pair.backbone}, {one.value}{pair.marks}" if several else pair.backbone + pair.marks
            for one, pair in pairs
        ]
        axes.set_yticks([-place for place in range(len(pairs))], names)
        axes.set_ylim(0.6 - len(pairs), 0.6)
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_locator(MaxNLocator(5, symmetric=True))
        axes.tick_params(labelsize=7.5)
        axes.grid(visible=False, axis="y")
        return inline(figure, f"Differences by {effect.subject}, backbone by backbone")


def _draw_pair(axes: Axes, y: float, pair: Pair, reach: float) -> None:
    colour = COLOURS[0] if pair.favours else MUTED
    if abs(pair.difference) > reach:
        side = np.sign(pair.difference)
        axes.plot([side * reach * 0.97], [y], "<" if side < 0 else ">", color=colour, markersize=5)
        axes.text(
            side * reach * 0.92,
            y,
            signed_share(pair.difference),
            ha="left" if side < 0 else "right",
            va="center",
            fontsize=7,
        )
        return
    if pair.test:
        axes.plot(pair.test.interval, [y, y], color=colour, linewidth=1.5)
    axes.plot(
        [pair.difference],
        [y],
        "o",
        color=colour,
        markersize=4,
        markerfacecolor=colour if pair.test else "none",
    )


class Line(NamedTuple):
    """A curve by epoch; `place` is that of its backbone, `dashed` a cell that is none of the report's."""

    name: str
    place: int
    epochs: NDArray[np.float64]
    values: NDArray[np.float64]
    dashed: bool


def curves(lines: Sequence[Line], ylabel: str, *, log: bool) -> str:
    """Draw one curve a cell over all others, and name the first ones, as many as there is room for."""
    with style():
        figure, axes = new(5.6, 3.8)
        ends = []
        for line in lines:
            colour, _ = look(line.place)
            known = np.isfinite(line.values) & ((line.values > 0) | (not log))
            if not known.any():
                continue
            x, y = line.epochs[known], line.values[known]
            axes.plot(x, y, color=colour, linestyle="--" if line.dashed else "-", linewidth=1.2, alpha=0.85)
            axes.plot(x[-1:], y[-1:], "o", color=colour, markersize=2.5)
            ends.append(Label(x[-1], y[-1], line.name))
        if log:
            axes.set_yscale("log")
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.set_xlim(0, 1.25 * max([1.0, *(one.x for one in ends)]))
        axes.set_xlabel("epoch")
        axes.set_ylabel(ylabel)
        write(axes, ends, [(one.x, one.y) for one in ends])
        return inline(figure, f"{ylabel.capitalize()} by epoch, a line a cell")


def reliability(bins: Mapping[str, tuple[int, Mapping[str, NDArray[np.float64]]]]) -> str:
    """Draw accuracy by score, on whose diagonal a model is right as often as it says.

    Args:
        bins: Label -> place of the backbone, and the bins' columns as arrays.
    """
    with style():
        figure, axes = new(4.6, 3.8)
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1)
        for label, (place, columns) in bins.items():
            colour, marker = look(place)
            known = columns["count"] > 0
            axes.plot(
                columns["confidence"][known],
                columns["accuracy"][known],
                marker=marker,
                color=colour,
                markersize=3.5,
                linewidth=1.2,
                label=label,
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xlabel("score of the predicted class")
        axes.set_ylabel("share that is right")
        axes.legend(fontsize=7, loc="upper left")
        return inline(figure, "Share of test images that are right, by score")
