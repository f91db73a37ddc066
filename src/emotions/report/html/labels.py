"""Labels beside points of a chart, as many as fit without lying on each other."""

from collections.abc import Iterable, Sequence

from emotions.runtime.matplotlib_import import Axes

_SIZE = 6.5
"""Points."""

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a label may stand beside its point, the best place first: to the right is 1, above is 1."""

_Box = tuple[float, float, float, float]


def write(
    axes: Axes, labels: Iterable[tuple[float, float, str]], points: Sequence[tuple[float, float]]
) -> None:
    """Write texts at their x and y, in the chart's own units, the first ones first, beside their points.

    One that would lie on another, on one of the points, or outside of the axes is left out. Call it last: it
    needs the final limits of the axes.
    """
    figure = axes.get_figure(root=True)
    assert figure
    figure.draw_without_rendering()
    unit = figure.get_dpi() / 72
    frame = axes.get_window_extent()
    middles = [axes.transData.transform(point) for point in points]
    taken = [(x - 2 * unit, y - 2 * unit, x + 2 * unit, y + 2 * unit) for x, y in middles]
    for x, y, text in labels:
        middle = axes.transData.transform((x, y))
        width, height = 0.56 * _SIZE * len(text) * unit, 1.15 * _SIZE * unit
        for right, up in _SIDES:
            shift = (right * (5 if not up else 2), up * 6)
            left = middle[0] + shift[0] * unit - (0.5 - 0.5 * right) * width
            bottom = middle[1] + shift[1] * unit - height / 2
            box = (left, bottom, left + width, bottom + height)
            inside = (
                frame.x0 - 9 <= left
                and box[2] <= frame.x1 + 9
                and frame.y0 <= bottom
                and box[3] <= frame.y1 + 9
            )
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                axes.annotate(
                    text,
                    (x, y),
                    xytext=shift,
                    textcoords="offset points",
                    ha=("right", "center", "left")[right + 1],
                    va="center",
                    fontsize=_SIZE,
                )
                break


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
