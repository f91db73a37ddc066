"""Jinja templates of the pages: prose, and what tables hold; text.py's functions are filters."""

import re
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from emotions.report import text
from emotions.report.tables import Table, tabulate


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
    shown = (text.share, text.number, text.count, text.signed_share, text.between, text.p_value)
    found.filters |= {one.__name__: one for one in (*shown, text.plural, text.plain, text.paragraph)}
    found.filters |= {"code": _code, "markdown": Table.markdown}
    found.globals["tabulate"] = tabulate
    return found


def _code(written: str) -> Markup:
    """Escape, and set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(written))))  # noqa: S704
