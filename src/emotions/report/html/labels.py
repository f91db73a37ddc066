"""Labels beside points of a chart, as many as fit without lying on each other."""

from collections.abc import Sequence
from typing import NamedTuple

from emotions.runtime.matplotlib_import import Axes

_SIZE = 6.5
"""Points."""


class Label(NamedTuple):
    """A text at a point, in the chart's own units."""

    x: float
    y: float
    text: str


def write(axes: Axes, labels: Sequence[Label], points: Sequence[tuple[float, float]]) -> None:
    """Write the labels, the first ones first, each to the right of its point or to the left.

    One that would lie on another, or on one of the points, is left out. Call it last: it needs the final
    limits of the axes.
    """
    figure = axes.get_figure(root=True)
    assert figure
    figure.draw_without_rendering()
    per_point = figure.get_dpi() / 72
    half = 2 * per_point
    middles = [axes.transData.transform(point) for point in points]
    taken = [(x - half, y - half, x + half, y + half) for x, y in middles]
    for label in labels:
        x, y = axes.transData.transform((label.x, label.y))
        long, high = 0.56 * _SIZE * len(label.text) * per_point, 1.15 * _SIZE * per_point
        for to_right in (True, False):
            left = x + 5 * per_point if to_right else x - 5 * per_point - long
            box = (left, y - high / 2, left + long, y + high / 2)
            inside = axes.transAxes.inverted().transform([(box[0], y), (box[2], y)])[:, 0]
            if inside[0] >= -0.02 and inside[1] <= 1.02 and not _lies_on(box, taken):
                taken.append(box)
                axes.annotate(
                    label.text,
                    (label.x, label.y),
                    xytext=(5 if to_right else -5, 0),
                    textcoords="offset points",
                    ha="left" if to_right else "right",
                    va="center",
                    fontsize=_SIZE,
                )
                break


def _lies_on(
    box: tuple[float, float, float, float], others: Sequence[tuple[float, float, float, float]]
) -> bool:
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )
