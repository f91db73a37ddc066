"""Faces on the page, and what is told of the data."""

import numpy as np
from pages import Page, encoded
from project import COUNTS, made_up_faces

from emotions.data.pictures import FacePictures, ZcaPictures


def test_duplicates_and_the_spectrum_come_from_the_metrics(project):
    names = ("surplus_in_training", "surplus_in_test", "in_training_under_several_labels")
    found = dict(zip(names, (1179, 84, 37), strict=True))
    found |= {"test_also_in_training": 537, "share": 0.075987, "under_another_label": 15}
    project.dataset("kaggle", duplicates=found)
    page = Page(project.render_html())
    assert (
        "By their pixels, 537 test images (7.6%) also stand in training, 15 of them under another label. "
        "1,179 training and 84 test images are surplus copies, and training has 37 pictures under "
        "several labels."
    ) in page.text()
    assert "Whitening: the first 10 of 2,304 components hold 0.920 of the variance." in page.text()
    assert page.row("Table 1: images in each class", "happy") == ["250", "7,215", "30", "1,774"]


def test_real_faces_stay_out_and_drawn_ones_are_called_so(whole):
    real, drawn = (whole(source).html.read_text() for source in ("archive", "synthetic"))
    text = Page(real).text()
    assert "Faces, GENERATED, drawn by a program: seed 5, beside themselves whitened" in text
    assert "The licence of the real ones does not allow them here" in text
    assert all("(generated faces)" in one for one in Page(drawn).headings if one[0].isdigit())
    shown = [encoded(pixels) for pixels in made_up_faces().pixels]
    assert not any(one in real for one in shown)
    assert sum(one in drawn for one in shown) >= 12  # two of each class


def test_mean_faces_are_shown_as_far_as_they_are_kept(project):
    mean = np.full((48, 48), 77, np.uint8)
    for kept, names in (
        (FacePictures(mean, {"sad": mean}, {}), ["all", "sad"]),
        (FacePictures(None, {}, {}), []),
    ):
        kept.save(project.folder / "reports/pictures/faces.npz")
        text = project.render_html()
        assert text.count(encoded(mean)) == len(names)
        assert ("Mean face of the training images" in text) == bool(names)


def test_a_class_that_cannot_be_drawn_has_no_sample(project):
    ZcaPictures(np.ones(4, np.float32), {}, {}).save(project.folder / "reports/pictures/zca.npz")
    text = project.render_html()
    assert "<img" not in text
    assert "beside themselves whitened" not in text


def test_counts_of_other_classes_than_the_report_s(project):
    plan = (project.folder / "data/plan/report.json").read_text().replace('"angry"', '"bored"')
    (project.folder / "data/plan/report.json").write_text(plan)
    project.write(
        "metrics/class_counts.json", {split: each | {"bored": 10} for split, each in COUNTS.items()}
    )
    page = Page(project.render_html())
    assert page.row("Table 1: images in each class", "bored") == ["10", "", "10", ""]
