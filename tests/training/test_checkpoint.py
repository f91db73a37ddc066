"""A run that was killed anywhere ends as one that was not."""

import functools
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotions.runtime import cpu
from emotions.runtime.tensorflow_import import keras
from emotions.training import checkpoint, fit
from recipe import MODERN

pytestmark = pytest.mark.long

EPOCHS = 4
STEPS = 5


class Killed(BaseException):
    """Stands for `kill -9`: no handler catches it."""


@pytest.fixture(scope="module")
def world(faces, statistics):
    """What a cell is trained on."""
    return faces, statistics


def run(world, cell, path, kill=None):
    """Train as a new process would; `kill` names a moment and how often it passes before the kill."""
    faces, statistics = world
    keras.backend.clear_session()
    keras.utils.set_random_seed(cell.seed)
    with pytest.MonkeyPatch.context() as killed:
        if kill:
            moment, count = kill
            where, name = MOMENTS[moment]
            killed.setattr(where, name, killing(getattr(where, name), count, moment))
        trained = fit.train(cell, faces, statistics, path)
    weights = [weight.numpy() for weight in trained.model.weights]
    return weights, trained.history.assign(macs=trained.macs)


def killing(function, count, moment):
    calls = iter(range(1000))

    def wrapped(*args, **options):
        if next(calls) == count:
            if moment == "writing":
                args[0].with_name(".writing-rest").write_bytes(b"half")
            raise Killed
        return function(*args, **options)

    return wrapped


MOMENTS = {
    "step": (fit.Stopwatch, "on_train_batch_end"),
    "epoch": (fit.Progress, "on_epoch_end"),
    "keeping": (checkpoint.CheckpointCallback, "on_epoch_end"),
    "writing": (checkpoint, "write_arrays"),
    "end": (fit, "Trained"),
}


KILLS = {
    "adam": [("step", 2), ("epoch", 0), ("step", 6), ("writing", 0), ("keeping", 1), ("end", 0)],
    "modern": [("epoch", 0), ("step", 6), ("writing", 1)],
}
"""One after the other, the count anew in each process: at every moment; and on faces of every size."""


@pytest.fixture(scope="module")
def make_cell(cell):
    plateau = {"monitor": "val_accuracy", "factor": 0.5, "patience": 0}
    common = {"epochs": EPOCHS, "batch_size": 16, "learning_rate": 0.02}
    report = common | {"reduce_lr_on_plateau": plateau}
    kinds = {name: report | {"optimizer": name} for name in ("sgd", "rmsprop", "adam")}
    kinds["sgd"] |= {"momentum": 0.9}
    kinds["modern"] = common | MODERN | {"optimizer": "muon", "adam_lr_ratio": 0.3}

    def make(kind):
        return cell("Growing" if kind == "modern" else "Dropping", seed=3, **kinds[kind])

    return make


@pytest.fixture(scope="module")
def whole(world, make_cell, tmp_path_factory):
    """A function that gives what an uninterrupted run ends with, and its checkpoint."""

    @functools.cache
    def uninterrupted(kind):
        path = tmp_path_factory.mktemp("whole") / "c.npz"
        return *run(world, make_cell(kind), path), path

    return uninterrupted


@pytest.fixture(scope="module")
def ends_the_same(world, make_cell, whole, tmp_path_factory):
    """A function that kills a run again and again, holds what it ends with against the whole, and counts."""

    def check(kind, kills):
        cell = make_cell(kind)
        expected, expected_history, _ = whole(kind)
        path = tmp_path_factory.mktemp("killed") / "c.npz"
        killed = 0
        for kill in kills:
            try:
                run(world, cell, path, kill)
            except Killed:
                killed += 1
        # The second takes up a finished run, and would be killed at the first step that it trained.
        for kill in (None, ("step", 0)):
            weights, history = run(world, cell, path, kill)
            for one, other in zip(expected, weights, strict=True):
                np.testing.assert_array_equal(one, other)
            assert history.to_csv() == expected_history.to_csv()
        return killed

    return check


