"""Write the page that sets what was run beside the report of 2020.

    python -m emotions.stages.report --plan data/plan/report.json --runs metrics/runs \
        --details metrics/details --counts metrics/class_counts.json --dataset metrics/dataset.json \
        --page reports/README.md

What has not been run stays blank; what stands in the folders and no longer in the grid is left out.
"""

from pathlib import Path

from emotions.files import write_text
from emotions.report.grid import gather
from emotions.report.markdown import render
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(plan: Path, runs: Path, details: Path, counts: Path, dataset: Path, page: Path) -> None:
    """Read the plan and the metrics, write the page."""
    write_text(page, render(gather(ReportPlan.read(plan), runs, details, counts, dataset)))


if __name__ == "__main__":
    run(main)
