"""Gather what `dvc plots` shows of all cells: learning curves and confusion matrices.

    python -m emotions.stages.plots --plan data/plan/report.json --details metrics/details \
        --dataset metrics/dataset.json \
        --curves reports/plots/curves.csv --confusion reports/plots/confusion.csv

Cells that have not been run are left out, and so is what stands in the folder and no longer in the grid.
"""

from pathlib import Path

from emotions.report import dvc_plots
from emotions.report.grid import read_dataset, read_planned
from emotions.runtime.atomic_files import write_text
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(plan: Path, details: Path, dataset: Path, curves: Path, confusion: Path) -> None:
    """Read the plan and the details, write one table of each."""
    cells = read_planned(ReportPlan.read(plan), details, read_dataset(dataset))
    matrices = dvc_plots.as_csv(dvc_plots.confusion(cells.values()))
    write_text(curves, dvc_plots.as_csv(dvc_plots.curves(cells.values())))
    write_text(confusion, matrices)


if __name__ == "__main__":
    run(main)
