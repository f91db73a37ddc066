"""Write the pages that set what was run beside the report of 2020.

    python -m emotions.stages.report --plan data/plan/report.json --details metrics/details \
        --counts metrics/class_counts.json --dataset metrics/dataset.json --zca metrics/zca.json \
        --faces reports/pictures/faces.npz --whitening reports/pictures/zca.npz --layers reports/layers \
        --short reports/README.md --page reports/index.html --cost reports/accuracy_against_cost.svg

They are made of files in git alone. What has not been run stays blank.
"""

from pathlib import Path

from emotions.report.gather import gather
from emotions.report.html.cost import standalone as accuracy_against_cost
from emotions.report.html.page import render as render_page
from emotions.report.markdown import render
from emotions.report.study import read_beside, study
from emotions.runtime.atomic_files import write_text
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(
    plan: Path,
    details: Path,
    counts: Path,
    dataset: Path,
    zca: Path,
    faces: Path,
    whitening: Path,
    layers: Path,
    short: Path,
    page: Path,
    cost: Path,
) -> None:
    """Read the plan, the metrics and the pictures, write both pages and the chart that stands in README."""
    settings = ReportPlan.read(plan)
    computed = study(gather(settings, details, counts, dataset))
    whole = render_page(computed, read_beside(zca, faces, whitening, layers, settings))
    picture = accuracy_against_cost(computed)
    write_text(short, render(computed))
    write_text(page, whole)
    write_text(cost, picture)


if __name__ == "__main__":
    run(main)
