"""Faces on the page: which may be shown, and what is made of them."""

import numpy as np
import pytest
from pages import Page

from emotions.data.pixel_statistics import Statistics
from emotions.report.html.data import LEAST, mean_faces, whitened


def test_a_mean_of_few_photographs_is_not_shown(project):
    faces = project.faces(copies=1)
    assert LEAST > 12
    assert mean_faces(faces, LEAST) == {}
    assert list(mean_faces(faces, 3)) == ["all"]  # 12 to train on, 2 of each class
    shown = mean_faces(faces, 1)
    assert list(shown) == ["all", *faces.classes]
    rows = faces.rows("train")
    assert shown["fear"] == pytest.approx(faces.pixels[rows[2:4]].mean(axis=0), abs=0.5)


def test_copies_of_one_photograph_are_no_crowd(project):
    assert mean_faces(project.faces(copies=100), 2) == {}


def test_a_face_is_whitened_as_in_a_model():
    rng = np.random.default_rng(0)
    half = rng.normal(0, 0.02, (2304, 2304)).astype(np.float32)
    statistics = Statistics(mean=0.4, std=0.2, whitening=half + half.T)
    face = rng.integers(0, 256, (48, 48), dtype=np.uint8)
    expected = ((face / 255 - 0.4).ravel() @ statistics.whitening.astype(np.float64)).reshape(48, 48)
    assert whitened(face, statistics) == pytest.approx(expected, abs=1e-4)


def test_duplicates_and_the_spectrum_come_from_the_metrics(project):
    names = ("surplus_in_training", "surplus_in_test", "in_training_under_several_labels")
    found = dict(zip(names, (1179, 84, 37), strict=True))
    found |= {"test_also_in_training": 537, "share": 0.075987, "under_another_label": 15}
    project.dataset("kaggle", duplicates=found)
    page = Page(project.render_html())
    rows = page.tables["Images that stand there more than once, by their pixels"]
    assert [row[1] for row in rows] == ["images", "1,179", "84", "537 (7.6%)", "15", "37"]
    assert "The first 10 of 2,304 components hold 0.920 of the variance." in page.text()
    assert page.row("Table 1: images in each class", "happy") == [
        "250",
        "7,215",
        "-6,965",
        "30",
        "1,774",
        "-1,744",
    ]


def test_a_class_that_cannot_be_drawn_has_no_sample(project):
    project.counts["training"]["bored"] = project.counts["test"]["bored"] = 10
    project.write("metrics/class_counts.json", project.counts)
    plan = (project.folder / "plan.json").read_text().replace('"angry"', '"bored"')
    (project.folder / "plan.json").write_text(plan)
    text = project.render_html()
    assert 'alt="fear"' in text
    assert 'alt="bored"' not in text
