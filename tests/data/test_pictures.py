"""Pictures for the report, and the files that keep them."""

import dataclasses

import numpy as np
import pytest

from emotions.data.faces import Faces
from emotions.data.pictures import LEAST, FacePictures, ZcaPictures, stretch, whitened
from emotions.data.pixel_statistics import Statistics
from emotions.data.zca import Spectrum
from emotions.runtime.errors import UserError
from emotions.synthetic.portraits import samples


def equal(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


@pytest.fixture
def two_classes():
    """`LEAST` different training images of `all`, one fewer of `sad`, and a copy of one of them."""
    labels = np.repeat(np.array([0, 1], np.uint8), LEAST)
    groups = np.arange(2 * LEAST, dtype=np.int32)
    groups[-1] = groups[-2]
    pixels = np.random.default_rng(0).integers(0, 256, (2 * LEAST, 48, 48), dtype=np.uint8)[groups]
    splits, seen = np.zeros(2 * LEAST, np.uint8), np.zeros(2 * LEAST, np.bool_)
    return Faces(pixels, labels, splits, groups, seen, classes=("all", "sad"))


def test_means_of_few_photographs_and_photographs_themselves_are_not_kept(two_classes):
    found = FacePictures.of(two_classes, generated=False)
    assert list(found.means) == ["all"]
    assert found.samples == {}
    np.testing.assert_allclose(found.means["all"], two_classes.pixels[:LEAST].mean(axis=0), atol=0.5)
    np.testing.assert_allclose(found.mean, two_classes.pixels.mean(axis=0), atol=0.5)
    none = FacePictures.of(dataclasses.replace(two_classes, splits=two_classes.splits + 2), generated=False)
    assert (none.mean, none.means) == (None, {})


def test_generated_faces_are_kept_two_of_each_class_and_means_of_any_number(faces):
    found = FacePictures.of(faces, generated=True)
    assert list(found.means) == list(faces.classes) == list(found.samples)
    for number, name in enumerate(faces.classes):
        ours = faces.images("train")[faces.targets("train") == number, ..., 0]
        np.testing.assert_array_equal(found.samples[name], ours[:2])
        np.testing.assert_allclose(found.means[name], ours.mean(axis=0), atol=0.5)


@pytest.mark.parametrize("generated", [True, False])
def test_kept_pictures_of_faces_come_back_and_are_the_same_bytes(tmp_path, faces, two_classes, generated):
    for given in (FacePictures.of(faces, generated=generated), FacePictures(None, {}, {})):
        for name in ("one.npz", "two.npz"):
            given.save(tmp_path / name)
        assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
        loaded = FacePictures.load(tmp_path / "one.npz")
        np.testing.assert_array_equal(loaded.mean, given.mean)
        equal(loaded.means, given.means)
        equal(loaded.samples, given.samples)


@pytest.fixture
def zca(statistics):
    spectrum = Spectrum(np.array([0.123456789, 0.01, 0.0]), epsilon=0.1)
    return ZcaPictures.of(spectrum, statistics, ("happy", "bored", "sad"), seed=4)


def test_a_class_that_cannot_be_drawn_has_no_whitened_face(zca, statistics):
    drawn = samples(("happy", "bored", "sad"), 4, 1)
    assert list(zca.faces) == list(zca.whitened) == ["happy", "sad"]
    for name, [face] in drawn.items():
        np.testing.assert_array_equal(zca.faces[name], face)
        np.testing.assert_array_equal(zca.whitened[name], stretch(whitened(face, statistics)))
    assert (samples(("sad",), 4, 1)["sad"][0] != drawn["sad"][0]).any()


def test_eigenvalues_are_kept_with_epsilon_to_five_digits(zca):
    assert zca.eigenvalues.tolist() == np.array([0.22346, 0.11, 0.1], np.float32).tolist()


def test_kept_pictures_of_the_whitening_come_back_and_are_the_same_bytes(tmp_path, zca):
    for name in ("one.npz", "two.npz"):
        zca.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded = ZcaPictures.load(tmp_path / "one.npz")
    np.testing.assert_array_equal(loaded.eigenvalues, zca.eigenvalues)
    equal(loaded.faces, zca.faces)
    equal(loaded.whitened, zca.whitened)


def test_whitening_is_that_of_the_matrix():
    face = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    twice = Statistics(mean=0.5, std=1.0, whitening=2 * np.eye(48 * 48, dtype=np.float32))
    np.testing.assert_allclose(whitened(face, twice), 2 * (face / 255 - 0.5), atol=1e-6)


@pytest.mark.parametrize("kept", [FacePictures, ZcaPictures])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: None,
        lambda path: path.touch(),
        lambda path: np.savez(path, mean=np.zeros((1, 48, 48), np.uint8), eigenvalues=np.zeros(3)),
        lambda path: np.savez(
            path,
            **dict.fromkeys(("mean", "means", "samples", "faces", "whitened"), np.zeros((2, 3, 3), np.uint8)),
            **dict.fromkeys(("mean_names", "sample_names", "names"), np.array(["a", "b"])),
            eigenvalues=np.zeros(3),
        ),
    ],
)
def test_an_unusable_file_is_named(tmp_path, kept, spoil):
    spoil(tmp_path / "p.npz")
    with pytest.raises(UserError, match=r"p\.npz can't be read as pictures .*: run `dvc repro --force"):
        kept.load(tmp_path / "p.npz")
