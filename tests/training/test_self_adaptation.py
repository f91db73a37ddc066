"""Targets that move to the model's own scores."""

import dataclasses

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emotions.settings.cell import SelfAdaptation
from emotions.training import fit, trainer
from emotions.training.self_adaptation import SelfAdaptiveTargets

LABELS = np.array([0, 2, 1, 2, 0], np.uint8)


def targets(start=0.5, momentum=0.8, steps=10):
    return SelfAdaptiveTargets(LABELS, 3, SelfAdaptation(start=start, momentum=momentum), steps)


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(st.integers(0, 4), min_size=1, unique=True),
    momentum=st.floats(0, 0.99),
    step=st.integers(0, 9),
    seed=st.integers(0, 100),
)
def test_the_targets_of_a_batch_move_and_no_others(rows, momentum, step, seed):
    moving = targets(momentum=momentum)
    before = moving.targets.numpy()
    scores = np.random.default_rng(seed).dirichlet(np.ones(3), len(rows)).astype(np.float32)
    given_back, weights = moving(np.array(rows), scores, np.int64(step))
    after = moving.targets.numpy()
    np.testing.assert_array_equal(after[rows], given_back)
    others = np.setdiff1d(np.arange(5), rows)
    np.testing.assert_array_equal(after[others], np.eye(3)[LABELS[others]])
    expected = momentum * before[rows] + (1 - momentum) * scores if step >= 5 else before[rows]
    np.testing.assert_allclose(after[rows], expected, rtol=1e-6)
    confidence = expected.max(axis=1)
    np.testing.assert_allclose(weights, confidence / confidence.mean(), rtol=1e-5)


def test_the_targets_of_wrong_labels_move_to_the_right_class(tiny, faces, statistics, tmp_path, monkeypatch):
    rows = faces.rows("train")
    wrong = rows[::4]
    labels = faces.labels.copy()
    labels[wrong] = (labels[wrong] + 1 + np.arange(len(wrong)) % 5) % 6
    noisy = dataclasses.replace(faces, labels=labels)
    made = []

    def noted(*arguments):
        made.append(SelfAdaptiveTargets(*arguments))
        return made[0]

    monkeypatch.setattr(trainer, "SelfAdaptiveTargets", noted)
    keras.utils.set_random_seed(0)
    cell = tiny(epochs=60, optimizer="adam", self_adaptation={"start": 0.3, "momentum": 0.9})
    fit.train(cell, noisy, statistics, tmp_path / "c.npz")
    moved = made[0].targets.numpy().argmax(axis=1)
    assert (moved != faces.labels[rows]).sum() <= len(wrong) / 6
