"""Matplotlib figures as inline SVG: the page's colours and fonts, no dates, equal figures in equal bytes."""

import hashlib
import html
import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from emotions.runtime.matplotlib_import import Axes, Figure, mpl

INK, RULE, MUTED = "#010101", "#020202", "#030303"
"""Stand for the page's own colours, which differ between light and dark."""

_THEME = {INK: "currentColor", RULE: "var(--rule)", MUTED: "var(--muted)"}

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#A65628", "#7F7F7F")
"""Okabe and Ito's palette but for its yellow and black, which one of two grounds hides, and three more."""

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "emotions",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 9,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def style() -> AbstractContextManager[None]:
    """Return the context in which all figures are made and written."""
    return mpl.rc_context(_STYLE)


def new(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of so many inches with one pair of axes."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def small(width: float, height: float, columns: int = 1) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure of so many inches with pairs of axes side by side.

    Its margins are fixed: to find them from what stands there takes four times as long as all else, and a
    grid has hundreds of such figures.
    """
    figure = Figure(figsize=(width, height))
    axes = figure.subplots(1, columns, squeeze=False)[0]
    figure.subplots_adjust(
        left=0.42 / width, right=1 - 0.08 / width, bottom=0.4 / height, top=1 - 0.28 / height, wspace=0.3
    )
    return figure, axes


def inline(figure: Figure, label: str) -> str:
    """Return a figure as an `svg` element.

    Args:
        figure: Made within `style`.
        label: What it shows, for those who can't see it.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    body = buffer.getvalue()
    opening = re.search(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>", body)
    assert opening
    width = float(opening[1].split()[2]) * 4 / 3  # points to pixels
    body = body[opening.end() :]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style .*?</style>", "", body, flags=re.DOTALL)
    # A hundredth of a point is more than an eye sees, and half the digits are less than half the page.
    # Only within tags: what stands between them is text that somebody reads.
    body = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag[0]), body)
    # Several figures share a page: names of groups go, those of clips and markers become each figure's own.
    # A browser may not follow a name into a part that is folded away.
    body = re.sub(r"<g id=\"[^\"]*\"", "<g", body)
    own = hashlib.sha256(body.encode()).hexdigest()[:6]
    body = re.sub(r"(\bid=\"|href=\"#|url\(#)", rf"\g<1>{own}", body)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"\n\s*", "\n", body)
    body = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", body)
    for stand_in, colour in _THEME.items():
        body = body.replace(stand_in, colour)
    return (
        f'<svg viewBox="{opening[1]}" role="img" aria-label="{html.escape(label)}" '
        f'style="max-width:{width:.0f}px">{body}'
    )
