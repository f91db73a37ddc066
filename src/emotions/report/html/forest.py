"""The chart of what each setting changes: a row a change, a point a backbone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from emotions.report.html.svg import INK, MUTED, RULE, inline, look, new, style
from emotions.report.pairs import Comparison
from emotions.report.text import is_known, signed_share
from emotions.runtime.matplotlib_import import Axes, Figure, MaxNLocator

_HIGH = 0.34
"""Inches a row."""


def reach(pairs: pd.DataFrame, chance: float) -> float:
    """Return how far to both sides of 0 a chart goes: to the pairs whose both sides are above chance."""
    sound = pairs[pairs[["test", "base"]].min(axis=1) > chance]
    ends = sound[["difference", "difference_low", "difference_high"]].abs().to_numpy()
    return 1.15 * float(np.nanmax(ends, initial=0.05))


def forest(found: Sequence[Comparison], chance: float) -> Markup | None:
    """Draw the comparisons for the page, see `drawn`; None of no pairs."""
    if not any(one.tested or one.untested for one in found):
        return None
    with style():
        return inline(
            drawn(found, chance), "Test accuracy less the baseline's, a row a change, a point a backbone"
        )


def drawn(found: Sequence[Comparison], chance: float) -> Figure:
    """Draw test accuracy less the baseline's, with its 95% interval.

    Filled is what holds after Holm's correction, hollow what was tested and does not, a cross what was not
    tested. A bar is the mean over several backbones whose models did not break. What is beyond the axis
    stands as a triangle at its end, with how much.
    """
    shown = [one for one in found if one.tested or one.untested]
    pairs = pd.DataFrame([pair for one in shown for pair in one.tested + one.untested])
    end = reach(pairs, chance)
    figure, axes = new(8.4, 0.67 + _HIGH * len(shown), left=1.9)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.hlines([y + 0.5 for y in range(len(shown))], -end, end, color=RULE, linewidth=0.5)
    for y, one in enumerate(shown):
        _draw(axes, y, one, end)
    axes.set_yticks(range(len(shown)), [f"{one.subject}: {one.value}" for one in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(-end, end)
    axes.xaxis.set_major_locator(MaxNLocator(7, symmetric=True))
    axes.tick_params(labelsize=7.5)
    axes.grid(visible=False, axis="y")
    for place, name in pairs.sort_values("place")[["place", "backbone"]].drop_duplicates().to_numpy():
        colour, marker = look(place)
        axes.plot([], [], marker, color=colour, label=name, markersize=4)
    figure.legend(loc="lower center", ncols=6, fontsize=7, columnspacing=1.2, handletextpad=0.3)
    return figure


def _draw(axes: Axes, y: int, one: Comparison, end: float) -> None:
    pairs = sorted(one.tested + one.untested, key=lambda pair: pair["place"])
    heights = y + (np.linspace(-0.3, 0.3, len(pairs)) if len(pairs) > 1 else np.zeros(1))
    sound = [pair["difference"] for pair in one.tested if not pair["broken"]]
    if len(sound) > 1:
        axes.plot([np.clip(np.mean(sound), -end, end)] * 2, [y - 0.42, y + 0.42], color=INK, linewidth=2)
    for height, pair in zip(heights, pairs, strict=True):
        colour, marker = look(pair["place"])
        if abs(pair["difference"]) > end:
            side = np.sign(pair["difference"])
            axes.plot([side * end * 0.985], [height], "<" if side < 0 else ">", color=colour, markersize=4)
        elif not is_known(pair["p"]):
            axes.plot([pair["difference"]], [height], "x", color=colour, markersize=4)
        else:
            axes.plot(
                [pair["difference_low"], pair["difference_high"]], [height] * 2, color=colour, linewidth=1
            )
            face = colour if pair["favours"] else "none"
            axes.plot(
                [pair["difference"]], [height], marker, color=colour, markersize=4, markerfacecolor=face
            )
    for side, where in ((-1, "left"), (1, "right")):
        if ends := sorted(pair["difference"] for pair in pairs if side * pair["difference"] > end):
            words = " to ".join(dict.fromkeys(map(signed_share, (ends[0], ends[-1]))))
            axes.text(side * end * 0.95, y, words, ha=where, va="center", fontsize=7, color=MUTED)
