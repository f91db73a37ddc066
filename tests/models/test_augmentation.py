"""Random changes of images: what may change, by how much, and what must not."""

import numpy as np
import pytest

from emotions.models.augmentation import RandomAffine, augmentation
from emotions.runtime.tensorflow_import import keras

OFF = {"flip": False, "shift": 0.0, "scale": 0.0, "rotation": 0.0, "erasing": 0.0}


@pytest.fixture
def change(cell, faces):
    """A function that changes the training faces by settings, from one seed."""

    def change(mixup=0.0, **settings):
        keras.utils.set_random_seed(0)
        train = cell(augmentation=OFF | settings, mixup=mixup).train
        images, targets = augmentation(train, 6)(faces.images("train"), faces.targets("train"))
        return images.numpy(), np.asarray(targets)

    return change


def test_where_nothing_is_set_nothing_is_changed(cell):
    assert augmentation(cell().train, 6) is None


@pytest.mark.parametrize(
    "settings",
    [{"flip": True}, {"shift": 0.1}, {"scale": 0.2}, {"rotation": 10.0}, {"erasing": 0.5}, {"mixup": 0.4}],
)
def test_a_change_gives_bytes_which_the_seed_decides(change, faces, settings):
    images, targets = change(**settings)
    assert (images.dtype, images.shape) == (np.uint8, (72, 48, 48, 1))
    assert (images != faces.images("train")).any()
    again, _ = change(**settings)
    np.testing.assert_array_equal(images, again)
    if "mixup" not in settings:
        np.testing.assert_array_equal(targets, faces.targets("train"))


@pytest.mark.parametrize("settings", [{"flip": True}, {"shift": 0.1}, {"erasing": 0.5}])
def test_every_batch_is_changed_anew(cell, faces, settings):
    layer = augmentation(cell(augmentation=OFF | settings).train, 6)
    first, second = (layer(faces.images("train"), faces.targets("train"))[0].numpy() for _ in range(2))
    assert (first != second).any()


def test_a_flip_mirrors_some_images_and_leaves_the_others(change, faces):
    images, _ = change(flip=True)
    before = faces.images("train")
    same = (images == before).all(axis=(1, 2, 3))
    mirrored = (images == before[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert 20 < same.sum() < 52


def test_erasing_touches_as_many_images_as_it_is_told(change, faces):
    images, _ = change(erasing=0.25)
    changed = (images != faces.images("train")).any(axis=(1, 2, 3))
    assert 8 < changed.sum() < 28
    assert not (images != faces.images("train")).all(axis=(1, 2, 3)).any()


def test_mixing_two_images_mixes_their_targets(change, faces):
    images, shares = change(mixup=0.8)
    assert shares.shape == (72, 6)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    mixed = ((shares > 0.01).sum(axis=1) == 2).nonzero()[0]
    assert len(mixed)
    assert set((shares > 1e-6).sum(axis=1)) <= {1, 2}
    before, targets = faces.images("train").astype(float), faces.targets("train")
    for row in mixed:
        share = shares[row, targets[row]]
        other = before[targets == (shares[row] * (np.arange(6) != targets[row])).argmax()]
        candidates = share * before[row] + (1 - share) * other
        # One of the other class's faces has the rest of the image, as it has of the target.
        assert np.abs(candidates - images[row]).max(axis=(1, 2, 3)).min() < 1


def moved(image, drawn, **limits):
    """What an affine change gives where it draws these numbers of -1..1: x, y, scale, rotation."""
    layer = RandomAffine(**{"shift": 0.0, "scale": 0.0, "rotation": 0.0} | limits)
    with pytest.MonkeyPatch.context() as patch:
        column = np.array(drawn, np.float32)[:, np.newaxis]
        patch.setattr(keras.random, "uniform", lambda *_, **__: keras.ops.convert_to_tensor(column))
        return layer(image[np.newaxis, ..., np.newaxis].astype(np.float32)).numpy()[0, ..., 0]


@pytest.fixture
def image(faces):
    return faces.pixels[0]


def test_a_shift_moves_by_its_share_of_the_side_and_repeats_the_edge(image):
    found = moved(image, [1, 0, 0, 0], shift=0.25)
    np.testing.assert_allclose(found[:, :36], image[:, 12:], atol=1e-3)
    np.testing.assert_allclose(found[:, 36:], image[:, -1:].repeat(12, axis=1), atol=1e-3)
    found = moved(image, [0, -1, 0, 0], shift=0.25)
    np.testing.assert_allclose(found[12:], image[:36], atol=1e-3)


def test_a_rotation_turns_about_the_centre(image):
    quarter = moved(image, [0, 0, 0, 1], rotation=90.0)
    np.testing.assert_allclose(quarter, np.rot90(image), atol=0.5)
    half = moved(image, [0, 0, 0, -1], rotation=180.0)
    np.testing.assert_allclose(half, image[::-1, ::-1], atol=0.5)


def test_a_scale_enlarges_about_the_centre(image):
    rows = np.indices((48, 48), dtype=np.float32)[0]
    found = moved(rows, [0, 0, 1, 0], scale=0.5)
    np.testing.assert_allclose(found, (rows - 23.5) / 1.5 + 23.5, atol=1e-3)
    reduced = moved(rows, [0, 0, -1, 0], scale=0.2)
    np.testing.assert_allclose(reduced[8:40], (rows[8:40] - 23.5) / 0.8 + 23.5, atol=1e-3)


def test_limits_of_zero_leave_an_image_as_it_is(image):
    np.testing.assert_allclose(moved(image, [1, -1, 1, -1]), image, atol=1e-3)
