"""Backbones on weights from a file."""

import hashlib

import numpy as np
import pytest

from emotions.models.backbones import features
from emotions.models.build import build
from emotions.models.saving import save
from emotions.models.weights import pretrained
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras

NAME = "Growing"


@pytest.fixture(scope="module")
def trained(cell):
    """The backbone without its head, with weights of its own."""
    return without_head(cell(NAME))


def without_head(cell):
    keras.utils.set_random_seed(1)
    return features(cell, 48, None)


def write_cell(cell, trained, path, statistics):
    model = build(cell, statistics, classes=6)
    for variable, value in zip(model.get_layer(trained.name).weights, trained.weights, strict=False):
        variable.assign(value)
    save(model, path)


def takes(cell, trained, path):
    found = pretrained(cell, 48, str(path))
    for expected, got in zip(trained.weights, found.weights, strict=True):
        np.testing.assert_array_equal(expected.numpy(), got.numpy())


def test_a_backbone_takes_its_weights_from_files_of_every_kind(trained, cell, statistics, tmp_path):
    trained.save_weights(tmp_path / "w.weights.h5")
    trained.save(tmp_path / "bare.keras")
    write_cell(cell(NAME), trained, tmp_path / "cell.keras", statistics)
    for path in tmp_path.iterdir():
        takes(cell(NAME), trained, path)


def test_one_of_keras_applications_takes_the_weights_of_a_cell(cell, statistics, tmp_path):
    trained = without_head(cell("VGG16"))
    write_cell(cell("VGG16"), trained, tmp_path / "cell.keras", statistics)
    takes(cell("VGG16"), trained, tmp_path / "cell.keras")


def test_the_head_on_given_weights_is_pooling_and_one_dense_layer(trained, cell, statistics, tmp_path):
    trained.save(tmp_path / "w.keras")
    model = build(cell(NAME, weights=str(tmp_path / "w.keras"), activation="relu"), statistics, classes=6)
    assert model.get_layer("logits").kernel.shape == (12, 6)
    assert model.layers[-1].get_config()["activation"] == "relu"


@pytest.mark.parametrize("content", ["text", "another backbone"])
def test_a_file_that_does_not_fit_is_refused_in_words(content, cell, tmp_path):
    path = tmp_path / "w.keras"
    if content == "text":
        path.write_text("no weights")
    else:
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(path)
    with pytest.raises(UserError, match=rf"w\.keras does not fit {NAME}: .+ allowed: "):
        pretrained(cell(NAME), 48, str(path))


def test_weights_that_can_not_be_downloaded_are_refused_in_words(cell, monkeypatch):
    def fail(*args, **options):
        raise Exception("URL fetch failure on somewhere: None -- no route")

    monkeypatch.setattr("keras.src.applications.vgg16.file_utils.get_file", fail)
    with pytest.raises(UserError, match=r"train\.weights: the imagenet weights of VGG16"):
        pretrained(cell("VGG16"), 48, "imagenet")


def test_a_file_that_changed_since_it_was_planned_is_refused(trained, cell, tmp_path):
    path = tmp_path / "w.keras"
    trained.save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    pretrained(cell(NAME).model_copy(update={"weights_sha256": digest}), 48, str(path))
    with pytest.raises(UserError, match=r"w\.keras has changed .* `dvc repro --force plan`"):
        pretrained(cell(NAME).model_copy(update={"weights_sha256": "0" * 64}), 48, str(path))
