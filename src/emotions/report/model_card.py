"""Write the model card of a released model: what it was trained on, and what it is good for."""

from emotions.photos import scenes
from emotions.photos.figures import PhotoFigures
from emotions.report import variants
from emotions.report.cells import UNSEEN, EvaluatedCell
from emotions.report.evidence import per_class
from emotions.report.gather import faces_of
from emotions.report.stage_files import Dataset
from emotions.report.templates import environment
from emotions.settings.release import ReleasePlan


def card(cell: EvaluatedCell, dataset: Dataset, plan: ReleasePlan, photos: PhotoFigures) -> str:
    """Write a model card in Markdown, after M. Mitchell et al., Model Cards for Model Reporting (2019)."""
    splits, intervals = cell.details.scores, cell.details.intervals
    scores = (
        ("train", splits.train, None),
        ("validation", splits.validation, None),
        ("test", splits.test, intervals.test),
        ("unseen", splits.test_unseen, intervals.test_unseen),
    )
    template = environment(html=False).get_template("model_card.md.j2")
    return template.render(
        cell=cell,
        details=cell.details,
        dataset=dataset,
        faces=faces_of(cell, dataset),
        weights=plan.train.weights,
        settings=variants.listed(variants.texts(plan.train, plan.evaluate)),
        scores=[
            {"name": name, "accuracy_tta": None, "low": None, "high": None}
            | each.model_dump()
            | (sure._asdict() if sure else {})
            for name, each, sure in scores
        ],
        by_class=[{"class": name} | one for name, one in per_class(cell.details).items()],
        unseen=UNSEEN,
        photos=photos,
        scenes=scenes,
    )
