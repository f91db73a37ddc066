"""Draw the charts of the data and of how models learned, as inline SVG."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from emotions.report import frames
from emotions.report.evidence import arrays
from emotions.report.html.labels import RIGHT, write
from emotions.report.html.svg import COLOURS, INK, MUTED, inline, look, new, style
from emotions.report.study import Study
from emotions.report.tables import records
from emotions.runtime.matplotlib_import import MaxNLocator


def class_counts(counts: pd.DataFrame, *, beside: bool) -> Markup:
    """Draw two bars a class, of `emotions.report.frames.counts`, and `beside` them the report's as rings."""
    with style():
        figure, axes = new(5.2, 2.4)
        for side, split in enumerate(("training", "test")):
            where = np.arange(len(counts)) + (side - 0.5) * 0.4
            axes.bar(where, counts[split], 0.4, label=split, color=COLOURS[side])
            if beside:
                theirs = counts[f"{split}_report"]
                axes.plot(where, theirs, "o", markersize=4, markerfacecolor="none", markeredgecolor=INK)
        axes.set_xticks(np.arange(len(counts)), counts["class"].to_list())
        axes.grid(visible=False, axis="x")
        axes.set_ylabel("images")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.legend()
        return inline(figure, "Bars of the images in each class, training and test")


def curves(study: Study, score: str) -> Markup | None:
    """Draw a curve a cell of `accuracy` or `loss` on validation; None if there is no history.

    The best of each backbone stands out, and has its name if there is room; dashed is what is none of the
    report's settings.
    """
    cells = [study.cells[names] for names in study.ranked.index]
    found = frames.curves(cells)
    found = found[(found["images"] == "validation") & found[score].gt(0 if score == "loss" else -1)]
    if found.empty:
        return None
    with style():
        figure, axes = new(5.6, 3.8)
        ends = []
        rows = study.ranked.set_index("label")
        best = rows.drop_duplicates("backbone").index
        for cell in found["cell"].unique():
            row, values = rows.loc[cell], found[found["cell"] == cell]
            kind = "-" if row["list"] == "grid" else "--"
            line: Any = {"color": look(row["place"])[0], "linewidth": 1.6 if cell in best else 0.7}
            axes.plot(values["epoch"], values[score], kind, alpha=0.95 if cell in best else 0.45, **line)
            if cell in best:
                axes.plot(values["epoch"].iloc[-1:], values[score].iloc[-1:], "o", markersize=3, **line)
                ends.append((values["epoch"].iloc[-1], values[score].iloc[-1], cell))
        axes.set_yscale("log" if score == "loss" else "linear")
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.set_xlim(0, 1.3 * found["epoch"].max())
        axes.set_xlabel("epoch")
        axes.set_ylabel(f"validation {score}")
        write(axes, ends, [(x, y) for x, y, _ in ends], RIGHT)
        return inline(figure, f"Validation {score} by epoch, a line a cell")


def reliability(study: Study) -> Markup | None:
    """Draw accuracy by score, of the best cell of each backbone; None if no scores are probabilities.

    On the diagonal a model is right as often as it says.
    """
    best = study.ranked[study.ranked["ece"].notna()].drop_duplicates("backbone").sort_values("place")
    if best.empty:
        return None
    with style():
        figure, axes = new(4.6, 3.8)
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1)
        for row in records(best):
            calibration = study.cells[row["backbone"], row["variant"]].details.calibration
            assert calibration
            columns, (colour, marker) = arrays(calibration.bins), look(row["place"])
            known = columns["count"] > 0
            line: Any = {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 1.2}
            label = f"{row['label']}, ECE {row['ece']:.3f}"
            axes.plot(columns["confidence"][known], columns["accuracy"][known], label=label, **line)
        axes.set(
            xlim=(0, 1), ylim=(0, 1), xlabel="score of the predicted class", ylabel="share that is right"
        )
        axes.legend(fontsize=7, loc="upper left")
        return inline(figure, "Share of test images that are right, by score")
