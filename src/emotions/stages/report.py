"""Write the pages that set what was run beside the report of 2020.

    python -m emotions.stages.report --plan data/plan/report.json --runs metrics/runs \
        --details metrics/details --counts metrics/class_counts.json --dataset metrics/dataset.json \
        --zca metrics/zca.json --predictions predictions --history history \
        --faces data/prepared/faces.npz --statistics data/statistics.npz --layers reports/layers \
        --short reports/README.md --page reports/index.html

What has not been run stays blank; what stands in the folders and no longer in the grid is left out. The
paths of the third and fourth line may be missing, as on a fresh clone: the page then says what it lacks.
"""

from pathlib import Path

from emotions.report.evidence import find
from emotions.report.grid import gather, read_zca
from emotions.report.html.page import render as render_page
from emotions.report.markdown import render
from emotions.report.study import study
from emotions.runtime.atomic_files import write_text
from emotions.settings.report import ReportPlan
from emotions.stages.command import run


def main(
    plan: Path,
    runs: Path,
    details: Path,
    counts: Path,
    dataset: Path,
    zca: Path,
    predictions: Path,
    history: Path,
    faces: Path,
    statistics: Path,
    layers: Path,
    short: Path,
    page: Path,
) -> None:
    """Read the plan, the metrics and what lies beside them, write both pages."""
    gathered = gather(ReportPlan.read(plan), runs, details, counts, dataset)
    evidence = find(gathered, predictions, history, faces, statistics, layers)
    whole = render_page(study(gathered, read_zca(zca), evidence))
    write_text(short, render(gathered))
    write_text(page, whole)


if __name__ == "__main__":
    run(main)
