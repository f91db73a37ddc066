"""Model files: the same bytes for the same model, and nothing taken that is no model."""

import errno
import json
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from emotions.models.build import build
from emotions.models.cost import parameters
from emotions.models.saving import load, save
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras


@pytest.fixture(scope="module")
def made(cell, statistics):
    """A function that makes the same model again, as a new process would."""

    def make():
        keras.backend.clear_session()  # which counts the layers without a name of their own
        keras.utils.set_random_seed(0)
        return build(cell("Tiny", preprocessing="zca"), statistics, classes=6)

    return make


@pytest.fixture(scope="module")
def model(made):
    return made()


def test_the_same_model_gives_the_same_bytes_at_another_time(made, tmp_path):
    save(made(), tmp_path / "1.keras")
    again = made()
    again.compile("adam", "mse")
    time.sleep(2.1 - time.time() % 2)  # a zip's times have a resolution of two seconds
    save(again, tmp_path / "2.keras")
    assert (tmp_path / "1.keras").read_bytes() == (tmp_path / "2.keras").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras"]


def test_a_disk_that_fills_leaves_the_old_model(model, tmp_path, monkeypatch):
    path = tmp_path / "m.keras"
    path.write_bytes(b"old")

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    for place in ("keras.src.saving.saving_lib.H5IOStore.close", "zipfile.ZipFile.writestr"):
        monkeypatch.setattr(place, full)
        with pytest.raises(OSError, match="No space"):
            save(model, path)
        monkeypatch.undo()
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]


def test_objects_that_were_shared_are_shared_again(tmp_path):
    images = keras.Input((48, 48, 1), name="pixels")
    shared = keras.initializers.GlorotUniform(seed=1)
    layers = [keras.layers.Dense(2, kernel_initializer=shared) for _ in range(2)]
    save(keras.Model(images, layers[1](layers[0](images))), tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        config = archive.read("config.json").decode()
    numbers = [int(part.split(",")[0].strip(" }]")) for part in config.split('"shared_object_id":')[1:]]
    assert all(number < 10 for number in numbers)
    assert load(tmp_path / "m.keras")(np.zeros((1, 48, 48, 1))).shape == (1, 48, 48, 2)


def test_plain_keras_loads_it_without_this_package(model, faces, tmp_path):
    save(model, tmp_path / "m.keras")
    images = faces.images("test")
    np.save(tmp_path / "images.npy", images)
    code = (
        "import sys, keras, numpy as np\n"
        "scores = keras.saving.load_model('m.keras')(np.load('images.npy'))\n"
        "assert not any(name.startswith('emotions') for name in sys.modules)\n"
        "np.save('scores.npy', scores)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    np.testing.assert_allclose(np.load(tmp_path / "scores.npy"), model(images).numpy(), atol=1e-6)


def test_what_whitens_is_not_counted_among_the_parameters(model, tiny, statistics):
    assert parameters(model) == parameters(build(tiny(preprocessing="none"), statistics, classes=6))


def zip_of(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def with_lambda(path):
    pixels = keras.Input((48, 48, 1))
    keras.Model(pixels, keras.layers.Lambda(lambda x: x + 1)(pixels)).save(path)


NO_MODELS = {
    "text": lambda path: path.write_text("no model"),
    "empty": lambda path: path.write_bytes(b""),
    "another zip": lambda path: zip_of(path, {"a.txt": "b"}),
    "a model of nothing": lambda path: zip_of(
        path, {"config.json": json.dumps({"a": 1}), "metadata.json": "{}", "model.weights.h5": ""}
    ),
    "code": with_lambda,
}


@pytest.mark.parametrize("kind", NO_MODELS)
def test_what_is_no_model_or_carries_code_is_refused_in_words(kind, tmp_path):
    path = tmp_path / "m.keras"
    NO_MODELS[kind](path)
    with pytest.raises(UserError, match=r"m\.keras can't be loaded as a Keras model: .+"):
        load(path)


def test_a_truncated_model_is_refused(model, tmp_path):
    path = tmp_path / "m.keras"
    save(model, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="can't be loaded"):
        load(path)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(UserError, match=r"m\.keras is missing: `dvc repro` trains it"):
        load(tmp_path / "m.keras")
