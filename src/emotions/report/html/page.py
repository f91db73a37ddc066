"""Render the page from its sections."""

import re
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from emotions.report import published
from emotions.report.html import behaviour, data, effects, layers, opening, rerun, results
from emotions.report.html.blocks import Section
from emotions.report.study import Study


def render(study: Study) -> str:
    """Render the page.

    Returns:
        HTML that loads nothing from anywhere; equal inputs give equal text.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = _code
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment.get_template("page.html.j2").render(
        title=published.TITLE,
        style=Markup(_read("style.css")),  # noqa: S704  # a file of this package
        generated=study.gathered.generated,
        # What is told of the data follows the faces of today, all else the cells.
        of_data=study.gathered.dataset.generated,
        sections=sections(study),
    )


def sections(study: Study) -> list[Section]:
    """Return the sections in the order of the page."""
    return [
        opening.section(study),
        data.section(study),
        results.section(study),
        effects.section(study),
        behaviour.section(study),
        layers.section(study),
        rerun.section(study),
    ]


def _read(name: str) -> str:
    return files("emotions.report.html").joinpath(name).read_text(encoding="utf-8")


def _code(text: str) -> Markup:
    """Escape, and set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704
