"""Targets in which a trained network has a share."""

from itertools import combinations, count

import keras
import numpy as np
import pytest

from emotions.models.cost import multiply_adds
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


@pytest.fixture
def watched(tiny, faces, statistics, tmp_path, monkeypatch):
    """A function that trains, and tells what each network started from, and what it learnt from."""

    runs = count()

    def run(seeded=0, ask=soft_targets, **changes):
        found = {"starts": [], "targets": [], "teachers": []}

        class Watched(fit.Batches):
            def training(self, epochs, soft_targets=None):
                found["targets"].append(soft_targets)
                return super().training(epochs, soft_targets)

        def made(*arguments, **options):
            model = compiled(*arguments, **options)
            found["starts"].append(model.get_weights())
            return model

        def asked(teacher, *arguments):
            found["teachers"].append(teacher.get_weights())
            return ask(teacher, *arguments)

        monkeypatch.setattr(fit, "Batches", Watched)
        monkeypatch.setattr(fit, "compiled", made)
        monkeypatch.setattr(fit, "soft_targets", asked)
        keras.utils.set_random_seed(seeded)
        checkpoint = tmp_path / f"{next(runs)}.npz"
        trained = fit.train(tiny(**changes), faces, statistics, checkpoint)
        return trained, found, load(checkpoint)

    return run


def test_each_network_learns_from_the_one_before(watched):
    trained, found, saved = watched(epochs=4, distillation={"teachers": (1, 2), "share": 0.5})
    first, second, third = found["targets"]
    assert first is None
    assert not np.array_equal(second, third)
    np.testing.assert_array_equal(third, saved.state.soft_targets)
    assert len(found["teachers"]) == 2
    assert trained.multiply_adds == (3 * 4 + 2) * 72 * multiply_adds(trained.model)


def test_a_student_starts_anew_whatever_came_before(watched):
    settings = {"epochs": 5, "distillation": {"teachers": (2, 2), "share": 0.5}}
    _, found, _ = watched(**settings)
    _, other, _ = watched(**settings, seeded=1)
    first, _, second, _, third = (start[0] for start in found["starts"])
    for pair in combinations((first, second, third, other["starts"][0][0]), 2):
        assert not np.array_equal(*pair)
    np.testing.assert_array_equal(second, other["starts"][2][0])
    np.testing.assert_array_equal(third, other["starts"][4][0])


def test_a_teacher_scores_with_its_averaged_weights(watched):
    settings = {"epochs": 2, "batch_size": 8, "distillation": {"teachers": (1,), "share": 0.5}}
    _, plain, _ = watched(**settings)
    _, averaged, _ = watched(**settings, ema=0.9)
    np.testing.assert_array_equal(plain["starts"][0][0], averaged["starts"][0][0])
    difference = plain["teachers"][0][0] - averaged["teachers"][0][0]
    assert np.abs(difference).max() > 1e-3  # rounding makes less


def test_the_rate_of_a_student_starts_anew(watched):
    distillation = {"teachers": (2,), "share": 0.5}
    trained, _, _ = watched(epochs=5, schedule="one_cycle", learning_rate=0.1, distillation=distillation)
    changes = np.diff(trained.history["learning_rate"])
    assert list(changes > 0) == [False, True, False, False]


def test_a_student_believes_its_teacher(watched, faces):
    """Which here takes each class for the next one."""
    wrong = (faces.targets("train") + 1) % 6
    taught = np.eye(6, dtype=np.float32)[wrong]
    settings = {"epochs": 41, "optimizer": "adam", "distillation": {"teachers": (1,), "share": 1.0}}
    trained, _, _ = watched(ask=lambda *_: (taught, 0), **settings)
    scores = trained.model.predict(faces.images("train"), verbose=0)
    assert (scores.argmax(axis=1) == wrong).mean() > 0.9


def test_a_loss_that_turns_nan_in_a_teachers_last_epoch_ends_the_run(watched):
    distillation = {"teachers": (1,), "share": 0.5}
    trained, found, _ = watched(epochs=3, batch_size=8, learning_rate=1e38, distillation=distillation)
    assert len(trained.history) == 1
    assert not found["teachers"]
