"""The order of the callbacks: which do not matter to a killed run, and that the CheckpointCallback's does."""

import functools

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emotions.runtime.tensorflow_import import keras
from emotions.training import fit

pytestmark = pytest.mark.long

EPOCHS = 3
KEPT = ["TerminateOnNaN", "Recorder", "Stopwatch", "ReduceLROnPlateau"]
"""What `fit` puts in front of the CheckpointCallback."""
OWN = [*KEPT, "CheckpointCallback", "Progress"]


class Killed(BaseException):
    """Stands for `kill -9`: no handler catches it."""


@pytest.fixture(scope="module")
def run(cell, faces, statistics, tmp_path_factory):
    """A function that trains, with the callbacks in an order, and is killed behind them all after an epoch.

    It returns a list of weights and the history, or None if it was killed.
    """
    plateau = {"monitor": "val_accuracy", "factor": 0.5, "patience": 0}
    common = {"batch_size": 24, "learning_rate": 0.05, "reduce_lr_on_plateau": plateau}
    settings = cell("Dropping", seed=3, epochs=EPOCHS, optimizer="adam", **common)

    def train(path, order, kill_after=None):
        own_fit, shown = keras.Model.fit, fit.Progress.on_epoch_end

        def reordered(model, *args, callbacks, **options):
            assert sorted(map(name, callbacks)) == sorted(OWN)
            callbacks = sorted(callbacks, key=lambda one: order.index(name(one)))
            model.run_eagerly = True  # to trace graphs takes longer than these few steps
            return own_fit(model, *args, callbacks=callbacks, **options)

        def killing(progress, epoch, logs=None):
            shown(progress, epoch, logs)
            if epoch + 1 == kill_after:
                raise Killed

        keras.backend.clear_session()
        keras.utils.set_random_seed(settings.seed)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keras.Model, "fit", reordered)
            patch.setattr(fit.Progress, "on_epoch_end", killing)
            try:
                trained = fit.train(settings, faces, statistics, path)
            except Killed:
                return None
        return [weight.numpy() for weight in trained.model.weights], trained.history.to_csv()

    def run(order, kill_after=None):
        path = tmp_path_factory.mktemp("run") / "c.npz"
        if kill_after:
            assert train(path, order, kill_after) is None
        return train(path, order)

    return run


def name(callback):
    return type(callback).__name__


@pytest.fixture(scope="module")
def whole(run):
    """A function that gives what an uninterrupted run ends with.

    All orders end with the same weights; the history has the rate before or after the plateau's cut.
    """

    @functools.cache
    def uninterrupted(order):
        return run(order)

    def canonical(order):
        first, second = sorted(("Recorder", "ReduceLROnPlateau"), key=order.index)
        return uninterrupted(("TerminateOnNaN", first, "Stopwatch", second, "CheckpointCallback", "Progress"))

    return canonical


def same(one, other):
    return one[1] == other[1] and all(map(np.array_equal, one[0], other[0]))


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(kept=st.permutations(KEPT), kill_after=st.integers(1, EPOCHS - 1))
@example(kept=KEPT[::-1], kill_after=2)
def test_in_whatever_order_what_the_keeper_keeps_stands_before_it_a_killed_run_goes_on(
    run, whole, kept, kill_after
):
    order = [*kept, "CheckpointCallback", "Progress"]
    assert same(run(order, kill_after), whole(order))


def cut(history):
    """The epoch after which the plateau first cut the rate."""
    rates = [row.rpartition(",")[2] for row in history.splitlines()[1:]]
    cuts = [epoch for epoch in range(1, EPOCHS) if rates[epoch] != rates[epoch - 1]]
    assert cuts, "the plateau's counters would not matter"
    return cuts[0]


@pytest.mark.parametrize("behind", ["Recorder", "ReduceLROnPlateau"])
def test_a_keeper_before_what_it_keeps_would_break_a_killed_run(run, whole, behind):
    order = [one for one in OWN if one != "CheckpointCallback"]
    order.insert(order.index(behind), "CheckpointCallback")
    expected = whole(OWN)
    # Killed or not, the order alone changes nothing.
    assert same(run(order), expected)
    assert not same(run(order, cut(expected[1])), expected)


def test_the_keeper_stands_behind_all_that_it_keeps(cell, faces, statistics, tmp_path, monkeypatch):
    """Only what shows stands behind it: what it leaves out of a checkpoint can't matter there."""
    given = []
    monkeypatch.setattr(keras.Model, "fit", lambda *_, callbacks, **__: given.extend(map(name, callbacks)))
    plateau = {"monitor": "loss", "factor": 0.5, "patience": 0}
    fit.train(cell("Dropping", reduce_lr_on_plateau=plateau), faces, statistics, tmp_path / "c.npz")
    assert given[: given.index("CheckpointCallback")] == KEPT
    assert given[given.index("CheckpointCallback") + 1 :] == ["Progress"]
