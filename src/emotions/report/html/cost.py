"""Charts of accuracy against what it costs: MACs across machines, minutes within one kind of machine."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from emotions.report.html.labels import write
from emotions.report.html.svg import MUTED, inline, look, new, style
from emotions.report.html.svg import standalone as as_file
from emotions.report.study import Study
from emotions.report.tables import records
from emotions.runtime.matplotlib_import import Axes, Figure

MACS = "MACs of the whole training"

FEWEST = 3
"""Cells of one machine that a chart of their minutes is worth drawing for."""


def points(table: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Return the rows whose accuracy and cost are known, that as `x`, and one point for each setting.

    Cells that differ in their seed alone are one: the mean of those of today, or of stale ones if there are
    no others.
    """
    known = table.assign(x=table[cost])[table["test"].notna() & (table[cost] > 0)].reset_index(drop=True)
    setting = known["setting"].where(known["setting"] != "", known["variant"])
    groups = known.groupby([known["backbone"], setting], sort=False)
    known = known[(known["stale"] == "") | (groups["stale"].transform("min") != "")]
    groups = known.groupby([known["backbone"], setting], sort=False)
    seeds = groups["variant"].transform("size")
    label = known["label"] + seeds.map(lambda n: f", {n} seeds" if n > 1 else "")
    means = {name: groups[name].transform("mean") for name in ("x", "test")}
    return known.assign(label=label, **means)[~groups.cumcount().astype(bool)]


def pareto_front(found: pd.DataFrame, chance: float) -> pd.DataFrame:
    """Return the points that no other beats in both, cheapest first: each costs more and is better.

    Those that are stale, did not train as they should, or are no better than chance are not among them, and
    beat none.
    """
    able = found[found["sane"] & (found["stale"] == "") & (found["test"] > chance)]
    able = able.sort_values(["x", "test"], ascending=[True, False])
    return able[able["test"] > able["test"].cummax().shift(fill_value=-1.0)]


def charts(study: Study) -> Iterator[Markup]:
    """Draw all cells against their MACs, and those of each machine with enough of them against minutes."""
    tables = [(study.run, "training_macs", MACS)]
    for machine, cells in study.run.groupby("machine"):
        if len(cells) >= FEWEST:
            tables.append((cells, "minutes", f"minutes of training on machine {machine:.0f}"))
    for table, cost, axis in tables:
        if len(found := points(table, cost)):
            with style():
                yield inline(drawn(found, axis, study), f"Test accuracy against {axis}")


def standalone(study: Study) -> str:
    """Return the chart of all cells against the MACs of their training as an SVG file."""
    about = "Test accuracy of every model that was run against the MACs of its training"
    with style():
        return as_file(drawn(points(study.run, "training_macs"), MACS, study), about).rstrip() + "\n"


def drawn(found: pd.DataFrame, axis: str, study: Study) -> Figure:
    """Draw ours, the report's as small diamonds hung below or above, and a step through the front.

    Stale points are hollow, those that did not train as they should crosses. Labels stand at the front and at
    the best of each backbone.
    """
    figure, axes = new(6.2, 4.0)
    for backbone, rows in found.groupby("backbone", sort=False):
        colour, marker = look(rows["place"].iloc[0])
        axes.plot([], [], marker, color=colour, label=backbone, markersize=5)
        for row in records(rows):
            theirs = [row["report_low"], row["report_high"]]
            ring: Any = {
                "color": colour,
                "markerfacecolor": "none",
                "markersize": 3.5,
                "markeredgewidth": 0.7,
            }
            axes.plot([row["x"]] * 2, theirs, "d", alpha=0.8, **ring)
            axes.plot([row["x"]] * 3, [row["test"], *theirs], color=colour, linewidth=0.5, alpha=0.6)
            face = "none" if row["stale"] else colour
            kind = marker if row["sane"] else "x"
            axes.plot([row["x"]], [row["test"]], kind, color=colour, markersize=5, markerfacecolor=face)
    if found["report"].notna().any():
        axes.plot([], [], "d", color=MUTED, markerfacecolor="none", markersize=4, label="the report's")
    majority = study.chance.majority_accuracy
    front = pareto_front(found, majority)
    axes.step(front["x"], front["test"], where="post", color=MUTED, linewidth=1)
    axes.axhline(majority, color=MUTED, linestyle="--", linewidth=1)
    axes.set_xscale("log")
    axes.margins(x=0.16, y=0.1)
    if found.empty:
        axes.set_xlim(1, 10)
    else:
        figure.legend(loc="outside lower center", ncols=4, fontsize=7)
        low, high = axes.get_xlim()
        axes.set_xlim(low, high * (high / low) ** 0.15)  # labels stand on the right where they can
    _tick(axes)
    axes.set_xlabel(axis)
    axes.set_ylabel("test accuracy")
    ranked = found.sort_values("test", ascending=False, kind="stable")
    chosen = pd.concat([front[::-1], ranked.drop_duplicates("backbone")]).drop_duplicates("label")
    labels = chosen[["x", "test", "label"]].itertuples(index=False, name=None)
    heights = found[["test", "report_low", "report_high"]]
    lines = zip(found["x"], heights.min(axis=1), heights.max(axis=1), strict=True)
    marks = [(x, y) for x, low, high in lines for y in np.linspace(low, high, 9)]
    write(axes, labels, marks + list(_along(front)))
    return figure


def _along(front: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """Yield points of the step, which no label may lie on."""
    for (x, y), (end, above) in pairwise(front[["x", "test"]].itertuples(index=False, name=None)):
        yield from ((float(one), y) for one in np.geomspace(x, end, 20))
        yield from ((end, float(one)) for one in np.linspace(y, above, 9))


def _tick(axes: Axes) -> None:
    low, high = axes.get_xlim()
    steps = (1, 1.5, 2, 3, 4, 5, 7) if high < 10 * low else (1, 2, 5)
    first = int(np.floor(np.log10(low)))
    ticks = np.multiply.outer(10.0 ** np.arange(first, first + 9), steps).ravel()
    axes.set_xticks(ticks[(low <= ticks) & (ticks <= high)])
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter("{x:g}")
