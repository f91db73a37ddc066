"""Write the model card of a released model: what it was trained on, and what it is good for."""

from emotions.photos.figures import PhotoFigures
from emotions.report.cells import UNSEEN
from emotions.report.evidence import per_class
from emotions.report.grid import EvaluatedCell
from emotions.report.origin import of_cell
from emotions.report.photo_figures import photo_figures
from emotions.report.settings import settings
from emotions.report.stage_files import Dataset
from emotions.report.templates import environment
from emotions.report.text import between, count, share
from emotions.settings.release import ReleasePlan


def card(cell: EvaluatedCell, dataset: Dataset, plan: ReleasePlan, photos: PhotoFigures) -> str:
    """Write a model card in Markdown, after M. Mitchell et al., Model Cards for Model Reporting (2019)."""
    duplicates = dataset.duplicates
    return (
        environment(html=False)
        .get_template("model_card.md.j2")
        .render(
            cell=cell,
            details=cell.details,
            machine=cell.details.machine,
            classes=cell.details.classes,
            faces=of_cell(cell, dataset),
            weights=plan.train.weights,
            settings="; ".join(
                f"`{key}` {value}" for key, value in settings(plan.train, plan.evaluate).items()
            ),
            scores=_scores(cell),
            by_class=[
                [name, share(one.precision), share(one.recall), share(one.f1), count(one.support)]
                for name, one in per_class(cell.details).items()
            ],
            several_labels=duplicates.in_training_under_several_labels if duplicates else 0,
            unseen=UNSEEN,
            photos=photo_figures(photos),
        )
    )


def _scores(cell: EvaluatedCell) -> list[list[str]]:
    splits, intervals = cell.details.scores, cell.details.intervals
    return [
        [
            name,
            count(scores.images),
            share(scores.accuracy),
            between(*sure) if sure else "",
            share(scores.accuracy_tta),
        ]
        for name, scores, sure in (
            ("train", splits.train, None),
            ("validation", splits.validation, None),
            ("test", splits.test, intervals.test),
            ("unseen", splits.test_unseen, intervals.test_unseen),
        )
    ]
