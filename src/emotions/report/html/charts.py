"""Draw the charts of the page: each takes plain figures and returns inline SVG."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.evaluation.evidence import Interval
from emotions.report.compare import ChanceBaselines
from emotions.report.html.svg import COLOURS, INK, MUTED, inline, new, small, style
from emotions.report.stage_files import Counts, Zca
from emotions.runtime.matplotlib_import import MaxNLocator


def class_counts(counts: Counts, classes: Sequence[str]) -> str:
    """Draw two bars a class, and the report's counts as rings."""
    with style():
        figure, axes = new(5.2, 2.8)
        places = np.arange(len(classes))
        sides = (
            ("training", counts.training, CLASS_COUNTS["training"]),
            ("test", counts.test, CLASS_COUNTS["test"]),
        )
        for side, (split, ours, theirs) in enumerate(sides):
            where = places + (side - 0.5) * 0.4
            axes.bar(where, [ours[name] for name in classes], 0.4, label=split, color=COLOURS[side])
            known = [theirs.get(name, np.nan) for name in classes]
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


class Row(NamedTuple):
    """A line of a chart of intervals."""

    label: str
    ours: float
    interval: Interval
    report: Sequence[float]


def forest(rows: Sequence[Row], chance: ChanceBaselines) -> str:
    """Draw accuracies with their intervals, the report's as rings, and the chance baselines as lines."""
    with style():
        figure, axes = new(5.2, 1.1 + 0.17 * len(rows))
        places = np.arange(len(rows))[::-1]
        for place, row in zip(places, rows, strict=True):
            axes.plot(row.interval, [place, place], color=COLOURS[0], linewidth=1.5)
            axes.plot(
                list(row.report),
                [place] * len(row.report),
                "o",
                markersize=4,
                markerfacecolor="none",
                markeredgecolor=COLOURS[1],
            )
        axes.plot([row.ours for row in rows], places, "o", markersize=3.5, color=COLOURS[0])
        for value, line in (
            (chance.majority_accuracy, "--"),
            (chance.uniform_accuracy, ":"),
        ):
            axes.axvline(value, color=MUTED, linestyle=line, linewidth=1)
        axes.set_yticks(places, [row.label for row in rows])
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_xlim(0, max(0.7, *(max(row.interval.high, *row.report, 0) + 0.02 for row in rows)))
        axes.set_xlabel("test accuracy")
        axes.grid(visible=False, axis="y")
        return inline(figure, "Test accuracies with 95% intervals")


def curves(title: str, history: Mapping[str, NDArray[np.float64]]) -> str:
    """Draw accuracy and loss by epoch, of train and validation; `history` is that of a cell as arrays."""
    with style():
        figure, (left, right) = small(3.8, 1.7, columns=2)
        epochs = history["epoch"]
        marker = "o" if len(epochs) == 1 else ""
        for colour, prefix, name in ((COLOURS[0], "", "train"), (COLOURS[1], "val_", "validation")):
            for axes, kind in ((left, "accuracy"), (right, "loss")):
                axes.plot(
                    epochs, history[prefix + kind], color=colour, marker=marker, label=name, linewidth=1.3
                )
        left.set_ylim(0, 1)
        losses = np.concatenate([history["loss"], history["val_loss"]])
        known = losses[np.isfinite(losses)]
        if len(known) and (known > 0).all() and known.max() > 10 * known.min():
            right.set_yscale("log")
        for axes, kind in ((left, "accuracy"), (right, "loss")):
            axes.set_title(f"{title}, {kind}", fontsize=8)
            axes.set_xlabel("epoch", labelpad=1)
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        left.legend(fontsize=7, loc="upper left", handlelength=1)
        return inline(figure, f"Learning curves of {title}")


class Point(NamedTuple):
    """A cell on a chart of accuracy against what it costs; `stale` as of the cell."""

    backbone: str
    label: str
    cost: float
    accuracy: float
    stale: bool = False


def pareto_front(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other beats in both, cheapest first: each costs more and is better.

    Stale ones are neither among them nor among those that beat.
    """
    front: list[Point] = []
    current = [one for one in points if not one.stale]
    for point in sorted(current, key=lambda one: (one.cost, -one.accuracy)):
        if not front or point.accuracy > front[-1].accuracy:
            front.append(point)
    return front


def pareto(points: Sequence[Point], cost: str, majority: float) -> str:
    """Draw accuracy against cost, stale points hollow, with a line through those that no other beats."""
    colours: Mapping[str, str] = {
        name: COLOURS[i % len(COLOURS)]
        for i, name in enumerate(dict.fromkeys(one.backbone for one in points))
    }
    with style():
        figure, axes = new(5.2, 3.4)
        for i, (name, colour) in enumerate(colours.items()):
            marker = "o" if i < len(COLOURS) else "s"
            axes.plot([], [], marker, color=colour, label=name, markersize=5)
            for face, is_stale in ((colour, False), ("none", True)):
                ours = [one for one in points if one.backbone == name and one.stale == is_stale]
                axes.plot(
                    [one.cost for one in ours],
                    [one.accuracy for one in ours],
                    marker,
                    color=colour,
                    markerfacecolor=face,
                    markersize=5,
                )
        front = pareto_front(points)
        axes.step(
            [one.cost for one in front],
            [one.accuracy for one in front],
            where="post",
            color=MUTED,
            linewidth=1,
        )
        axes.axhline(majority, color=MUTED, linestyle="--", linewidth=1)
        axes.set_xscale("log")
        axes.margins(x=0.1, y=0.1)
        axes.set_xlabel(cost)
        axes.set_ylabel("test accuracy")
        figure.legend(loc="outside lower center", ncols=3, fontsize=7)
        return inline(figure, f"Test accuracy against {cost}")


def reliability(title: str, bins: Mapping[str, NDArray[np.float64]]) -> str:
    """Draw accuracy by score, on whose diagonal a model is right as often as it says; `bins` as arrays."""
    with style():
        figure, (axes,) = small(2.1, 2.1)
        n = len(bins["count"])
        left = np.arange(n) / n
        axes.bar(left, np.nan_to_num(bins["accuracy"]), 1 / n, align="edge", color=COLOURS[0])
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1)
        axes.plot(bins["confidence"], bins["accuracy"], "o", color=COLOURS[1], markersize=3)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xticks([0, 0.5, 1])
        axes.set_xlabel("score", labelpad=1)
        axes.set_title(title, fontsize=8)
        return inline(figure, f"Reliability of {title}")
