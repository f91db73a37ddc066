"""Gather what `dvc plots` shows of all cells: learning curves and confusion matrices.

    python -m emotions.stages.plots --plan data/plan/report.json --histories history \
        --predictions predictions --curves reports/plots/curves.csv --confusion reports/plots/confusion.csv

Cells that have not been run are left out, and so is what stands in the folders and no longer in the grid.
"""

from pathlib import Path

from emotions.report import dvc_plots
from emotions.runtime.atomic_files import write_text
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(plan: Path, histories: Path, predictions: Path, curves: Path, confusion: Path) -> None:
    """Read the plan, the histories and the predictions, write one table of each."""
    settings = ReportPlan.read(plan)
    matrices = dvc_plots.confusion(predictions, settings.cells, settings.classes)
    write_text(curves, dvc_plots.as_csv(dvc_plots.curves(histories, settings.cells)))
    write_text(confusion, dvc_plots.as_csv(matrices))


if __name__ == "__main__":
    run(main)
