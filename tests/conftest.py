"""What several tests share."""

import functools
import gc
import signal
import sys
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from chromium import Chromium
from emotions.data.faces import SIZE, Faces
from emotions.data.pixel_statistics import Statistics
from emotions.params import load_params
from emotions.settings.backbones import Backbone
from emotions.settings.cell import Cell, Train
from emotions.settings.evaluate import EvaluatePlan

gc.disable()  # until all is imported, which would spend a fifth of its time in it

hypothesis.settings.register_profile("patient", deadline=None)  # else a busy machine fails tests
hypothesis.settings.load_profile("patient")

PARAMS = load_params(Path(__file__).parents[1] / "params.yaml")
DEFAULTS = PARAMS.train.model_dump()
TINY = {
    name: Backbone(network=f"tiny:{name}", smallest=8, any_size=name == "Growing")
    for name in ("Tiny", "Dropping", "Growing")
}
BACKBONES = PARAMS.backbones | TINY
CLASSES = ("angry", "fear", "happy", "neutral", "sad", "surprise")

# A shell or nohup that starts tests in the background has these ignored, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items):
    """Bring forward the files of long tests: who starts one last works when the others have ended."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish():
    """Set TensorFlow up before a test uses it; where no file imported it, none pays for its start."""
    if "emotions.runtime.tensorflow_import" in sys.modules:
        from emotions.runtime import hardware

        hardware.configure(seed=0)
    gc.collect()
    gc.freeze()  # or each `clear_session` of Keras walks all that was imported
    gc.set_threshold(20_000)  # networks are built of many small objects
    gc.enable()


@pytest.fixture(scope="session")
def faces():
    """120 noisy patterns, one pattern a class: what any network can tell apart."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(6, dtype=np.uint8), 20)
    patterns = rng.integers(0, 120, (6, 6, 6)).repeat(8, axis=1).repeat(8, axis=2)
    pixels = patterns[labels] + rng.integers(0, 120, (120, SIZE, SIZE))
    splits = np.tile(np.repeat(np.arange(3, dtype=np.uint8), (12, 4, 4)), 6)
    seen = (splits == 2) & (np.arange(120) % 4 == 0)
    return Faces(
        pixels=pixels.astype(np.uint8),
        labels=labels,
        splits=splits,
        groups=np.arange(120, dtype=np.int32),
        seen=seen,
        classes=CLASSES,
    )


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="session")
def statistics():
    rng = np.random.default_rng(1)
    half = rng.normal(0, 0.02, (SIZE**2, SIZE**2)).astype(np.float32)
    return Statistics(mean=0.5, std=0.25, whitening=half + half.T)


@pytest.fixture(scope="session")
def cell():
    """A function that makes a cell of the defaults of `params.yaml`, changed as told."""

    def make(backbone="VGG16", input_size=48, seed=0, **changes):
        settings = DEFAULTS | {
            "epochs": 1,
            "batch_size": 32,
            "optimizer": "sgd",
            "reduce_lr_on_plateau": None,
        }
        train = Train.model_validate(settings | changes)
        row = BACKBONES[backbone].model_dump() | {"input_size": input_size}
        none = {"weights_sha256": None, "zca_epsilon": None, "network_code": {}}
        return Cell(backbone=backbone, seed=seed, train=train, **none, **row)

    return make


@pytest.fixture(scope="session")
def evaluate_plan():
    return EvaluatePlan(
        backbone="VGG16",
        variant="sgd",
        onednn="always",
        seed=0,
        source="synthetic",
        test_time_augmentation=None,
        evaluation="e",
    )


@pytest.fixture
def eagerly():
    """Train without graphs: to trace them takes longer than a few steps of a small network."""
    from emotions.runtime.tensorflow_import import tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def tiny(cell):
    """A function that makes a cell of the backbone `Tiny`."""
    return functools.partial(cell, "Tiny")
