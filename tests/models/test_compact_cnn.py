"""What the stem starts from; the table of backbones drives all other tests."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from emotions.models.compact_cnn import CompactCNN
from emotions.runtime.tensorflow_import import keras


@pytest.fixture(params=[1, 3])
def stem(request):
    network = CompactCNN(weights=None, input_shape=(16, 16, request.param), classes=6)
    return network.get_layer("stem")


def test_the_stem_starts_from_orthogonal_waves_and_their_negatives(stem):
    (kernel,) = stem.get_weights()
    # On the same image in all channels.
    waves = kernel.sum(axis=2).reshape(16, 32)
    np.testing.assert_allclose(waves[:, :16].T @ waves[:, :16], np.eye(16), atol=1e-6)
    np.testing.assert_array_equal(waves[:, :16], -waves[:, 16:])


def test_what_the_stem_gives_is_nearly_uncorrelated_on_smooth_images(stem):
    noise = np.random.default_rng(0).normal(size=(64, 64, 64))
    images = gaussian_filter(noise, (0, 1.5, 1.5)) + noise / 50
    channels = np.repeat(images[..., None], stem.kernel.shape[2], axis=-1)

    def correlation(layer):
        outputs = keras.ops.convert_to_numpy(layer(channels))[:, 1:-1, 1:-1]
        both = np.corrcoef(outputs[..., :16].reshape(-1, 16).T)
        return np.abs(both - np.eye(16)).mean()

    random = keras.layers.Conv2D(32, 4, strides=2, padding="same", use_bias=False)
    assert correlation(stem) < 0.08
    assert correlation(random) > 0.3
