"""Wilson's interval and the bootstrap over groups of identical images."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from emotions.evaluation.intervals import bootstrap, macro_f1, wilson


@pytest.mark.parametrize(
    ("share", "n", "ends"),
    [
        (0.5, 10, (0.2366, 0.7634)),
        (0.0, 10, (0.0, 0.2775)),
        (1.0, 10, (0.7225, 1.0)),
        (0.1612, 7067, (0.1528, 0.1700)),
    ],
)
def test_wilson(share, n, ends):
    # (p + z2/2n -+ z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n), z = 1.95996; the first three by hand
    assert wilson(share, n) == pytest.approx(ends, abs=1e-4)


def test_no_images_have_no_interval():
    assert wilson(0.0, 0) is None


def weighted_mean(values):
    return lambda weights: (weights @ values) / weights.sum(axis=1)


def test_the_bootstrap_of_a_mean_is_as_wide_as_theory_says():
    values = np.repeat([0.0, 1.0], 200)
    [found] = bootstrap(np.arange(400, dtype=np.int32), [weighted_mean(values)], seed=0)
    assert found == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)


def test_copies_of_an_image_are_drawn_together():
    values = np.repeat([0.0, 1.0] * 50, 4)
    [alone] = bootstrap(np.arange(400, dtype=np.int32), [weighted_mean(values)], seed=0)
    [together] = bootstrap(np.arange(400, dtype=np.int32) // 4, [weighted_mean(values)], seed=0)
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(2, rel=0.15)


def test_a_seed_gives_one_result_whatever_else_is_asked():
    groups, values = np.arange(50, dtype=np.int32), np.linspace(0, 1, 50)
    first = bootstrap(groups, [weighted_mean(values)], seed=3)
    assert bootstrap(groups, [weighted_mean(values), weighted_mean(values**2)], seed=3)[:1] == first
    assert bootstrap(groups, [weighted_mean(values)], seed=4) != first


def test_one_group_has_no_spread_and_no_statistic_no_interval():
    assert bootstrap(np.zeros(3, np.int32), [weighted_mean(np.ones(3))], seed=0) == [(1.0, 1.0)]
    assert bootstrap(np.zeros(3, np.int32), [], seed=0) == []


def test_macro_f1_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    actual, predicted = rng.integers(0, 4, 200), rng.integers(-1, 5, 200)  # class 4 is never there
    weights = rng.integers(0, 3, (6, 200)).astype(np.float32)
    expected = [
        f1_score(actual, predicted, labels=range(6), average="macro", zero_division=0, sample_weight=row)
        for row in weights
    ]
    assert macro_f1(actual, predicted, 6)(weights) == pytest.approx(expected, abs=1e-6)
