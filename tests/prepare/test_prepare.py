"""From an archive to labelled rows: order, splits, groups, and what is counted or refused."""

import hashlib
import io
import json
import random
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotions.data.faces import Faces
from emotions.prepare import prepare
from emotions.runtime.errors import UserError
from emotions.settings.data import Prepare, PreparePlan
from emotions.sources.zips import SafeZip
from emotions.stages.prepare import main

CLASSES = ("angry", "happy", "surprise")
REAL = Path(__file__).parents[3] / "shared/data/facial-recognition-dataset.zip"


class Stored(dict):
    """An archive in memory."""

    @property
    def names(self):
        return tuple(self)

    def read(self, name):
        return self[name]


def face(number):
    return np.random.default_rng(number).integers(0, 256, (48, 48), dtype=np.uint8)


def packed(pixels, kind="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def archive(**more):
    """Ten training and four test images a class, all different."""
    content = {}
    for label, name in enumerate(("Angry", "Happy", "Suprise")):
        for number in range(14):
            split = "Training/Training" if number < 10 else "Testing/Testing"
            content[f"{split}/{name}/{number}.png"] = packed(face(100 * label + number))
    return Stored(content | more)


def plan(*, share=0.2, skip=False, seed=0, source="archive"):
    settings = Prepare(validation=share, skip_unreadable=skip)
    return PreparePlan(seed=seed, source=source, classes=CLASSES, prepare=settings)


def saved(faces, path):
    faces.save(path)
    return path.read_bytes()


def test_rows_are_labelled_ordered_and_split():
    faces, numbers = prepare(archive(), plan())
    assert faces.classes == CLASSES
    assert faces.pixels.shape == (42, 48, 48)
    expected = {
        face(100 * label + number).tobytes(): (label, number >= 10)
        for label in range(3)
        for number in range(14)
    }
    keys = []
    for pixels, label, split in zip(faces.pixels, faces.labels, faces.splits, strict=True):
        assert expected[pixels.tobytes()] == (label, split == 2)
        keys.append((label, hashlib.sha256(pixels.tobytes()).digest()))
    assert keys == sorted(keys)
    for name in ("validation", "train", "test", "test_unseen"):
        each = {"validation": 2, "train": 8}.get(name, 4)
        assert np.bincount(faces.targets(name)).tolist() == [each] * 3
    assert faces.groups.tolist() == list(range(42))
    assert numbers["images"] == {"training": 30, "train": 24, "validation": 6, "test": 12, "test_unseen": 12}
    assert numbers["faces_sha256"] == faces.sha256()


def test_names_order_and_container_leave_no_trace(tmp_path):
    first = archive(**{"Training/Angry/twin.png": packed(face(0)), "Testing/Happy/seen.png": packed(face(0))})
    entries = list(first.items())
    random.Random(1).shuffle(entries)
    second = Stored()
    for number, (name, content) in enumerate(entries):
        _, _, folder = name.rpartition("Training/")[2].rpartition("Testing/")
        split = "train" if name.startswith("Training") else "TEST"
        second[f"any/{split}/{folder.split('/')[0].upper()}/{number:03}"] = content
    one, two = (prepare(content, plan())[0] for content in (first, second))
    assert saved(one, tmp_path / "one.npz") == saved(two, tmp_path / "two.npz")
    other = prepare(first, plan(seed=1))[0]
    assert saved(other, tmp_path / "other.npz") != saved(one, tmp_path / "one.npz")


def test_duplicates_are_grouped_marked_and_counted():
    faces, numbers = prepare(
        archive(
            **{
                "Training/Angry/twin.png": packed(face(0)),
                "Training/Angry/triplet.png": packed(face(0)),
                "Training/Happy/a.png": packed(face(0)),
                "Testing/Angry/seen.png": packed(face(1)),
                "Testing/Happy/mislabelled.png": packed(face(1)),
                "Testing/Happy/in-both.png": packed(face(0)),
                "Testing/Surprise/twin.png": packed(face(210)),
            }
        ),
        plan(),
    )
    assert numbers["duplicates"] == {
        "surplus_in_training": 3,
        "surplus_in_test": 2,
        "in_training_under_several_labels": 1,
        "test_also_in_training": 3,
        "share": 0.1875,
        "under_another_label": 1,
    }
    rows = [row for row, pixels in enumerate(faces.pixels) if np.array_equal(pixels, face(0))]
    assert len(rows) == 5
    assert len(set(faces.groups[rows])) == 1
    assert len({split for split in faces.splits[rows] if split != 2}) == 1
    assert sorted(faces.labels[faces.seen].tolist()) == [0, 1, 1]
    assert numbers["images"]["test_unseen"] == numbers["images"]["test"] - 3 == 13


def test_conversions_and_what_is_left_out_are_counted():
    colour = Image.fromarray(face(900)).convert("RGB").resize((60, 60))
    buffer = io.BytesIO()
    colour.save(buffer, "JPEG")
    content = archive(
        **{
            "Training/Happy/colour.jpg": buffer.getvalue(),
            "Training/Happy/small.png": packed(face(901)[:20, :20]),
            "Training/Disgust/x.png": packed(face(902)),
            "__MACOSX/Training/Happy/._colour.jpg": b"junk",
            "GENERATED.txt": b"text",
        }
    )
    faces, numbers = prepare(content, plan(source="synthetic"))
    assert len(faces.labels) == 44
    assert numbers["formats"] == {"JPEG": 1, "PNG": 43}
    assert numbers["converted"] == {"to_grey": 1, "resized": 2}
    assert numbers["ignored"] == {"system_files": 1, "elsewhere": 1}
    assert numbers["other_classes"] == {"Disgust": 1}
    assert (numbers["source"], numbers["generated"]) == ("synthetic", True)


def test_unreadable_images_are_named_up_to_ten():
    broken = {f"Training/Happy/broken-{number:02}.png": b"?" for number in range(12)}
    with pytest.raises(UserError) as error:
        prepare(archive(**broken), plan())
    message = str(error.value)
    assert "12 of 54 files" in message
    assert "'Training/Happy/broken-00.png' (neither JPEG, PNG nor WebP)" in message
    assert "broken-09" in message
    assert "broken-10" not in message
    assert "and 2 more" in message
    assert "skip_unreadable" in message


def test_unreadable_images_are_skipped_and_counted():
    broken = {
        "Training/Happy/0.png": b"?",
        "Training/Happy/cut.png": packed(face(1))[:-300],
        "Testing/Angry/x": b"",
    }
    faces, numbers = prepare(Stored(broken | archive()), plan(skip=True))
    assert numbers["skipped"] == {"damaged": 1, "neither JPEG, PNG nor WebP": 2}
    assert len(faces.pixels) == 42
    known = {face(100 * label + number).tobytes() for label in range(3) for number in range(14)}
    assert {pixels.tobytes() for pixels in faces.pixels} == known
    assert numbers["generated"] is False


def test_a_bomb_in_pixels_is_refused_without_a_word_of_pillow():
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with (
        warnings.catch_warnings(record=True) as caught,
        pytest.raises(UserError, match="more than 8192x8192"),
    ):
        prepare(archive(**{"Training/Happy/bomb.png": bomb}), plan())
    assert not caught


def test_skipping_may_not_empty_a_class():
    broken = {f"Testing/Testing/Happy/{number}.png": b"?" for number in range(10, 14)}
    with pytest.raises(
        UserError, match=r"after skipping 'Testing/Testing/Happy/10\.png'.* for Testing/happy:"
    ):
        prepare(archive(**broken), plan(skip=True))


def test_identical_images_alone_can_not_be_split():
    twins = {f"Training/Training/Angry/{number}.png": packed(face(0)) for number in range(10)}
    with pytest.raises(UserError, match="at least two different images"):
        prepare(archive(**twins), plan())


@pytest.fixture
def files(tmp_path):
    """Paths for the stage, with a plan and an archive in place."""
    paths = {name: tmp_path / name for name in ("plan", "archive", "faces", "dataset")}
    paths["plan"].write_text(plan().model_dump_json())
    with zipfile.ZipFile(paths["archive"], "w") as packing:
        for name, content in archive().items():
            packing.writestr(name, content)
    paths["faces"] = tmp_path / "faces.npz"
    return paths


def test_the_stage_writes_faces_and_numbers(files, capsys):
    main(**files)
    faces = Faces.load(files["faces"])
    assert len(faces.rows("train")) == 24
    assert json.loads(files["dataset"].read_text())["images"]["train"] == 24
    assert "30 training, 24 train, 6 validation, 12 test" in capsys.readouterr().out


def test_the_stage_leaves_nothing_after_an_error(files):
    with zipfile.ZipFile(files["archive"], "a") as packing:
        packing.writestr("Training/Happy/broken.png", b"?")
    before = sorted(files["plan"].parent.iterdir())
    with pytest.raises(UserError, match=r"broken\.png"):
        main(**files)
    assert sorted(files["plan"].parent.iterdir()) == before


@pytest.mark.archive
@pytest.mark.skipif(not REAL.exists(), reason="the real archive is not beside the repository")
def test_the_real_archive_has_its_known_numbers():
    classes = ("angry", "fear", "happy", "neutral", "sad", "surprise")
    settings = Prepare(validation=0.1, skip_unreadable=False)
    with SafeZip(REAL) as real:
        faces, numbers = prepare(
            real, PreparePlan(seed=0, source="archive", classes=classes, prepare=settings)
        )
    assert numbers["images"] == {
        "training": 28_273, "train": 25_447, "validation": 2_826, "test": 7_067, "test_unseen": 6_530,
    }  # fmt: skip
    assert numbers["duplicates"] == {
        "surplus_in_training": 1_179,
        "surplus_in_test": 84,
        "in_training_under_several_labels": 37,
        "test_also_in_training": 537,
        "share": 0.075987,
        "under_another_label": 15,
    }
    assert numbers["converted"] == {"to_grey": 0, "resized": 0}
    for label in range(6):
        held = (faces.targets("validation") == label).sum()
        total = held + (faces.targets("train") == label).sum()
        assert abs(held - 0.1 * total) <= 1
