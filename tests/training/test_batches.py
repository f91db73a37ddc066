"""The order of the batches is a function of the seed and the epoch."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emotions.training import batches


def rows_by_epoch(n, batch_size, seed, epochs):
    """Which rows each epoch's batches hold; the images carry their row's number."""
    images = np.arange(n, dtype=np.uint8).reshape(n, 1, 1, 1)
    stream = list(batches.training(images, np.arange(n, dtype=np.uint8), batch_size, seed, epochs))
    for batch, targets in stream:
        np.testing.assert_array_equal(batch[:, 0, 0, 0], targets)
    steps = math.ceil(n / batch_size)
    sizes = [len(targets) for _, targets in stream[:steps]]
    assert max(sizes) <= batch_size
    return [
        np.concatenate([targets for _, targets in stream[at : at + steps]])
        for at in range(0, len(stream), steps)
    ]


@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(1, 200),
    batch_size=st.integers(1, 70),
    seed=st.integers(0, 2**32 - 1),
    start=st.integers(0, 3),
)
def test_every_epoch_is_a_permutation_and_a_late_start_sees_the_same(n, batch_size, seed, start):
    whole = rows_by_epoch(n, batch_size, seed, range(4))
    assert len(whole) == 4
    for rows in whole:
        np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    for late, expected in zip(
        rows_by_epoch(n, batch_size, seed, range(start, 4)), whole[start:], strict=True
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


def test_validation_keeps_the_order_of_the_rows():
    images = np.zeros((5, 1, 1, 1), np.uint8)
    stream = batches.validation(images, np.arange(5, dtype=np.uint8), 2)
    assert [list(targets.numpy()) for _, targets in stream] == [[0, 1], [2, 3], [4]]
