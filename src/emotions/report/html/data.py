"""Section on the data: class counts, duplicates, mean faces and ZCA whitening."""

from collections.abc import Iterator

from emotions.data.faces import SIZE
from emotions.report import count_table
from emotions.report.html import charts, provenance
from emotions.report.html.blocks import Block, Figure, Heading, Section, Table, Text
from emotions.report.html.pictures import pair, picture
from emotions.report.study import Study
from emotions.report.text import count, share


def section(study: Study) -> Section:
    """Make the section."""
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
    blocks += [Heading("Faces"), *_faces(study)]
    blocks += [Heading("Whitening"), *_whitening(study)]
    return Section("data", "The data", blocks)


def _counts(study: Study) -> Table:
    return Table(
        caption="Table 1: images in each class",
        header=count_table.HEADER,
        rows=count_table.rows(study.gathered.counts, study.plan.classes),
        source=provenance.of_faces(study),
        notes=[count_table.note()],
    )


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
    )


def _faces(study: Study) -> Iterator[Block]:
    ours, generated = study.beside.faces, study.gathered.dataset.generated
    # Of photographs there are no samples, whose licence does not allow them in git: drawn faces stand in.
    drawn = {name: (face,) for name, face in study.beside.whitening.faces.items()}
    if samples := ours.samples if generated else drawn:
        yield Figure(
            "Faces of each class" + ("" if generated else ", drawn by a program"),
            [picture(face, name) for name, faces in samples.items() for face in faces],
            provenance.of_faces(study) if generated else provenance.of_drawn(study.plan.seed),
        )
    if not generated:
        yield Text(
            "The licence of the real faces does not allow them here, so this page shows drawn ones in "
            "their place. What is computed over thousands of faces, as the mean face, is of the real ones.",
            "note",
        )
    means = ([] if ours.mean is None else [("all", ours.mean)]) + list(ours.means.items())
    if means:
        yield Figure(
            "Mean face of the training images, over all and by class",
            [picture(mean, name) for name, mean in means],
            provenance.of_faces(study),
        )


def _whitening(study: Study) -> Iterator[Block]:
    zca, whitening = study.beside.zca, study.beside.whitening
    yield Figure(
        "Spectrum of the whitening, with the covariance of the training images as its source",
        charts.spectrum(zca, whitening.eigenvalues),
        provenance.of_faces(study),
    )
    first, explained = next(((n, part) for n, part in zca.explained if part >= 0.9), zca.explained[-1])
    yield Text(
        f"The first {count(first)} of {count(SIZE**2)} components hold {share(explained)} of the variance. "
        f"With epsilon added, the largest eigenvalue is {zca.condition_number:.0f} times the smallest.",
    )
    if whitening.faces:
        yield Figure(
            "Faces beside themselves whitened",
            [
                pair(picture(face, name), picture(whitening.whitened[name], "whitened"))
                for name, face in whitening.faces.items()
            ],
            f"{provenance.of_drawn(study.plan.seed)} Whitening: of the training images. "
            f"{provenance.of_faces(study)}",
        )
