"""The page as a whole."""

import re
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from emotions.report import published
from emotions.report.html import behaviour, data, effects, layers, opening, rerun, results
from emotions.report.html.blocks import Section
from emotions.report.html.samples import samples
from emotions.report.study import Study
from emotions.report.text import count, plural


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
        generated=study.gathered.dataset.generated,
        sections=sections(study),
    )


def sections(study: Study) -> list[Section]:
    """Return the sections in the order of the page."""
    return [
        opening.section(study, left_out(study)),
        data.section(study, samples(study)),
        results.section(study),
        effects.section(study),
        behaviour.section(study),
        layers.section(study),
        rerun.section(study),
    ]


def left_out(study: Study) -> list[str]:
    """Say what the page does without, and why."""
    evidence, cells = study.evidence, len(study.cells)
    said = []
    if missing := study.gathered.missing():
        said.append(f"{count(len(missing))} cells were not run: their figures are blank.")
    for what, found, without in (
        (
            "predictions",
            evidence.predictions,
            "McNemar's test, macro-F1's and calibration's intervals, reliability diagrams, confusion "
            "matrices and confident mistakes",
        ),
        ("histories", evidence.histories, "learning curves and the last epoch's training accuracy"),
    ):
        if lacking := cells - len(found):
            said.append(
                f"{count(lacking)} of {count(cells)} cells that were run have no {what} here: no {without} "
                "of theirs. `dvc pull`, or `dvc repro`, brings them."
            )
    if evidence.faces is None:
        said.append(
            "The prepared faces are not here: no mean face, and no intervals of macro-F1 and calibration, "
            "which need to know the images that are copies of each other. `dvc repro prepare` makes them."
        )
    if evidence.statistics is None:
        said.append(
            "The statistics of the training images are not here: no eigenvalues and no whitened faces. "
            "`dvc repro zca` makes them."
        )
    if lacking := len(study.plan.backbones) - len(evidence.layers):
        said.append(
            f"{count(lacking)} of {plural(len(study.plan.backbones), 'backbone')} have no outputs of layers "
            "here: no pictures of theirs. `dvc repro layers@BACKBONE` trains what is missing and makes them."
        )
    return [*said, *evidence.left_out]


def _read(name: str) -> str:
    return files("emotions.report.html").joinpath(name).read_text(encoding="utf-8")


def _code(text: str) -> Markup:
    """Escape, and set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704
