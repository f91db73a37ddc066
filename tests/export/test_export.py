"""Files that run without Keras, against Keras."""

import json
import re
from unittest import mock

import numpy as np
import onnx
import pytest

from emotions.cli import export
from emotions.cli.export import main
from emotions.export.onnx_export import write_onnx
from emotions.export.reference import call_once, compare, faces
from emotions.models.compact_cnn import CompactCNN
from emotions.models.saving import save
from emotions.predict.classifier import Classifier
from emotions.predict.model_description import ModelDescription
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras

CLASSES = ModelDescription(("calm", "größer", "other"), generated=True)


@pytest.fixture(scope="module")
def model():
    """The released network, untrained, behind preprocessing as a cell has it."""
    keras.utils.set_random_seed(0)
    pixels = keras.Input((48, 48, 1), dtype="uint8", name="pixels")
    scaled = keras.layers.Rescaling(1 / 64, -2.0, name="normalization")(pixels)
    network = CompactCNN(weights=None, input_shape=(48, 48, 1), classes=3, classifier_activation=None)
    return keras.Model(pixels, keras.layers.Activation("softmax", name="scores")(network(scaled)))


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "m.keras"
    save(model, path)
    path.with_suffix(".json").write_text(json.dumps(CLASSES.content()))
    return path


@pytest.fixture(scope="module")
def written(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "m.onnx"
    assert write_onnx(model, CLASSES, path) <= 1e-4
    return path


def test_onnx_has_kerass_scores_and_its_classes(model, written):
    loaded = Classifier.load(written)
    assert loaded.description == CLASSES
    expected = np.asarray(model(faces()[..., np.newaxis], training=False))
    assert np.abs(loaded.scores(faces()) - expected).max() <= 1e-4
    assert loaded.scores(faces()[:0]).shape == (0, 3)
    assert np.array_equal(loaded.scores(np.tile(faces(), (9, 1, 1)))[-16:], loaded.scores(faces()))
    onnx.checker.check_model(onnx.load(written), full_check=True)


@pytest.fixture
def in_this_process(monkeypatch):
    """Without the start of another TensorFlow."""
    monkeypatch.setattr(export, "bounded", lambda subject, function, *arguments: function(*arguments))


def test_the_command_writes_both_formats_beside_the_model(saved, written, capfd, request):
    main([str(saved)])
    # another process gives the same bytes
    assert saved.with_suffix(".onnx").read_bytes() == written.read_bytes()
    request.getfixturevalue("in_this_process")
    main([str(saved), "--format", "litert"])
    assert Classifier.load(saved.with_suffix(".onnx")).description == CLASSES
    lines = capfd.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        str(saved.with_suffix(".onnx")),
        str(saved.with_suffix(".tflite")),
    ]


def test_a_model_with_other_scores_is_not_kept(model, tmp_path):
    with pytest.raises(UserError, match=r"differ from Keras's by .*; allowed: 0\.0001"):
        compare(model, lambda given: np.zeros((len(given), 3), np.float32), tmp_path / "m.onnx")


def test_a_model_that_can_not_be_called_is_refused_in_words():
    with pytest.raises(UserError, match=r"the model can't be called on faces: OOM when allocating"):
        call_once(mock.Mock(side_effect=MemoryError("OOM when\nallocating")))


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize(
    ("change", "words", "text"),
    [
        (lambda path: path.write_bytes(b"no zip"), [], "m.keras can't be loaded as a Keras model"),
        (lambda path: path.unlink(), [], "m.keras is missing"),
        (lambda path: path.with_suffix(".json").unlink(), [], "m.json can't be read (No such file"),
        (lambda path: path.with_suffix(".json").write_text("[]"), [], "m.json does not hold classes"),
        (
            lambda path: path.with_suffix(".json").write_text('{"classes": ["a", "b"]}'),
            [],
            "gives (None, 3); allowed: (None, 48, 48, 1) uint8 and, as 2 classes are named, (None, 2)",
        ),
        (lambda path: None, ["--output", "x.zip"], "x.zip; allowed: a name that ends in .onnx"),
    ],
)
def test_what_can_not_be_exported_is_named_and_nothing_is_left(saved, tmp_path, change, words, text):
    path = tmp_path / "m.keras"
    for suffix in (".keras", ".json"):
        path.with_suffix(suffix).write_bytes(saved.with_suffix(suffix).read_bytes())
    change(path)
    with pytest.raises(UserError, match=re.escape(text)):
        main([str(path), *words])
    assert not list(tmp_path.glob("*.onnx")) + list(tmp_path.glob(".writing*"))
