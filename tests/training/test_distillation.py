"""Targets in which a trained network has a share."""

import dataclasses

import keras
import numpy as np
import pytest

from emotions.training import fit
from emotions.training.checkpoint import load
from emotions.training.distillation import soft_targets
from emotions.training.trainer import compiled
from small import dense, model


@pytest.fixture
def teacher():
    """A network that sees the left half of an image alone, and so tells it from its mirror image."""
    weights = np.zeros((48, 48, 3, 6), np.float32)
    weights[:, :24, 0] = np.linspace(-1e-2, 1e-2, 6)
    return model(keras.layers.Flatten(), dense(weights.reshape(-1, 6)))


@pytest.mark.parametrize("flip", [False, True])
def test_a_teachers_scores_have_their_share_in_the_targets(tiny, faces, teacher, flip):
    augmentation = {"flip": flip, "shift": 0.0, "scale": 0.0, "rotation": 0.0, "erasing": 0.0}
    cell = tiny(epochs=2, distillation={"teachers": (1,), "share": 0.7}, augmentation=augmentation)
    images, labels = faces.images("train"), faces.targets("train")
    scores = teacher.predict(images, verbose=0)
    if flip:
        mirrored = teacher.predict(images[:, :, ::-1], verbose=0)
        assert not np.allclose(scores, mirrored, atol=1e-3)
        scores = (scores + mirrored) / 2
    targets, cost = soft_targets(teacher, faces, cell.train)
    np.testing.assert_allclose(targets, 0.3 * np.eye(6)[labels] + 0.7 * scores, atol=1e-6)
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-5)
    assert targets.dtype == np.float32
    assert cost == (1 + flip) * len(images) * 48 * 48 * 3 * 6


def test_a_student_starts_anew_and_its_rate_with_it(tiny, faces, statistics, tmp_path, monkeypatch):
    starts = []

    def noted(*arguments, **options):
        model = compiled(*arguments, **options)
        starts.append(model.get_weights())
        return model

    monkeypatch.setattr(fit, "compiled", noted)
    cell = tiny(
        epochs=5, schedule="one_cycle", learning_rate=0.1, distillation={"teachers": (2,), "share": 0.5}
    )
    keras.utils.set_random_seed(cell.seed)
    history = fit.train(cell, faces, statistics, tmp_path / "c.npz").history
    teacher, asked, student = starts
    assert len(teacher) == len(asked) == len(student)
    assert not np.array_equal(teacher[0], student[0])
    fall = np.diff(history["learning_rate"])
    assert list(fall > 0) == [False, True, False, False]


def test_a_student_knows_better_than_wrong_labels(tiny, faces, statistics, tmp_path):
    labels, rows = faces.labels.copy(), faces.rows("train")
    wrong = rows[::4]
    labels[wrong] = (labels[wrong] + 1 + np.arange(len(wrong)) % 5) % 6
    cell = tiny(epochs=80, optimizer="adam", distillation={"teachers": (40,), "share": 1.0})
    keras.utils.set_random_seed(0)
    noisy = dataclasses.replace(faces, labels=labels)
    trained = fit.train(cell, noisy, statistics, tmp_path / "c.npz")
    asked = load(tmp_path / "c.npz").state.soft_targets
    assert (asked.argmax(axis=1) != faces.labels[rows]).sum() <= len(wrong) / 6
    scores = trained.model.predict(faces.pixels[wrong, :, :, np.newaxis], verbose=0)
    assert (scores.argmax(axis=1) != faces.labels[wrong]).sum() <= len(wrong) / 6
