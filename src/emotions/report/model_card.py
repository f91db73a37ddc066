"""Write the model card of a released model: what it was trained on, and what it is good for."""

from collections.abc import Iterator

from emotions.photos.figures import PhotoFigures
from emotions.report.cells import FACES, UNSEEN
from emotions.report.evidence import per_class
from emotions.report.grid import EvaluatedCell
from emotions.report.photo_figures import photo_figures
from emotions.report.settings import settings
from emotions.report.stage_files import Dataset
from emotions.report.text import between, bullets, count, number, paragraph, plural, share, table
from emotions.settings.release import ReleasePlan


def card(cell: EvaluatedCell, dataset: Dataset, plan: ReleasePlan, photos: PhotoFigures) -> str:
    """Write a model card in Markdown, after M. Mitchell et al., Model Cards for Model Reporting (2019)."""
    return "\n\n".join(_parts(cell, dataset, plan, photos)) + "\n"


def _parts(cell: EvaluatedCell, dataset: Dataset, plan: ReleasePlan, photos: PhotoFigures) -> Iterator[str]:
    name, classes, scores = cell.name, cell.details.classes, cell.details.scores
    yield f"# Model card: {name}"
    if cell.generated:
        yield "**Generated faces.** The figures below show that the pipeline works, and nothing else."
    if cell.stale:
        yield paragraph(
            f"**Stale ({cell.stale}).** The model is not known to belong to the settings, code and faces "
            f"that stand beside this card: `dvc repro release@{name}` trains and releases it anew."
        )
    yield paragraph(
        f"`{name}.keras` tells {len(classes)} expressions in grey faces of 48 by 48 pixels apart: "
        f"{', '.join(classes)}. It takes raw pixels, `(N, 48, 48, 1)` uint8, and gives "
        f"`(N, {len(classes)})` float32 scores in that order, which `{name}.json` repeats. Plain Keras loads "
        f"and runs it, and `{name}.onnx` is the same model for ONNX Runtime."
    )
    yield f"    python -m emotions.predict --model release/{name}.onnx photo.jpg"
    yield "## How it was made"
    yield bullets(_made(cell, plan))
    yield "## How good it is"
    yield table(["Images", "how many", "accuracy", "95%", "with test-time augmentation"], list(_scores(cell)))
    yield paragraph(
        f"*Unseen* are the {UNSEEN}: the figure to compare. Training watches the validation images; no "
        "stage but the evaluation of a finished model reads the test images. Macro-F1 on test is "
        f"{share(scores.test.macro_f1)}. The intervals are Wilson's, of the test images alone."
    )
    if found := per_class(cell.details):
        rows = [
            [one, share(each.precision), share(each.recall), share(each.f1), count(each.support)]
            for one, each in found.items()
        ]
        yield table(["Class", "precision", "recall", "F1", "test images"], rows)
    yield from photo_figures(photos)
    yield "## What it is for, and what it is not for"
    yield bullets(_uses(dataset))


def _uses(dataset: Dataset) -> Iterator[str]:
    yield (
        "It is for comparing methods on this data set, for teaching, and as a start for training on other "
        "faces."
    )
    disagree = "people disagree about such labels"
    if dataset.duplicates and (several := dataset.duplicates.in_training_under_several_labels):
        disagree += f": {plural(several, 'training image')} of this data set stand under more than one"
    yield (
        "It does not know what a person feels. It was trained on how people labelled the look of others' "
        f"faces, and {disagree}."
    )
    yield (
        "Do not use it on people who have not agreed to it, nor to decide anything about anyone: not in "
        "hiring, teaching, policing, insurance or medicine."
    )
    yield (
        "It was tested on one data set alone. What other cameras, ages, skins, cultures, poses and covered "
        "faces do to it was not measured, nor for whom it errs more."
    )
    yield (
        "It expects one face that fills the image, and has an answer to an image of anything. The detector "
        "before it misses faces, and takes other things for faces."
    )


def _made(cell: EvaluatedCell, plan: ReleasePlan) -> Iterator[str]:
    details, machine = cell.details, cell.details.machine
    weights = plan.train.weights
    yield (
        f"Trained {'from scratch' if weights is None else f'from the weights `{weights}`'} on "
        f"{count(details.scores.train.images)} images: {FACES[details.source]}; seed {details.seed}"
    )
    yield (
        f"{count(details.parameters)} parameters, {count(details.macs)} MACs a face, "
        f"{number(details.training_macs)} for the training of {count(details.epochs_run)} epochs"
    )
    if machine and details.seconds is not None:
        yield (
            f"{number(details.seconds / 60)} minutes on {machine.get('cores')} cores of "
            f"{machine.get('processor')}, GPUs: {machine.get('gpus')}"
        )
    texts = settings(plan.train, plan.evaluate)
    yield "Settings: " + "; ".join(f"`{key}` {value}" for key, value in texts.items())


def _scores(cell: EvaluatedCell) -> Iterator[list[str]]:
    splits, intervals = cell.details.scores, cell.details.intervals
    for name, scores, sure in (
        ("train", splits.train, None),
        ("validation", splits.validation, None),
        ("test", splits.test, intervals.test),
        ("unseen", splits.test_unseen, intervals.test_unseen),
    ):
        yield [
            name,
            count(scores.images),
            share(scores.accuracy),
            between(sure),
            share(scores.accuracy_tta),
        ]
