"""Jinja templates of the pages, with text.py's functions as filters."""

import re
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from emotions.report import text


@cache
def environment(*, html: bool) -> jinja2.Environment:
    """Return the environment of the templates beside this module; `html` escapes what stands in them."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=html,  # noqa: S701  # Markdown has nothing to escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in (
        *("share", "number", "count", "share_difference", "signed_share", "plural", "p_value"),
        *("plain", "paragraph", "bullets", "table", "between"),
    ):
        found.filters[name] = getattr(text, name)
    found.filters["code"] = _code
    return found


def _code(written: str) -> Markup:
    """Escape, and set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(written))))  # noqa: S704
