"""One table drives the tests of all backbones."""

import json
from pathlib import Path

import numpy as np
import pytest

from emotions.explain.grad_cam import last_map
from emotions.explain.parts import take_apart
from emotions.fanout import cost
from emotions.models import batch_norm
from emotions.models.backbones import classifier
from emotions.models.build import build
from emotions.models.cost import macs, parameters
from emotions.models.losses import crossentropy
from emotions.models.saving import load, save
from emotions.params import load_params
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras

# Parameters with six classes and three channels, from the published figures of Keras Applications less
# their layer for 1,000 classes; VGG's also less what 48 pixels instead of 224 save in the first dense layer.
TABLE = {
    "ResNet50V2": (48, 23_577_094),
    "ResNet101V2": (48, 42_638_854),
    "InceptionV3": (75, 21_815_078),
    "InceptionResNetV2": (75, 54_345_958),
    "VGG16": (48, 33_621_830),
    "VGG19": (48, 38_931_526),
    "DenseNet121": (48, 7_043_654),
    "DenseNet169": (48, 12_652_870),
    "NASNetMobile": (48, 4_276_058),
    "NASNetLarge": (48, 84_941_016),
    "CompactCNN": (48, 661_126),
}
MACS = json.loads((Path(cost.__file__).with_name("macs.json")).read_text())
SMALLEST = ["ResNet50V2", "InceptionV3", "VGG16", "DenseNet121", "NASNetMobile", "CompactCNN"]
LARGEST = ["ResNet101V2", "InceptionResNetV2", "VGG19", "DenseNet169", "NASNetLarge"]
"""Of each family: to build all of them, twice and from a file too, takes a quarter of an hour."""

LAST_MAPS = {"VGG16": ("block5_conv3", 3), "ResNet50V2": ("post_relu", 2)}
"""The feature map before pooling, and its side."""

pytestmark = pytest.mark.long


def test_the_table_holds_every_backbone(pytestconfig):
    backbones = load_params(pytestconfig.rootpath / "params.yaml").backbones
    assert {name: backbone.size for name, backbone in backbones.items()} == {
        name: size for name, (size, _) in TABLE.items()
    }


@pytest.fixture
def built(cell, statistics):
    """A function that builds a model, as a new process would."""

    def build_one(name):
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        model = build(cell(name, TABLE[name][0]), statistics, classes=6)
        assert (model.input_shape, model.output_shape) == ((None, 48, 48, 1), (None, 6))
        assert parameters(model) == TABLE[name][1]
        assert macs(model) == MACS[cost.network(cell(name, TABLE[name][0]).model_dump())]
        (network,) = (layer for layer in model.layers if isinstance(layer, keras.Model))
        norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
        assert all(isinstance(layer.call, batch_norm._FusedCall) for layer in norms)
        assert bool(norms) != name.startswith("VGG")
        return model

    return build_one


@pytest.fixture
def trained(built, faces):
    """A function that builds a model and trains it a step."""
    images, targets = faces.images("train")[:4], faces.targets("train")[:4]

    def train(name):
        model = built(name)
        before = [weight.numpy() for weight in model.trainable_weights]
        # Eagerly: tracing graphs would take minutes. Few images and a large step would give no numbers.
        optimizer = keras.optimizers.SGD(1e-4)
        model.compile(optimizer, crossentropy("softmax"), run_eagerly=True)
        assert np.isfinite(model.train_on_batch(images, targets))
        after = [weight.numpy() for weight in model.trainable_weights]
        assert any((then != now).any() for then, now in zip(before, after, strict=True))
        return model

    return train


def test_every_backbone_is_the_smallest_or_the_largest_of_its_family():
    assert {*SMALLEST, *LARGEST} == set(TABLE)


@pytest.mark.parametrize("name", SMALLEST)
def test_a_backbone_comes_back_from_its_file_and_has_the_same_weights_when_trained_again(
    name, trained, faces, tmp_path
):
    images = faces.images("test")[:2]
    model = trained(name)
    if name in LAST_MAPS:
        layer, output = last_map(take_apart(model))
        assert (layer.name, output.shape[1]) == LAST_MAPS[name]
    save(model, tmp_path / "model.keras")
    scores = model(images, training=False).numpy()
    np.testing.assert_array_equal(load(tmp_path / "model.keras")(images).numpy(), scores)
    first, again = model.get_weights(), trained(name).get_weights()
    assert [weight.tobytes() for weight in first] == [weight.tobytes() for weight in again]


@pytest.mark.parametrize("name", LARGEST)
def test_a_larger_backbone_is_built_and_tells_scores(name, built, faces):
    scores = built(name)(faces.images("test")[:2], training=False).numpy()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", ["InceptionV3", "InceptionResNetV2"])
def test_inception_names_the_size_it_needs(name, cell):
    assert cell(name).smallest == 75
    with pytest.raises(ValueError, match="75"):
        classifier(cell(name), 48, 6)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("no_such.module:Net", r"can't be imported: No module named 'no_such'"),
        ("tiny:Nothing", r"can't be imported: module 'tiny' has no attribute 'Nothing'"),
        ("tiny:__doc__", r"can't be called .*; allowed: a function that takes weights, input_shape, "),
        (
            "test_backbones:fewer",
            r"can't be called .*; allowed: a function that takes weights, input_shape, ",
        ),
        ("test_backbones:no_model", r"gives no functional model; allowed: .* of shape \(None, 6\)"),
        ("test_backbones:maps", r"gives \(None, 48, 48, 3\); allowed: .* of shape \(None, 6\)"),
    ],
)
def test_a_network_that_can_not_serve_is_refused_in_words(cell, network, message):
    wrong = cell("Tiny").model_copy(update={"network": network})
    with pytest.raises(UserError, match=rf"backbones\.Tiny\.network: {network} {message}"):
        classifier(wrong, 48, 6)


def fewer(*, input_shape, classes):
    return no_model(classes=classes)


def no_model(**arguments):
    return keras.layers.Dense(arguments["classes"])


def maps(*, input_shape, **arguments):
    images = keras.Input(input_shape)
    return keras.Model(images, keras.layers.ReLU()(images))
