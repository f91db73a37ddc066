"""McNemar's and Holm's tests, and the interval of a difference."""

import numpy as np
import pytest

from emotions.report.paired import compare, holm, over_backbones


def sides(both, lost, gained, neither):
    first = np.repeat([True, True, False, False], [both, lost, gained, neither])
    second = np.repeat([True, False, True, False], [both, lost, gained, neither])
    return first, second


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [
        (0, 0, 1.0),
        (0, 6, 2 / 2**6),
        (6, 0, 2 / 2**6),
        (1, 5, 2 * (1 + 6) / 2**6),
        (3, 3, 1.0),
    ],
)
def test_mcnemar_is_the_exact_binomial_of_what_only_one_has_right(lost, gained, p):
    found = compare(*sides(7, lost, gained, 2))
    assert (found.lost, found.gained) == (lost, gained)
    assert found.p == pytest.approx(p)


def test_a_pair_needs_the_same_images():
    with pytest.raises(ValueError, match="3 and 2 images"):
        compare(np.ones(3, np.bool_), np.ones(2, np.bool_))


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_the_interval_of_a_difference():
    *_, low, high = compare(*sides(50, 10, 30, 10))
    # Half an image is added to each of the four fields.
    middle, half = 20 / 102, 1.96 / 102 * (41 - 20**2 / 102) ** 0.5
    assert (low, high) == (pytest.approx(middle - half), pytest.approx(middle + half))
    *_, low, high = compare(*sides(100, 0, 0, 0))
    assert low == -high < 0


def test_over_backbones_needs_as_many_pairs_as_can_tell_something():
    assert over_backbones([0.1] * 5) is over_backbones([0.0] * 9) is None
    assert over_backbones([0.01, 0.02, 0.03, 0.04, 0.05, 0.06]) == pytest.approx(2 / 2**6)
