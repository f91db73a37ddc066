"""The file of prepared faces: its splits, its hash, and what is refused as one."""

import dataclasses

import numpy as np
import pytest

from emotions.data.faces import SPLITS, Faces
from emotions.runtime.errors import UserError


@pytest.fixture
def path(tmp_path, faces):
    """Of saved faces."""
    faces.save(tmp_path / "faces.npz")
    return tmp_path / "faces.npz"


def test_splits_part_all_rows(faces):
    parts = [faces.rows(split) for split in ("train", "validation", "test")]
    assert sorted(np.concatenate(parts)) == list(range(len(faces.labels)))
    unseen = set(faces.rows("test_unseen"))
    assert unseen == {row for row in faces.rows("test") if not faces.seen[row]}
    assert len(unseen) < len(faces.rows("test"))


def test_images_and_targets_belong_together(faces):
    for split in SPLITS:
        rows = faces.rows(split)
        assert faces.images(split).shape == (len(rows), 48, 48, 1)
        np.testing.assert_array_equal(faces.images(split)[..., 0], faces.pixels[rows])
        np.testing.assert_array_equal(faces.targets(split), faces.labels[rows])


def test_saved_faces_come_back_and_are_the_same_bytes(path, faces):
    loaded = Faces.load(path)
    assert loaded.classes == faces.classes
    for name in ("pixels", "labels", "splits", "groups", "seen"):
        stored, given = getattr(loaded, name), getattr(faces, name)
        assert stored.dtype == given.dtype
        np.testing.assert_array_equal(stored, given)
    loaded.save(path.with_name("again.npz"))
    assert path.with_name("again.npz").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["pixels", "labels", "splits", "groups", "seen"])
def test_any_other_value_makes_another_hash(path, faces, name):
    assert Faces.load(path).sha256() == faces.sha256()
    changed = getattr(faces, name).copy()
    changed.flat[-1] = not changed.flat[-1]
    assert dataclasses.replace(faces, **{name: changed}).sha256() != faces.sha256()


def test_other_classes_make_another_hash(faces):
    other = dataclasses.replace(faces, classes=(*faces.classes[:-1], "calm"))
    assert other.sha256() != faces.sha256()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no arrays"),
        lambda path: path.write_bytes(path.read_bytes()[:-500]),
        lambda path: np.savez(path, pixels=np.zeros(3)),
        lambda path: np.savez(path, pixels=np.array([{}]), allow_pickle=True),
    ],
)
def test_an_unusable_file_is_named(path, spoil):
    spoil(path)
    with pytest.raises(UserError, match=r"faces\.npz can't be read .*: run `dvc repro prepare`"):
        Faces.load(path)
