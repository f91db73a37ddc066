"""Labels beside points of a chart, as many as fit without lying on each other."""

from collections.abc import Iterable, Sequence

from emotions.runtime.matplotlib_import import Axes

_SIZE = 6.5
"""Points."""

Sides = Sequence[tuple[int, int]]
"""Where a label may stand beside its point, the best place first: 1 is to the right, and above."""

RIGHT: Sides = ((1, 0), (1, 1), (1, -1))
AROUND: Sides = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


def write(
    axes: Axes,
    labels: Iterable[tuple[float, float, str]],
    points: Sequence[tuple[float, float]],
    sides: Sides = AROUND,
) -> None:
    """Write texts at their x and y, in the chart's own units, the first ones first, beside their points.

    One that would lie on another, on one of the points, or outside of the axes is left out. Call it last: it
    needs the final limits of the axes.
    """
    figure = axes.get_figure(root=True)
    assert figure
    figure.draw_without_rendering()
    unit, frame = figure.get_dpi() / 72, axes.get_window_extent().padded(9)
    middles = [axes.transData.transform(point) for point in points]
    taken = [frame.from_bounds(x - 2 * unit, y - 2 * unit, 4 * unit, 4 * unit) for x, y in middles]
    for x, y, text in labels:
        middle = axes.transData.transform((x, y))
        width, height = 0.56 * _SIZE * len(text) * unit, 1.15 * _SIZE * unit
        for right, up in sides:
            shift = (right * (2 if up else 5), up * 6)
            left = middle[0] + shift[0] * unit - (0.5 - 0.5 * right) * width
            box = frame.from_bounds(left, middle[1] + shift[1] * unit - height / 2, width, height)
            inside = frame.contains(box.x0, box.y0) and frame.contains(box.x1, box.y1)
            if inside and not box.count_overlaps(taken):
                taken.append(box)
                side = ("right", "center", "left")[right + 1]
                axes.annotate(
                    text, (x, y), shift, textcoords="offset points", ha=side, va="center", size=_SIZE
                )
                break
