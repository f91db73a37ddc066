"""Training of a cell, on a backbone that trains in a blink."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotions.models.backbones import classifier
from emotions.models.cost import macs
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from emotions.training.checkpoint import CheckpointCallback
from emotions.training.fit import train
from emotions.training.optimizers import learning_rate
from emotions.training.recorder import COLUMNS
from recipe import MODERN

pytestmark = pytest.mark.long


@pytest.fixture
def fit(tmp_path):
    """A function that trains, with the checkpoint in a folder of this test."""
    return functools.partial(train, checkpoint=tmp_path / "checkpoint.npz")


def test_a_network_learns_and_its_history_says_so(fit, tiny, faces, statistics):
    keras.utils.set_random_seed(0)
    trained = fit(tiny(epochs=40, optimizer="adam"), faces, statistics)
    assert list(trained.history) == COLUMNS
    assert list(trained.history["epoch"]) == list(range(1, 41))
    assert trained.history["val_accuracy"].iloc[-1] > 0.9
    assert trained.history["loss"].iloc[-1] < trained.history["loss"].iloc[0] / 2
    assert trained.images_per_second > 0
    assert trained.seconds > 0
    model = trained.model
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    _, accuracy = model.evaluate(faces.images("validation"), faces.targets("validation"), verbose=0)
    assert accuracy == pytest.approx(trained.history["val_accuracy"].iloc[-1])


@pytest.mark.usefixtures("eagerly")
def test_the_rate_falls_on_a_plateau_and_the_history_has_what_each_epoch_used(fit, tiny, faces, statistics):
    plateau = {"monitor": "accuracy", "factor": 0.5, "patience": 1}
    cell = tiny(epochs=4, learning_rate=1e-12, reduce_lr_on_plateau=plateau)
    rates = fit(cell, faces, statistics).history["learning_rate"]
    np.testing.assert_allclose(rates, [1e-12, 1e-12, 5e-13, 2.5e-13], rtol=1e-6)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_the_history_has_the_rate_of_the_epochs_last_step(fit, tiny, faces, statistics, schedule):
    cell = tiny(epochs=3, learning_rate=0.1, schedule=schedule, batch_size=8)
    steps = 27  # 72 images
    expected = learning_rate(cell.train, steps)
    rates = fit(cell, faces, statistics).history["learning_rate"]
    np.testing.assert_allclose(rates, [float(expected(step)) for step in (8, 17, 26)], rtol=1e-5)
    assert rates.iloc[-1] > 0


@pytest.mark.usefixtures("eagerly")
def test_the_arithmetic_of_a_run_is_that_of_its_phases(fit, cell, faces, statistics):
    resizing = ({"size": 24, "share": 0.3333},)
    small, full = (macs(classifier(cell("Growing"), size, 6)) for size in (24, 48))
    trained = fit(cell("Growing", epochs=3, progressive_resizing=resizing), faces, statistics)
    assert trained.macs == 3 * 72 * (small + 2 * full)
    assert macs(trained.model) == full


def test_what_is_trained_with_augmentation_changes_no_image_when_it_is_called(fit, tiny, faces, statistics):
    trained = fit(tiny(epochs=2, **(MODERN | {"progressive_resizing": ()})), faces, statistics)
    images = faces.images("test")
    plain = trained.model(images).numpy()
    np.testing.assert_array_equal(plain, trained.model(images, training=False).numpy())
    np.testing.assert_allclose(plain, trained.model.predict(images, verbose=0), atol=1e-2)


@pytest.mark.usefixtures("eagerly")
def test_a_checkpoint_that_vanishes_under_a_run_is_an_error(fit, cell, faces, statistics, monkeypatch):
    monkeypatch.setattr(CheckpointCallback, "on_epoch_end", lambda *_: None)
    growing = cell("Growing", epochs=2, progressive_resizing=({"size": 24, "share": 0.5},))
    with pytest.raises(UserError, match=r"checkpoint\.npz, which this run has written, is gone or damaged"):
        fit(growing, faces, statistics)


@pytest.mark.usefixtures("eagerly")
def test_a_loss_that_turns_nan_ends_training_at_once(fit, tiny, faces, statistics):
    trained = fit(tiny(epochs=5, batch_size=8, learning_rate=1e38), faces, statistics)
    assert len(trained.history) == 1
    assert trained.history["loss"].isna().all()


@pytest.mark.usefixtures("eagerly")
def test_a_loss_that_turns_nan_on_small_faces_ends_the_run(fit, cell, faces, statistics):
    resizing = ({"size": 24, "share": 0.34},)
    failing = cell("Growing", epochs=3, batch_size=8, learning_rate=1e38, progressive_resizing=resizing)
    for _ in range(2):  # the second goes on from the checkpoint of the first
        trained = fit(failing, faces, statistics)
        assert len(trained.history) == 1
        assert trained.history["loss"].isna().all()


@pytest.mark.parametrize(
    ("optimizer", "activation"), [("rmsprop", "sigmoid"), ("sgd", "relu"), ("adam", "softmax")]
)
def test_every_optimizer_and_activation_trains(fit, tiny, faces, statistics, optimizer, activation):
    trained = fit(tiny(epochs=1, optimizer=optimizer, activation=activation), faces, statistics)
    assert type(trained.model.optimizer).__name__.lower() == optimizer
    scores = trained.model(faces.images("test")).numpy()
    assert scores.min() >= 0
    assert (scores.max() <= 1) or activation == "relu"


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_scores_are_float32_under_every_precision(fit, tiny, faces, statistics, precision):
    trained = fit(tiny(precision=precision, preprocessing="zca"), faces, statistics)
    scaled = isinstance(trained.model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")
    backbone = trained.model.get_layer("Tiny")
    assert backbone.layers[-1].compute_dtype == precision.removeprefix("mixed_")
    assert trained.model.get_layer("zca_whitening").compute_dtype == "float32"
    assert trained.model(faces.images("test")).dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.usefixtures("eagerly")
def test_progress_in_a_log_is_one_line_an_epoch(fit, tiny, faces, statistics, capsys):
    fit(tiny(epochs=3), faces, statistics)
    lines = [line for line in capsys.readouterr().err.splitlines() if "epoch" in line]
    assert len(lines) == 3
    for number, line in enumerate(lines, 1):
        assert line.startswith(f"epoch {number}/3  ")
        for word in ("loss", "accuracy", "images/s", "left"):
            assert word in line


def test_two_devices_share_every_batch(tmp_path, faces, statistics, cell):
    """In a process of its own, as devices are made before TensorFlow starts."""
    faces.save(tmp_path / "faces.npz")
    statistics.save(tmp_path / "statistics.npz")

    def growing(**settings):
        return cell("Growing", **({"batch_size": 16} | settings))

    sizes = {"progressive_resizing": ({"size": 24, "share": 0.5},)}
    cells = {
        "even": growing(epochs=1, optimizer="rmsprop"),
        "odd": growing(batch_size=15),
        "modern": growing(epochs=2, **MODERN | sizes | {"optimizer": "muon", "adam_lr_ratio": 0.3}),
    }
    for name, one in cells.items():
        (tmp_path / f"{name}.json").write_text(one.model_dump_json())
    script = Path(__file__).with_name("two_devices.py")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "replicas 2" in done.stdout
    assert "even rows 1 finite True" in done.stdout
    assert "modern rows 2 finite True" in done.stdout
    assert "train.batch_size: 15 is given; allowed: a multiple of 2" in done.stdout
