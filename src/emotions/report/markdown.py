"""Render the short page: the answer, the grid, and where the rest is."""

from emotions.report import cells, published
from emotions.report.study import Study
from emotions.report.templates import environment


def render(study: Study) -> str:
    """Render the page.

    Returns:
        Markdown with a final newline, which reads as plain text too; equal inputs give equal text.
    """
    template = environment(html=False).get_template("README.md.j2")
    return template.render(study=study, cells=cells, generated=study.gathered.generated, published=published)
