"""Mean, deviation and ZCA matrix are those of Keras and of theory, on any number of threads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from emotions.data.zca import measure

SIDE = 8
PIXELS = SIDE * SIDE


def smooth_images(count, seed=0, side=SIDE):
    """Images whose neighbouring pixels are alike, as a photo's are: (count, side, side, 1) uint8."""
    noise = np.random.default_rng(seed).normal(size=(count, side, side))
    waves = np.cumsum(np.cumsum(noise, axis=1), axis=2)
    return np.clip(128 + 12 * waves, 0, 255).astype(np.uint8)[..., np.newaxis]


def flat(images, mean=0.0):
    return images.reshape(len(images), -1) / 255 - mean


def second_moment(images):
    centred = flat(images, (images / 255).mean())
    return centred.T @ centred / len(images)


@pytest.fixture(scope="module")
def generator():
    from emotions.runtime.tensorflow_import import keras

    return keras.src.legacy.preprocessing.image.ImageDataGenerator


def test_mean_and_std_are_those_of_keras(generator):
    images = smooth_images(500)
    keras = generator(featurewise_center=True, featurewise_std_normalization=True, rescale=1 / 255)
    keras.fit(images)
    ours = measure(images, 0.1)[0]
    np.testing.assert_allclose(ours.mean, keras.mean.item(), rtol=1e-5)
    np.testing.assert_allclose(ours.std, keras.std.item(), rtol=1e-5)
    standardized = keras.standardize(images[:5].astype(np.float32))
    np.testing.assert_allclose(
        (images[:5] / 255 - ours.mean) / (ours.std + 1e-6), standardized, rtol=1e-3, atol=1e-4
    )


def test_whitening_is_that_of_keras_without_epsilon(generator):
    images = smooth_images(1000)
    keras = generator(
        featurewise_center=True, zca_whitening=True, zca_epsilon=0.0, rescale=1 / 255, dtype="float64"
    )
    keras.fit(images)
    ours = measure(images, 1e-12)[0]
    np.testing.assert_allclose(ours.whitening, keras.zca_whitening_matrix, rtol=1e-4, atol=1e-4)
    white = flat(images[:5], ours.mean) @ ours.whitening
    np.testing.assert_allclose(white, flat(keras.standardize(images[:5].astype(float))) * 255, atol=1e-3)


@pytest.mark.parametrize("epsilon", [0.001, 0.1, 1.0])
@pytest.mark.parametrize("count", [40, 1000])
def test_whitening_is_that_of_keras_with_a_ridge(generator, epsilon, count):
    """Rows of +-sqrt(n epsilon / 2) in every pixel leave the mean and add n epsilon to each eigenvalue.

    Keras divides by the n + 2d rows that it then sees, and its own epsilon is 0: this is the epsilon of
    `measure` put into the data. It also holds for fewer images than pixels.
    """
    images = smooth_images(count)
    scaled = images / 255
    ridge = np.sqrt(count * epsilon / 2) * np.eye(PIXELS).reshape(PIXELS, SIDE, SIDE, 1)
    keras = generator(featurewise_center=True, zca_whitening=True, zca_epsilon=0.0, dtype="float64")
    keras.fit(np.concatenate((scaled, scaled.mean() + ridge, scaled.mean() - ridge)))
    fewer = np.sqrt(count / (count + 2 * PIXELS))
    ours = measure(images, epsilon)[0]
    np.testing.assert_allclose(ours.whitening, keras.zca_whitening_matrix * fewer, rtol=1e-4, atol=1e-5)
    white = flat(images[:5], ours.mean) @ ours.whitening
    theirs = keras.standardize(scaled[:5].copy()).reshape(5, -1) * fewer
    np.testing.assert_allclose(white, theirs, rtol=1e-4, atol=1e-4)


@settings(max_examples=25)
@given(st.integers(1, 300), st.integers(0, 9), st.floats(1e-3, 10))
def test_whitened_images_have_known_variances(count, seed, epsilon):
    images = smooth_images(count, seed, side=4)
    statistics, spectrum = measure(images, epsilon)
    whitening = statistics.whitening.astype(float)
    np.testing.assert_array_equal(whitening, whitening.T)
    expected = np.sort(np.linalg.eigvalsh(second_moment(images)))[::-1]
    assert (spectrum.eigenvalues >= 0).all()
    np.testing.assert_allclose(spectrum.eigenvalues, expected, atol=1e-12)
    white = flat(images, statistics.mean) @ whitening
    variances = np.linalg.eigvalsh(white.T @ white / count)[::-1]
    np.testing.assert_allclose(variances, expected / (expected + epsilon), atol=1e-5)
    softer = measure(images, 2 * epsilon)[0].whitening
    assert np.linalg.norm(softer, 2) < np.linalg.norm(whitening, 2)


def test_whitening_keeps_an_image_recognisable():
    # What tells ZCA from other whitenings: it is the one nearest to the image, not a rotation of it.
    statistics, _ = measure(smooth_images(1000), 0.01)
    assert (np.linalg.eigvalsh(statistics.whitening.astype(float)) > 0).all()


@pytest.mark.parametrize("count", [1023, 1024, 1025, 3000])
def test_moments_are_exact_over_chunks_and_in_any_order(count):
    # The brightest and darkest pixels fill float32's whole numbers to the brim.
    images = np.random.default_rng(count).choice(np.array([0, 1, 254, 255], np.uint8), (count, 4, 4, 1))
    images[: count // 2, :2] = 0
    statistics, spectrum = measure(images, 0.1)
    again, _ = measure(images[::-1], 0.1)
    np.testing.assert_array_equal(again.whitening, statistics.whitening)
    assert statistics.mean == pytest.approx((images / 255).mean(), rel=1e-13)
    assert statistics.std == pytest.approx((images / 255).std(), rel=1e-13)
    np.testing.assert_allclose(
        spectrum.eigenvalues, np.linalg.eigvalsh(second_moment(images))[::-1], atol=1e-13
    )


def test_the_number_of_threads_leaves_no_trace():
    images = smooth_images(200, side=24)
    with threadpool_limits(limits=1):
        alone = measure(images, 0.1)[0]
    np.testing.assert_array_equal(measure(images, 0.1)[0].whitening, alone.whitening)
    np.testing.assert_array_equal(alone.whitening, alone.whitening.T)


def test_metrics_say_how_the_variance_is_spread():
    # Four pixels that vary alone, by +-d: eigenvalues are the squares of these, over 255.
    swings = np.array([100, 50, 20, 10])
    images = np.concatenate([128 + sign * np.diag(swings) for sign in (1, -1)]).reshape(8, 2, 2, 1)
    _, spectrum = measure(images.astype(np.uint8), 0.5)
    eigenvalues = swings**2 / 255**2 / 4
    np.testing.assert_allclose(spectrum.eigenvalues, eigenvalues, rtol=1e-9)
    metrics = spectrum.metrics()
    ratio = (eigenvalues[0] + 0.5) / (eigenvalues[3] + 0.5)
    assert metrics["condition_number"] == pytest.approx(ratio, rel=5e-5)  # five digits
    assert metrics["explained"] == [[1, pytest.approx(10_000 / 13_000, abs=1e-6)]]
    assert [number for number, _ in measure(smooth_images(100), 0.1)[1].metrics()["explained"]] == [1, 10, 50]
