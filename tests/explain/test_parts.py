"""A model taken apart."""

import numpy as np
import pytest

from emotions.explain.parts import take_apart
from emotions.models.build import build
from emotions.models.saving import load, save
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from small import convolution, dense, model


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize(
    ("name", "input_size"), [("Tiny", 48), ("Tiny", 56), ("CompactCNN", 48), ("CompactCNN", 56)]
)
def test_the_parts_together_are_the_model(cell, statistics, tmp_path, loaded, name, input_size):
    built = build(cell(name, input_size), statistics, classes=6)
    if loaded:
        save(built, tmp_path / "tiny.keras")
        built = load(tmp_path / "tiny.keras")
    parts = take_apart(built)
    pixels = np.random.default_rng(0).integers(0, 256, (3, 48, 48, 1), dtype=np.uint8)
    backbone = keras.Model(parts.input, parts.output)
    logits = parts.logits(backbone(parts.preprocessing(pixels)))
    assert np.asarray(keras.activations.softmax(logits)) == pytest.approx(np.asarray(built(pixels)), abs=1e-6)


def test_what_stands_between_the_backbone_and_the_scores_belongs_to_them():
    after = dense([[1, 2], [3, 4]])
    parts = take_apart(model(convolution(), keras.layers.GlobalAveragePooling2D(), after=[after]))
    assert [layer.name for layer in parts.head] == [after.name]
    assert np.asarray(parts.logits(np.array([[1.0, 1.0]]))).tolist() == [[4, 6]]


def test_another_model_is_refused():
    pixels = keras.Input((48, 48, 1), name="pixels")
    other = keras.Model(pixels, keras.layers.Flatten(name="flat")(pixels), name="other")
    with pytest.raises(UserError, match=r"other is not one of this pipeline.*its layers are pixels, flat"):
        take_apart(other)
