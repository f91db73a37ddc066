"""Gather what `dvc plots` shows of all cells: learning curves and confusion matrices.

    python -m emotions.stages.plots --plan data/plan/report.json --details metrics/details \
        --dataset metrics/dataset.json \
        --curves reports/plots/curves.csv --confusion reports/plots/confusion.csv

Cells that have not been run are left out, and so is what stands in the folder and no longer in the grid.
"""

from pathlib import Path

from emotions.report import frames
from emotions.report.gather import read_planned
from emotions.report.stage_files import Dataset
from emotions.runtime.atomic_files import write_text
from emotions.settings.report import ReportPlan
from emotions.settings.stage_file import read
from emotions.stages.command import run


def main(plan: Path, details: Path, dataset: Path, curves: Path, confusion: Path) -> None:
    """Read the plan and the details, write one table of each."""
    cells = read_planned(ReportPlan.read(plan), details, read(Dataset, dataset, "prepare")).values()
    matrices = frames.csv(frames.confusion(cells))
    write_text(curves, frames.csv(frames.curves(cells)))
    write_text(confusion, matrices)


if __name__ == "__main__":
    run(main)
