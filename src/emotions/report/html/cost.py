"""Charts of accuracy against what it costs."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from emotions.report import published
from emotions.report.html.labels import Label, write
from emotions.report.html.svg import MUTED, inline, look, new, style
from emotions.report.html.svg import standalone as as_file
from emotions.report.study import Study
from emotions.report.text import is_known
from emotions.runtime.matplotlib_import import Figure

MACS = "MACs of the whole training"


class Point(NamedTuple):
    """A cell on a chart of accuracy against what it costs.

    Attributes:
        place: Of its backbone among all.
        backbone: Its name.
        label: What it is called.
        cost: What it costs.
        accuracy: On the test images.
        stale: Whether it is.
        sane: Whether it neither diverged nor collapsed nor has an inference gap.
        report: The report's accuracies of that setting.
    """

    place: int
    backbone: str
    label: str
    cost: float
    accuracy: float
    stale: bool = False
    sane: bool = True
    report: tuple[float, ...] = ()


def points(study: Study, table: pd.DataFrame, cost: str) -> list[Point]:
    """Return the points of the cells whose accuracy and cost, a column of the table, are known."""
    return [
        Point(
            place=study.plan.backbones.index(row["backbone"]),
            backbone=row["backbone"],
            label=row["name"] + row["marks"],
            cost=row[cost],
            accuracy=row["test"],
            stale=bool(row["stale"]),
            sane=row["sane"],
            report=()
            if row["generated"]
            else tuple(published.test_accuracies(row["backbone"], row["variant"])),
        )
        for row in table.to_dict("records")
        if is_known(row["test"]) and is_known(row[cost]) and row[cost] > 0
    ]


def pareto_front(found: Sequence[Point]) -> list[Point]:
    """Return the points that no other beats in both, cheapest first: each costs more and is better.

    Those that are stale, or did not train as they should, are neither among them nor beat any.
    """
    front: list[Point] = []
    able = [one for one in found if one.sane and not one.stale]
    for point in sorted(able, key=lambda one: (one.cost, -one.accuracy)):
        if not front or point.accuracy > front[-1].accuracy:
            front.append(point)
    return front


def chart(found: Sequence[Point], axis: str, majority: float) -> str:
    """Draw the points for the page; see `_drawn`."""
    with style():
        return inline(_drawn(found, axis, majority), f"Test accuracy against {axis}")


def standalone(study: Study) -> str:
    """Return the chart of all cells against the MACs of their training as an SVG file."""
    found = points(study, study.table, "training_macs")
    about = "Test accuracy of every model that was run against the MACs of its training"
    with style():
        figure = _drawn(found, MACS, study.chance.majority_accuracy)
        return as_file(figure, about).rstrip() + "\n"


def _drawn(found: Sequence[Point], axis: str, majority: float) -> Figure:
    """Draw ours, the report's as small diamonds hung below or above, and a step through the front.

    Stale points are hollow, those that did not train as they should crosses. Labels stand at the front and at
    the best of each backbone.
    """
    figure, axes = new(6.2, 4.0)
    front = pareto_front(found)
    for name, place in dict.fromkeys((one.backbone, one.place) for one in found):
        colour, marker = look(place)
        axes.plot([], [], marker, color=colour, label=name, markersize=5)
        for one in found:
            if one.backbone != name:
                continue
            axes.plot(
                [one.cost] * len(one.report),
                one.report,
                "d",
                color=colour,
                markersize=3.5,
                markerfacecolor="none",
                markeredgewidth=0.7,
                alpha=0.8,
            )
            for theirs in one.report:
                axes.plot([one.cost] * 2, [one.accuracy, theirs], color=colour, linewidth=0.5, alpha=0.6)
            axes.plot(
                [one.cost],
                [one.accuracy],
                marker if one.sane else "x",
                color=colour,
                markersize=5,
                markerfacecolor="none" if one.stale else colour,
            )
    if any(one.report for one in found):
        axes.plot([], [], "d", color=MUTED, markerfacecolor="none", markersize=4, label="the report's")
    axes.step(
        [one.cost for one in front], [one.accuracy for one in front], where="post", color=MUTED, linewidth=1
    )
    axes.axhline(majority, color=MUTED, linestyle="--", linewidth=1)
    axes.set_xscale("log")
    if not found:
        axes.set_xlim(1, 10)
    axes.margins(x=0.16, y=0.1)
    if axis != MACS:
        low, high = axes.get_xlim()
        steps = (1, 1.5, 2, 3, 4, 5, 7) if high < 10 * low else (1, 2, 5)
        ticks = [step * 10.0**k for k in range(-2, 6) for step in steps]
        axes.set_xticks([one for one in ticks if low <= one <= high])
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel(axis)
    axes.set_ylabel("test accuracy")
    if found:
        figure.legend(loc="outside lower center", ncols=4, fontsize=7)
    by_accuracy = sorted(found, key=lambda one: -one.accuracy)
    best = {one.backbone: one for one in reversed(by_accuracy)}.values()
    chosen = dict.fromkeys([*reversed(front), *sorted(best, key=lambda one: -one.accuracy)])
    write(
        axes,
        [Label(one.cost, one.accuracy, one.label) for one in chosen],
        [(one.cost, y) for one in found for y in (one.accuracy, *one.report)],
    )
    return figure
