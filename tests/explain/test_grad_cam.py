"""Grad-CAM on models whose maps are known."""

import numpy as np
import pytest

from emotions.explain.grad_cam import grad_cam
from emotions.explain.parts import take_apart
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from small import convolution, dense, model

WEIGHTS = [[3, 0, -1], [1, 2, -1]]  # of two channels for three classes


def cam(built, faces, targets):
    return grad_cam(take_apart(built), np.asarray(faces, np.uint8), np.array(targets, np.intp))


@pytest.fixture
def face():
    return np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)


def test_behind_a_global_mean_it_is_the_channels_by_the_weights_of_the_class(face):
    built = model(convolution(), keras.layers.GlobalAveragePooling2D(), dense(WEIGHTS))
    found = cam(built, [face] * 3, [0, 1, 2])
    assert found.layer == "conv"
    # The gradient of the mean of a channel is 1 / 2304 everywhere. The channels are x and -2 x, so the sums
    # are (3 - 2) x, (0 - 4) x and (-1 + 2) x.
    x = face / 255 / 48**2
    assert found.maps == pytest.approx(np.stack([x, 0 * x, x]), rel=1e-4, abs=1e-9)
    assert found.maps.dtype == np.float32


def test_a_map_stands_where_the_bright_quarter_is():
    quarters = np.zeros((4, 48, 48), np.uint8)
    for i in range(4):
        quarters[i, 24 * (i // 2) :, 24 * (i % 2) :][:24, :24] = 200
    layers = (keras.layers.AveragePooling2D(24), convolution(), keras.layers.GlobalAveragePooling2D())
    found = cam(model(*layers, dense(WEIGHTS)), quarters, [0] * 4)
    assert found.maps.reshape(4, 4) == pytest.approx(np.eye(4) * 200 / 255 / 4, rel=1e-4)


def test_each_face_is_explained_as_if_it_were_alone(face):
    built = model(convolution(), keras.layers.ReLU(), keras.layers.Flatten(), keras.layers.Dense(3))
    together = cam(built, [face, 255 - face], [2, 0])
    apart = [cam(built, [face], [2]), cam(built, [255 - face], [0])]
    assert together.maps == pytest.approx(np.concatenate([one.maps for one in apart]), rel=1e-4, abs=1e-9)
    assert together.predicted.tolist() == [int(one.predicted[0]) for one in apart]


def test_it_goes_through_layers_behind_the_backbone(face):
    built = model(convolution(), keras.layers.GlobalAveragePooling2D(), after=[dense(WEIGHTS)])
    assert cam(built, [face], [0]).maps[0] == pytest.approx(face / 255 / 48**2, rel=1e-4)


def test_batch_normalisation_runs_as_in_inference(face):
    normalization = keras.layers.BatchNormalization(epsilon=0)
    layers = (convolution(), normalization, keras.layers.GlobalAveragePooling2D(), dense(WEIGHTS))
    built = model(*layers)
    found = cam(built, [face], [0])
    assert found.maps[0] == pytest.approx(face / 255 / 48**2, rel=1e-4)
    assert np.asarray(normalization.moving_mean).tolist() == [0, 0]


def test_under_a_16_bit_policy_it_is_the_same_but_for_rounding(face):
    kernel, weights = np.zeros((1, 1, 3, 2)), np.array(WEIGHTS)
    kernel[0, 0, 0] = [1, -2]
    layers = (
        keras.layers.Conv2D(2, 1, use_bias=False, dtype="mixed_bfloat16"),
        keras.layers.GlobalAveragePooling2D(dtype="mixed_bfloat16"),
        keras.layers.Dense(3, use_bias=False, dtype="mixed_bfloat16"),
    )
    built = model(*layers)
    layers[0].set_weights([kernel])
    layers[2].set_weights([weights])
    assert cam(built, [face], [0]).maps[0] == pytest.approx(face / 255 / 48**2, rel=0.05, abs=1e-5)


def test_the_class_a_face_is_taken_for(face):
    layers = (convolution(), keras.layers.GlobalAveragePooling2D())
    assert cam(model(*layers, dense([[1, 5, 2], [0, 0, 0]])), [face] * 2, [0, 2]).predicted.tolist() == [1, 1]


def test_where_logits_are_no_numbers_a_face_is_taken_for_nothing_and_the_map_is_empty(face):
    layers = (convolution(), keras.layers.GlobalAveragePooling2D())
    found = cam(model(*layers, dense([[1, 5, np.nan], [np.nan, 0, 0]])), [face], [0])
    assert found.predicted.tolist() == [-1]
    assert not found.maps.any()


def test_no_faces_give_no_maps():
    built = model(convolution(), keras.layers.GlobalAveragePooling2D(), dense(WEIGHTS))
    assert cam(built, np.zeros((0, 48, 48)), []).maps.shape == (0, 48, 48)


def test_a_backbone_without_a_map_is_refused(face):
    with pytest.raises(UserError, match=r"small has no feature map.*grid\.backbones"):
        cam(
            model(keras.layers.AveragePooling2D(8), keras.layers.Flatten(), keras.layers.Dense(3)),
            [face],
            [0],
        )
