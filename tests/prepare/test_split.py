"""Groups of identical images, and the validation split drawn from training."""

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotions.prepare.split import draw_validation, mark_seen, number_groups, order, require_both_sides
from emotions.runtime.errors import UserError


def digest(number):
    return hashlib.sha256(bytes([number])).digest()


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 30).map(digest), st.booleans()), min_size=1, max_size=60
)


@st.composite
def training(draw):
    """Labels, ascending, and groups of training rows; some groups hold several classes."""
    labels = np.sort(draw(st.lists(st.integers(0, 3), min_size=2, max_size=120)))
    few = draw(st.integers(1, 80))
    groups = [draw(st.integers(0, few)) for _ in labels]
    return labels.astype(np.uint8), np.array(groups, dtype=np.int32)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_how_rows_come(rows, chance):
    def ordered(some):
        return [some[row] for row in order(*zip(*some, strict=True))]

    shuffled = random.Random(chance.random()).sample(rows, len(rows))
    assert ordered(shuffled) == ordered(rows) == sorted(rows)


@given(ROWS)
def test_groups_are_rows_with_equal_pixels_numbered_as_they_appear(rows):
    digests = [row[1] for row in rows]
    groups = number_groups(digests)
    assert groups.dtype == np.int32
    assert [digests[int(np.flatnonzero(groups == number)[0])] for number in groups] == digests
    assert list(dict.fromkeys(groups.tolist())) == list(range(len(set(digests))))


@given(training(), st.floats(0.01, 0.99), st.integers(0, 2**32 - 1))
def test_validation_takes_whole_groups_and_the_share_of_every_class(rows, share, seed):
    labels, groups = rows
    validation = draw_validation(groups, labels, share, seed)
    assert not set(groups[validation]) & set(groups[~validation])
    np.testing.assert_array_equal(validation, draw_validation(groups, labels, share, seed))
    mixed = {group for group in groups if len(set(labels[groups == group])) > 1}
    for label in set(labels):
        ours = labels == label
        if mixed & set(groups[ours]) or len(set(groups[ours])) < 2:
            continue
        drawn, largest = validation[ours].sum(), np.bincount(groups[ours]).max()
        assert 0 < drawn < ours.sum()
        assert abs(drawn - share * ours.sum()) <= largest


def test_every_class_has_its_share_though_groups_are_mixed():
    # 600 rows of 3 classes; every tenth image stands under two labels, twice under the second.
    labels = np.repeat([0, 1, 2], 200).astype(np.uint8)
    groups = np.arange(600, dtype=np.int32)
    groups[200:220] = np.repeat(groups[:100:10], 2)
    groups[400:420] = np.repeat(groups[250:350:10], 2)
    validation = draw_validation(groups, labels, 0.25, seed=3)
    assert [int(validation[labels == label].sum()) for label in range(3)] == [50, 50, 50]
    assert not set(groups[validation]) & set(groups[~validation])


def test_another_seed_draws_others():
    labels, groups = np.zeros(100, np.uint8), np.arange(100, dtype=np.int32)
    drawn = {tuple(np.flatnonzero(draw_validation(groups, labels, 0.1, seed))) for seed in range(5)}
    assert len(drawn) == 5
    assert {len(rows) for rows in drawn} == {10}


@pytest.mark.parametrize(("share", "expected"), [(0.001, 1), (0.999, 9)])
def test_both_sides_have_one_at_least(share, expected):
    validation = draw_validation(np.arange(10, dtype=np.int32), np.zeros(10, np.uint8), share, 0)
    assert validation.sum() == expected


@pytest.mark.parametrize(
    ("validation", "said"),
    [([1, 0, 0, 0, 1, 0], "for validation of happy:"), ([1, 0, 1, 1, 1, 1], "for train of happy, sad:")],
)
def test_a_class_on_one_side_alone_is_an_error(validation, said):
    labels = np.array([0, 0, 1, 1, 2, 2], np.uint8)
    with pytest.raises(UserError, match=said):
        require_both_sides(labels, np.array(validation, bool), ("angry", "happy", "sad"))


def test_both_sides_are_there():
    labels = np.array([0, 0, 1, 1], np.uint8)
    require_both_sides(labels, np.array([True, False, False, True]), ("angry", "happy"))


def test_seen_are_test_rows_whose_group_is_in_training_too():
    groups = np.array([0, 0, 1, 2, 2, 3], np.int32)
    in_test = np.array([False, True, False, True, True, True])
    assert mark_seen(groups, in_test).tolist() == [False, True, False, False, False, False]
