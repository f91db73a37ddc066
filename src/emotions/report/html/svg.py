"""Matplotlib figures as SVG: the page's colours and fonts, no dates, equal figures in equal bytes."""

import hashlib
import html
import io
import re
from contextlib import AbstractContextManager
from typing import Any

from markupsafe import Markup

from emotions.runtime.matplotlib_import import Axes, Figure, mpl

INK, RULE, MUTED = "#010101", "#020202", "#030303"
"""Stand for the page's own colours, which differ between light and dark."""

_THEME = {INK: "currentColor", RULE: "var(--rule)", MUTED: "var(--muted)"}

_LIGHT = {"ground": "#fdfdfc", "ink": "#1c1e21", "muted": "#5f6670", "rule": "#dcdfe3"}
_DARK = {"ground": "#15171a", "ink": "#e6e7e9", "muted": "#9aa2ad", "rule": "#33383f"}
_FONTS = "system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,DejaVu Sans,sans-serif"

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#A65628", "#7F7F7F")
"""Okabe and Ito's palette but for its yellow and black, which one of two grounds hides, and three more."""

MARKERS = ("o", "s")
"""Of the first so many as there are colours, and of those after them."""

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


def look(place: float) -> tuple[str, str]:
    """Return colour and marker of the so manieth of several, from 0."""
    place = int(place)
    return COLOURS[place % len(COLOURS)], MARKERS[place // len(COLOURS) % len(MARKERS)]


def new(width: float, height: float, left: float | None = None) -> tuple[Figure, Axes]:
    """Return a figure of so many inches with one pair of axes, which may begin so many from the left."""
    if left is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()
    figure = Figure(figsize=(width, height))
    return figure, figure.add_axes((left / width, 0.62 / height, 1 - (left + 0.1) / width, 1 - 0.67 / height))


def inline(figure: Figure, label: str) -> Markup:
    """Return a figure as an `svg` element of a page, in the page's colours and fonts.

    Args:
        figure: Made within `style`.
        label: What it shows, for those who can't see it.
    """
    box, body = _written(figure)
    width = float(box.split()[2]) * 4 / 3  # points to pixels
    return Markup(  # noqa: S704  # Matplotlib escapes what it writes
        f'<svg viewBox="{box}" role="img" aria-label="{html.escape(label)}" '
        f'style="max-width:{width:.0f}px">{body}'
    )


def standalone(figure: Figure, label: str) -> str:
    """Return a figure as a file of its own, light or dark as the screen is; arguments as of `inline`."""
    box, body = _written(figure)
    light, dark = (";".join(f"--{name}:{tone}" for name, tone in one.items()) for one in (_LIGHT, _DARK))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" role="img" aria-label="{html.escape(label)}">\n'
        f"<style>svg{{{light};color:var(--ink);font-family:{_FONTS}}}"
        f"@media(prefers-color-scheme:dark){{svg{{{dark}}}}}</style>\n"
        f'<rect width="100%" height="100%" fill="var(--ground)"/>{body}'
    )


def _written(figure: Figure) -> tuple[str, str]:
    """Return the `viewBox` and what follows the opening tag."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    body = buffer.getvalue()
    opening = re.search(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>", body)
    assert opening
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
    return opening[1], body
