"""Render the page: its templates say what stands where, and ask for charts, pictures and tables."""

from pathlib import Path

from markupsafe import Markup

from emotions.evaluation.intervals import RESAMPLES
from emotions.report import cells, frames, published, variants
from emotions.report.html import charts, cost, forest, pictures
from emotions.report.study import Beside, Study
from emotions.report.templates import environment


def render(study: Study, beside: Beside) -> str:
    """Render the page.

    Returns:
        HTML that loads nothing from anywhere; equal inputs give equal text.
    """
    plan = study.plan
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    called = (cells, charts, cost, forest, frames, pictures, published, variants)
    template = environment(html=True).get_template("html/page.html.j2")
    return template.render(
        {module.__name__.rpartition(".")[2]: module for module in called},
        study=study,
        beside=beside,
        plan=plan,
        dataset=study.gathered.dataset,
        generated=study.gathered.generated,
        style=Markup(style),  # noqa: S704  # a file of this package
        texts={name: variants.texts(train, plan.evaluate[name]) for name, train in plan.variants.items()},
        resamples=RESAMPLES,
    )
