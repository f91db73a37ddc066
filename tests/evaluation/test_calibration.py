"""Bins of confidence and the expected calibration error."""

import numpy as np
import pytest

from emotions.evaluation.calibration import are_confidences, calibration_error, reliability

SCORES = np.array([0.95] * 10 + [0.35] * 10)
RIGHT = np.array([True] * 6 + [False] * 4 + [True] * 3 + [False] * 7)


def test_bins_and_error_of_known_predictions():
    found = reliability(SCORES, RIGHT, bins=10)
    assert found.count.tolist() == [0, 0, 0, 10, 0, 0, 0, 0, 0, 10]
    assert found.accuracy[[3, 9]].tolist() == [0.3, 0.6]
    assert found.confidence[[3, 9]] == pytest.approx([0.35, 0.95])
    assert np.isnan(found.accuracy[0])
    assert found.error == pytest.approx((0.35 + 0.05) / 2)


def test_a_model_that_is_as_right_as_it_says_has_no_error():
    assert reliability(np.full(4, 0.75), np.array([True, True, True, False])).error == pytest.approx(0)


def test_a_score_of_one_falls_into_the_last_bin():
    found = reliability(np.array([1.0, 1.0000001]), np.array([True, True]))
    assert found.count[-1] == 2
    assert found.error == 0


def test_under_weights_it_is_the_error_of_images_drawn_so_often():
    rng = np.random.default_rng(0)
    scores, right = rng.random(40), rng.random(40) < 0.5
    weights = rng.integers(0, 3, (5, 40))
    expected = [reliability(scores.repeat(row), right.repeat(row)).error for row in weights]
    found = calibration_error(scores, right)(weights.astype(np.float32))
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("scores", "holds"),
    [([0.0, 1.0], True), ([1.0000001], True), ([1.2], False), ([-0.1], False), ([np.nan], False)],
)
def test_scores_of_relu_and_of_diverged_models_are_no_confidences(scores, holds):
    assert are_confidences(np.array(scores)) is holds
