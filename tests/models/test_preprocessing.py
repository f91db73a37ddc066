"""Preprocessing layers compute what Keras's ImageDataGenerator computes."""

import numpy as np
import pytest

from emotions.models.preprocessing import normalize, resize, to_rgb
from emotions.runtime.tensorflow_import import keras

GENERATOR_OPTIONS = {
    "none": {},
    "center": {"featurewise_center": True},
    "standardize": {"featurewise_center": True, "featurewise_std_normalization": True},
    "zca": {"featurewise_center": True, "zca_whitening": True},
}


@pytest.mark.parametrize("how", GENERATOR_OPTIONS)
def test_pixels_are_normalised_as_by_the_image_data_generator(how, faces, statistics):
    images = faces.images("test")
    generator = keras.src.legacy.preprocessing.image.ImageDataGenerator(**GENERATOR_OPTIONS[how])
    # `zca` and `standardize` see pixels in 0..1, `none` and `center` in 0..255.
    scale = 255 if how in {"standardize", "zca"} else 1
    generator.mean = statistics.mean * 255 / scale
    generator.std = statistics.std * 255 / scale
    generator.zca_whitening_matrix = statistics.whitening
    expected = np.stack([generator.standardize(image / np.float32(scale)) for image in images])

    pixels = keras.Input((48, 48, 1), dtype="uint8")
    found = keras.Model(pixels, normalize(pixels, how, statistics))(images).numpy()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size", [48, 75])
def test_grey_is_resized_and_stacked(size):
    grey = keras.Input((48, 48, 1))
    images = np.random.default_rng(0).random((2, 48, 48, 1), np.float32)
    rgb = keras.Model(grey, to_rgb(resize(grey, size)))(images).numpy()
    assert rgb.shape == (2, size, size, 3)
    for channel in range(3):
        np.testing.assert_array_equal(rgb[..., channel], rgb[..., 0])
    np.testing.assert_allclose(rgb.mean(), images.mean(), atol=0.01)
