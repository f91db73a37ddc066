"""The order of the batches is a function of the seed and the epoch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotions.data.faces import Faces
from emotions.training.batches import Batches

pytestmark = pytest.mark.long


def numbered(n):
    """Faces of which each image carries its row's number, all in train and once more in validation."""
    rows = np.tile(np.arange(n, dtype=np.uint8), 2)
    return Faces(
        pixels=np.broadcast_to(rows[:, np.newaxis, np.newaxis], (2 * n, 48, 48)),
        labels=rows,
        splits=np.repeat(np.array([0, 1], np.uint8), n),
        groups=rows.astype(np.int32),
        seen=np.zeros(2 * n, bool),
        classes=("a", "b"),
    )


def rows_by_epoch(n, batch_size, seed, epochs, whole=False):
    """Which rows each epoch's batches hold."""
    batches = Batches(numbered(n), batch_size, seed, whole=whole)
    stream = list(batches.training(epochs))
    for images, targets in stream:
        np.testing.assert_array_equal(images[:, 0, 0, 0], targets)
        assert len(targets) <= batch_size
    assert len(stream) == batches.steps * len(epochs)
    return [
        np.concatenate([targets for _, targets in stream[at : at + batches.steps]])
        for at in range(0, len(stream), batches.steps)
    ]


@settings(max_examples=8)
@given(
    n=st.integers(1, 200),
    batch_size=st.integers(1, 70),
    seed=st.integers(0, 2**32 - 1),
    start=st.integers(0, 2),
)
def test_every_epoch_is_a_permutation_and_a_late_start_sees_the_same(n, batch_size, seed, start):
    whole = rows_by_epoch(n, batch_size, seed, range(3))
    assert len(whole) == 3
    for rows in whole:
        np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    for late, expected in zip(
        rows_by_epoch(n, batch_size, seed, range(start, 3)), whole[start:], strict=True
    ):
        np.testing.assert_array_equal(late, expected)


def test_epochs_and_seeds_differ():
    first, second = rows_by_epoch(100, 30, 0, range(2))
    (other,) = rows_by_epoch(100, 30, 1, range(1))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_order_is_the_one_that_earlier_runs_had():
    (rows,) = rows_by_epoch(8, 8, 0, range(1))
    np.testing.assert_array_equal(rows, [3, 0, 1, 4, 2, 7, 6, 5])


def test_a_shorter_last_batch_is_left_out_where_batches_have_to_be_whole():
    (rows,) = rows_by_epoch(10, 4, 0, range(1), whole=True)
    assert len(set(rows)) == 8


def test_validation_keeps_the_order_of_the_rows():
    stream = Batches(numbered(5), 2, 0, whole=False).validation()
    assert [list(targets.numpy()) for _, targets in stream] == [[0, 1], [2, 3], [4]]
