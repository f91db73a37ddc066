"""Render the short page: the answer, the grid, and where the rest is."""

from collections.abc import Mapping

from emotions.report import published, text
from emotions.report.accuracy_grid import Field, grid
from emotions.report.cells import UNSEEN, marks, used_signs
from emotions.report.study import Study
from emotions.report.templates import environment


def render(study: Study) -> str:
    """Render the page.

    Returns:
        Markdown with a final newline, which reads as plain text too; equal inputs give equal text.
    """
    plan, table, photographs = study.plan, study.table, not study.gathered.generated
    grids = {
        name: _table(fields)
        for name in plan.lists
        if (fields := grid(plan, table, name, study.chance.majority_accuracy, beside=photographs))
        # What is no setting of the report's has nothing to show before it was run.
        and (name == "grid" or any(table["list"] == name))
    }
    return (
        environment(html=False)
        .get_template("README.md.j2")
        .render(
            title=published.TITLE,
            study=study,
            grids=grids,
            best=study.best,
            stale=study.best_stale,
            marks=marks,
            signs=used_signs(study.cells.values()),
            unseen=UNSEEN,
        )
    )


def _table(fields: Mapping[str, Mapping[str, Field]]) -> str:
    """Set ours and the report's in one field: `0.497 ¶ (0.411)`, or `(0.411)` where ours was not run."""
    variants = list(dict.fromkeys(variant for row in fields.values() for variant in row))
    rows = [
        [backbone, *(_field(row[name]) if name in row else "" for name in variants)]
        for backbone, row in fields.items()
    ]
    return text.table(["Backbone", *variants], rows)


def _field(field: Field) -> str:
    return f"{field.ours}{field.marks}{f' ({field.report})' if field.report else ''}".strip()
