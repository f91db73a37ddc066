"""The data: how many of each class, what stands there twice, what faces look like and what whitening does."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import SIZE, Faces
from emotions.data.pixel_statistics import Statistics
from emotions.data.reference_counts import CLASS_COUNTS
from emotions.report import published
from emotions.report.html import charts, provenance
from emotions.report.html.blocks import Block, Figure, Heading, Section, Table, Text
from emotions.report.html.pictures import pair, picture, stretch
from emotions.report.html.samples import Samples
from emotions.report.study import Study
from emotions.report.text import count, count_difference, share

LEAST = 100
"""A mean of fewer photographs would show the faces of persons."""


def section(study: Study, samples: Samples) -> Section:
    """Make the section.

    Args:
        study: What was computed.
        samples: Faces that the page may show.
    """
    blocks: list[Block] = [_counts(study)]
    blocks.append(
        Figure(
            "Images in each class, as in the report's Fig. 7; a ring is the report's count",
            [charts.class_counts(study.gathered.counts, study.plan.classes)],
            provenance.of_faces(study),
        )
    )
    if study.gathered.dataset.duplicates:
        blocks += _duplicates(study)
    blocks += [Heading("Faces"), *_faces(study, samples)]
    blocks += [Heading("Whitening"), *_whitening(study, samples)]
    return Section("data", "The data", blocks)


def _counts(study: Study) -> Table:
    counts, rows = study.gathered.counts, []
    sides = [
        (counts.training, CLASS_COUNTS["training"]),
        (counts.test, CLASS_COUNTS["test"]),
    ]
    for name in study.plan.classes:
        row = [name]
        for ours, theirs in sides:
            row += _beside(ours[name], theirs.get(name))
        rows.append(row)
    last = ["all"]
    for ours, theirs in sides:
        last += _beside(sum(ours[name] for name in study.plan.classes), sum(theirs.values()))
    stated = " and ".join(count(total) for total in published.TOTALS_IN_TEXT.values())
    summed = " and ".join(count(sum(each.values())) for each in CLASS_COUNTS.values())
    return Table(
        caption="Table 1: images in each class",
        header=["Class", "training: ours", "report", "difference", "test: ours", "report", "difference"],
        rows=[*rows, last],
        source=provenance.of_faces(study),
        notes=[f"The report's Table 1 adds up to {summed} images; its text says {stated}."],
    )


def _beside(ours: int, theirs: int | None) -> list[str]:
    return [count(ours), count(theirs), count_difference(ours, theirs)]


def _duplicates(study: Study) -> Iterator[Block]:
    found = study.gathered.dataset.duplicates
    assert found
    yield Table(
        caption="Images that stand there more than once, by their pixels",
        header=["", "images"],
        rows=[
            ["surplus copies in training", count(found.surplus_in_training)],
            ["surplus copies in test", count(found.surplus_in_test)],
            [
                "test images that training also holds",
                f"{count(found.test_also_in_training)} ({found.share:.1%})",
            ],
            ["of these, under another label than there", count(found.under_another_label)],
            ["training images under several labels", count(found.in_training_under_several_labels)],
        ],
        source=provenance.of_faces(study),
        notes=["`test_unseen` is the test without the images that training also holds."],
    )


def _faces(study: Study, samples: Samples) -> Iterator[Block]:
    if samples.by_class:
        yield Figure(
            "Faces of each class" + ("" if study.gathered.dataset.generated else ", drawn by a program"),
            [picture(face, name) for name, faces in samples.by_class.items() for face in faces],
            samples.source,
        )
    if not study.gathered.dataset.generated:
        yield Text(
            "The licence of the real faces does not allow them here, so this page shows drawn ones in "
            "their place. What is computed over thousands of faces, as the mean face, is of the real ones.",
            "note",
        )
    faces = study.evidence.faces
    if faces is not None:
        means = mean_faces(faces, least=1 if study.gathered.dataset.generated else LEAST)
        yield Figure(
            "Mean face of the training images, over all and by class",
            [picture(mean, name) for name, mean in means.items()],
            provenance.of_faces(study),
        )


def mean_faces(faces: Faces, least: int) -> dict[str, NDArray[np.uint8]]:
    """Return the mean of all training images and of each class, where they are so many different ones."""
    rows = faces.rows("train")
    each = {name: rows[faces.labels[rows] == number] for number, name in enumerate(faces.classes)}
    return {
        name: np.rint(faces.pixels[ours].mean(axis=0)).astype(np.uint8)
        for name, ours in ({"all": rows} | each).items()
        if len(np.unique(faces.groups[ours])) >= least
    }


def _whitening(study: Study, samples: Samples) -> Iterator[Block]:
    statistics = study.evidence.statistics
    yield Figure(
        "Spectrum of the whitening, with the covariance of the training images as its source",
        charts.spectrum(study.zca, statistics),
        provenance.of_faces(study),
    )
    first, explained = next(
        ((n, part) for n, part in study.zca.explained if part >= 0.9), study.zca.explained[-1]
    )
    yield Text(
        f"The first {count(first)} of {count(SIZE**2)} components hold {share(explained)} of the variance. "
        f"With epsilon added, the largest eigenvalue is {study.zca.condition_number:.0f} times the smallest.",
    )
    if statistics is not None and samples.by_class:
        originals = [(name, faces[0]) for name, faces in samples.by_class.items()]
        yield Figure(
            "Faces beside themselves whitened",
            [
                pair(picture(face, name), picture(stretch(whitened(face, statistics)), "whitened"))
                for name, face in originals
            ],
            f"{samples.source} Whitening: of the training images. {provenance.of_faces(study)}",
        )


def whitened(face: NDArray[np.uint8], statistics: Statistics) -> NDArray[np.float32]:
    """Whiten a (48, 48) uint8 face as the layer in a model does: (48, 48) float32."""
    centred = face.astype(np.float32).ravel() / 255 - np.float32(statistics.mean)
    return np.asarray((centred @ statistics.whitening).reshape(face.shape), dtype=np.float32)
