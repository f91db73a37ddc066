"""Faces placed in scenes, and what is counted of them."""

import numpy as np
from numpy.random import default_rng

from emotions.photos.figures import PhotoFigures
from emotions.photos.measure import measure
from emotions.photos.scenes import place
from emotions.predict.classifier import Classifier
from emotions.settings.stage_file import read
from emotions.synthetic.portraits import portrait
from onnx_model import halves


def test_a_face_stands_where_the_scene_says(tmp_path):
    face = np.full((48, 48), 255, np.uint8)
    for seed in range(20):
        scene = place(face, default_rng(seed))
        assert 30 <= scene.size <= 400
        x, y = (round(middle) for middle in scene.middle)
        assert scene.pixels.shape == (768, 1024)
        near = scene.pixels[y - 8 : y + 8, x - 8 : x + 8]
        assert np.ptp(near) == 0
        assert near[0, 0] >= round(0.6 * 255)


def test_equal_seeds_give_equal_figures_that_add_up(tmp_path):
    (tmp_path / "m.onnx").write_bytes(halves())
    classifier = Classifier.load(tmp_path / "m.onnx")
    faces = np.stack([portrait("happy", number) for number in range(4)])
    labels = classifier.scores(faces).argmax(axis=1).astype(np.uint8)
    labels[0] = (labels[0] + 1) % 3
    figures = measure(faces, labels, classifier)
    assert figures == measure(faces, labels, classifier)
    assert (figures.photos, figures.right_originals) == (4, 3)
    assert 0 < figures.right <= figures.found <= 4
    assert figures.found - 1 <= figures.right_found_originals <= figures.found
    for name in ("photos", "found", "right", "right_originals"):
        assert sum(getattr(each, name) for each in figures.by_size) == getattr(figures, name)
    figures.write(tmp_path / "figures.json")
    assert read(PhotoFigures, tmp_path / "figures.json", "photos@A-b") == figures
