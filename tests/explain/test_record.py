"""The file that stage `layers` writes."""

import numpy as np
import pytest

from emotions.explain.record import GradCam, Output, Record
from emotions.runtime.atomic_files import write_arrays
from emotions.runtime.errors import UserError
from emotions.synthetic.portraits import portrait


def output(name, shape, channels, low=0.5):
    levels = np.random.default_rng(0).integers(0, 15, (channels, *shape[:2]) if channels else (0, 0, 0))
    return Output(name, "Conv2D", shape, levels.astype(np.uint8), low, 2.25)


def record(outputs, faces):
    maps = np.random.default_rng(1).random((len(faces), 2, 3), dtype=np.float32)
    cam = GradCam("last", maps, np.arange(len(faces)) - 1)
    return Record("sgd", "m" * 64, ("happy", 2**32 - 1), outputs, ("angry", "happy"), faces, cam)


@pytest.mark.parametrize(
    ("outputs", "faces"),
    [
        (
            (output("a", (5, 3, 1), 1), output("b", (7,), 0, np.nan), output("c", (3, 3, 9), 9)),
            {"angry": 1, "happy": 0},
        ),
        ((), {}),
    ],
)
def test_what_is_written_is_read(tmp_path, outputs, faces):
    written = record(outputs, faces)
    written.save(tmp_path / "a.npz")
    read = Record.load(tmp_path / "a.npz", "layers@VGG16")
    assert (read.variant, read.face, read.classes) == (written.variant, written.face, written.classes)
    assert read.model_sha256 == "m" * 64
    assert list(read.faces.items()) == list(faces.items())
    for one, other in zip(read.outputs, outputs, strict=True):
        assert (one.name, one.kind, one.shape, one.high) == (other.name, other.kind, other.shape, other.high)
        assert np.array_equal([one.low], [other.low], equal_nan=True)
        assert np.array_equal(one.levels, other.levels)
    assert read.cam.layer == "last"
    assert np.array_equal(read.cam.maps, written.cam.maps)
    assert np.array_equal(read.cam.predicted, written.cam.predicted)
    read.save(tmp_path / "b.npz")
    assert (tmp_path / "b.npz").read_bytes() == (tmp_path / "a.npz").read_bytes()


def test_in_an_older_record_the_model_is_unknown(tmp_path):
    record((output("a", (5, 3, 1), 1),), {"angry": 1}).save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        write_arrays(tmp_path / "a.npz", {name: arrays[name] for name in arrays if name != "model_sha256"})
    assert Record.load(tmp_path / "a.npz", "layers@VGG16").model_sha256 is None


def test_two_levels_share_a_byte(tmp_path):
    record((output("a", (48, 48, 9), 9),), {}).save(tmp_path / "a.npz")
    assert (tmp_path / "a.npz").stat().st_size < 48 * 48 * 9 / 2 + 6000


@pytest.mark.parametrize("change", ["empty", "other", "cut"])
def test_another_file_is_refused_with_what_to_do(tmp_path, change):
    path = tmp_path / "VGG16.npz"
    record((output("a", (5, 3, 1), 1),), {"angry": 1}).save(path)
    if change == "empty":
        path.write_bytes(b"")
    elif change == "other":
        write_arrays(path, {"pixels": np.zeros(3)})
    else:
        with np.load(path) as arrays:
            write_arrays(path, dict(arrays) | {"cam_predicted": np.zeros(4, np.int64)})
    with pytest.raises(UserError, match=r"VGG16\.npz can't be .*--force --single-item layers@VGG16`"):
        Record.load(path, "layers@VGG16")


def test_a_face_is_its_seeds():
    first = portrait("happy", 3)
    assert (first.shape, first.dtype) == ((48, 48), np.uint8)
    assert np.array_equal(portrait("happy", 3), first)
    assert not np.array_equal(portrait("happy", 4), first)
    assert not np.array_equal(portrait("sad", 3), first)