def moments():
    return st.one_of(
        st.just(("end", 0)),
        st.tuples(st.just("step"), st.integers(0, EPOCHS * STEPS - 1)),
        st.tuples(st.sampled_from(["epoch", "keeping", "writing"]), st.integers(0, EPOCHS - 1)),
    )


@pytest.mark.parametrize("kind", KILLS)
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(ends_the_same, kind):
    assert ends_the_same(kind, KILLS[kind]) == len(KILLS[kind])


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(["sgd", "rmsprop", "adam"]), kill=moments())
def test_so_does_one_killed_at_any_moment(ends_the_same, kind, kill):
    ends_the_same(kind, [kill])


def test_the_plateau_matters_here(whole):
    """Else the property above could not tell whether its counters are kept."""
    _, history, _ = whole("adam")
    assert history["learning_rate"].nunique() > 1


def test_a_state_of_more_epochs_is_not_taken_up(world, make_cell, whole, tmp_path):
    shorter = make_cell("adam")
    shorter = shorter.model_copy(update={"train": shorter.train.model_copy(update={"epochs": 2})})
    expected, _ = run(world, shorter, tmp_path / "other.npz")
    _, _, path = whole("adam")
    weights, history = run(world, shorter, shutil.copyfile(path, tmp_path / "c.npz"))
    np.testing.assert_array_equal(expected[0], weights[0])
    assert len(history) == 2


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 half", None])
def test_what_is_damaged_or_missing_is_no_checkpoint(tmp_path, content):
    if content is not None:
        (tmp_path / "c.npz").write_bytes(content)
    assert checkpoint.load(tmp_path / "c.npz") is None


def test_a_damaged_checkpoint_starts_the_run_over(world, make_cell, whole, tmp_path):
    path = tmp_path / "c.npz"
    path.write_bytes(b"PK\x03\x04 half")
    expected, _, _ = whole("sgd")
    weights, _ = run(world, make_cell("sgd"), path)
    np.testing.assert_array_equal(expected[0], weights[0])


@pytest.mark.parametrize("module", ["stages/train", "training/fit", "models/build"])
def test_the_key_changes_with_the_code_that_is_imported_late_too(make_cell, tmp_path, module):
    shutil.copytree(Path(checkpoint.__file__).parents[1], tmp_path / "emotions")
    before = checkpoint.key(make_cell("sgd"), {}, tmp_path)
    assert before == checkpoint.key(make_cell("sgd"), {})
    with (tmp_path / "emotions" / f"{module}.py").open("a") as file:
        file.write("\nCHANGED = 1\n")
    assert checkpoint.key(make_cell("sgd"), {}, tmp_path) != before


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"schedule": "cosine"}, False),
        ({"progressive_resizing": ({"size": 24, "share": 0.5},)}, False),
    ],
)
def test_epochs_are_no_part_of_a_course_that_does_not_depend_on_them(cell, changes, same):
    shorter, longer = cell(epochs=2, **changes), cell(epochs=3, **changes)
    assert (checkpoint.course(shorter) == checkpoint.course(longer)) == same
    assert checkpoint.is_continued(shorter, [shorter, longer]) == same
    assert not checkpoint.is_continued(longer, [shorter, longer])
    assert not checkpoint.is_continued(shorter, [longer.model_copy(update={"seed": 1})])


def test_the_key_tells_runs_apart_by_all_that_shapes_them(make_cell, tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    keys = [
        checkpoint.key(make_cell(optimizer), {"faces": tmp_path / name})
        for optimizer, name in [("sgd", "a"), ("sgd", "a"), ("sgd", "b"), ("adam", "a")]
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(("name", "value"), [("cores", 1000), ("instructions", "none")])
def test_the_key_is_of_one_kind_of_machine(make_cell, monkeypatch, name, value):
    here = checkpoint.key(make_cell("sgd"), {})
    monkeypatch.setattr(cpu, name, lambda: value)
    assert checkpoint.key(make_cell("sgd"), {}) != here
