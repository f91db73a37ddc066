"""Telling the expression in an image, from the command line."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from emotions.cli.predict import main
from emotions.models.saving import save
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras


@pytest.fixture
def model(tmp_path):
    """A model whose scores are the brightness of an image's upper half, its lower half, and a tenth."""
    pixels = keras.Input((48, 48, 1), dtype="uint8", name="pixels")
    halves = keras.layers.AveragePooling2D((24, 48))(keras.layers.Rescaling(1 / 255)(pixels))
    dense = keras.layers.Dense(3, name="logits")
    logits = dense(keras.layers.Flatten()(halves))
    dense.set_weights([np.array([[1, 0, 0], [0, 1, 0]]), np.array([0, 0, 0.1])])
    scores = keras.layers.Activation("relu", name="scores")(logits)
    path = tmp_path / "m.keras"
    save(keras.Model(pixels, scores), path)
    path.with_suffix(".json").write_text(json.dumps({"classes": ["up", "down", "dark"]}))
    return path


def draw(path, upper, lower, size=(48, 48)):
    pixels = np.full(size[::-1], lower, np.uint8)
    pixels[: size[1] // 2] = upper
    Image.fromarray(pixels).save(path)
    return str(path)


def test_classes_come_likeliest_first_for_every_image(model, tmp_path, capsys):
    images = [draw(tmp_path / "a.png", 255, 51), draw(tmp_path / "b.png", 0, 0, (200, 100))]
    main(["--model", str(model), *images])
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{images[0]}  up 1.000  down 0.200  dark 0.100"
    assert second.startswith(f"{images[1]}  dark 0.100  ")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda folder: (folder / "a.png").unlink(), "a.png can't be read"),
        (
            lambda folder: (folder / "a.png").write_text("no image"),
            "a.png is neither JPEG, PNG nor WebP; allowed",
        ),
        (lambda folder: (folder / "m.keras").unlink(), "m.keras is missing"),
        (lambda folder: (folder / "m.json").unlink(), "m.json can't be read"),
        (lambda folder: (folder / "m.json").write_text("[]"), "m.json does not hold classes"),
        (lambda folder: (folder / "m.json").write_text('{"classes": ["a"]}'), "gives 3 scores for 1 classes"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named(model, tmp_path, change, text):
    image = draw(tmp_path / "a.png", 255, 0)
    change(tmp_path)
    with pytest.raises(UserError, match=re.escape(text)):
        main(["--model", str(model), image])
