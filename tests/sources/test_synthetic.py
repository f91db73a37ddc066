"""The drawn faces: the zip they come in, and that they show what their labels say."""

import io
import zipfile
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from emotions.data.reference_counts import CLASS_COUNTS
from emotions.runtime.errors import UserError
from emotions.sources.synthetic_archive import allot, write_archive
from emotions.synthetic.expressions import ACTION_UNITS, move

CLASSES = ("angry", "fear", "happy", "neutral", "sad", "surprise")


def draw(path, classes=CLASSES, train=12, test=7, seed=0):
    write_archive(path, classes, train, test, seed)
    return path


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pictures(path):
    return {name: content for name, content in entries(path).items() if name.endswith(".png")}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """400 faces to learn from and 150 to test on, as a zip."""
    return draw(tmp_path_factory.mktemp("synthetic") / "faces.zip", train=400, test=150)


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    first = draw(tmp_path / "a.zip").read_bytes()
    assert draw(tmp_path / "b.zip").read_bytes() == first
    assert draw(tmp_path / "c.zip", classes=CLASSES[::-1]).read_bytes() == first
    other = pictures(draw(tmp_path / "d.zip", seed=1)).values()
    assert not set(other) & set(pictures(tmp_path / "a.zip").values())


@pytest.mark.parametrize("more", [{"train": 30, "test": 20}, {"classes": ("sad", "happy")}])
def test_a_face_stays_when_the_others_change(tmp_path, more):
    few, many = pictures(draw(tmp_path / "few.zip")), pictures(draw(tmp_path / "more.zip", **more))
    both = few.keys() & many.keys()
    assert {name.split("/")[0] for name in both} == {"Training", "Testing"}
    assert {name: few[name] for name in both} == {name: many[name] for name in both}


def test_the_layout_is_kaggles_and_nothing_is_compressed(tmp_path):
    path = draw(tmp_path / "deep" / "faces.zip", classes=("sad", "happy"), train=3, test=2)
    assert sorted(entries(path)) == [
        "GENERATED.txt",
        "Testing/Testing/Happy/0.png",
        "Testing/Testing/Sad/0.png",
        "Training/Training/Happy/0.png",
        "Training/Training/Happy/1.png",
        "Training/Training/Sad/0.png",
    ]
    assert b"not photographs" in entries(path)["GENERATED.txt"]
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            assert (info.compress_type, info.date_time[0]) == (zipfile.ZIP_STORED, 1980)


def test_every_picture_is_another_48x48_grey_face(many):
    contents = pictures(many).values()
    pixels = set()
    for content in contents:
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.mode, image.size) == ("PNG", "L", (48, 48))
            assert np.ptp(np.asarray(image)) > 40
            pixels.add(image.tobytes())
    assert len(pixels) == len(contents) == 550


def test_the_zip_holds_what_was_allotted(many):
    names = list(pictures(many))
    for split, folder, total in (("training", "Training", 400), ("test", "Testing", 150)):
        for name, count in allot(total, CLASSES, CLASS_COUNTS[split]).items():
            folder_of_class = f"{folder}/{folder}/{name.capitalize()}/"
            assert sum(entry.startswith(folder_of_class) for entry in names) == count


@pytest.mark.parametrize(("split", "total"), [("training", 28_273), ("test", 7_067)])
def test_as_many_images_as_the_report_has_give_its_counts(split, total):
    assert allot(total, CLASSES, CLASS_COUNTS[split]) == CLASS_COUNTS[split]


@given(
    classes=st.lists(st.sampled_from(CLASSES), min_size=1, unique=True),
    extra=st.integers(0, 5_000),
    split=st.sampled_from(["training", "test"]),
)
def test_counts_add_up_and_are_proportional(classes, extra, split):
    total = len(classes) + extra
    counts = allot(total, tuple(classes), CLASS_COUNTS[split])
    whole = sum(CLASS_COUNTS[split][name] for name in classes)
    assert counts.keys() == set(classes)
    assert sum(counts.values()) == total
    assert min(counts.values()) >= 1
    assert all(abs(counts[name] - total * CLASS_COUNTS[split][name] / whole) < 1 for name in classes)


@pytest.mark.parametrize(
    ("total", "shares", "counts"),
    [
        (10, {"a": 90, "b": 5, "c": 5}, {"a": 8, "b": 1, "c": 1}),
        (4, {"a": 98, "b": 1, "c": 1}, {"a": 2, "b": 1, "c": 1}),
        (7, {"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 2, "c": 3}),
    ],
)
def test_a_rare_class_gets_one_image_from_the_common_ones(total, shares, counts):
    assert allot(total, tuple(shares), shares) == counts


def test_what_cannot_be_drawn_is_said_before_anything_is_written(tmp_path):
    with pytest.raises(UserError, match=r"disgust .*angry, fear, happy, neutral, sad, surprise"):
        draw(tmp_path / "faces.zip", classes=("happy", "disgust"))
    assert not list(tmp_path.iterdir())


def test_a_break_leaves_the_old_zip(tmp_path, monkeypatch):
    path = draw(tmp_path / "faces.zip")
    before = path.read_bytes()
    monkeypatch.setattr("emotions.sources.synthetic_archive.draw_face", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draw(path, seed=1)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


MOVES = {
    "angry": {"brow_inner": 1, "brow_apart": -1, "furrow": 1, "lip": -1, "lid_lower": -1},
    "fear": {"brow_outer": -1, "furrow": 1, "lid_upper": -1, "stretch": 1, "gape": 1},
    "happy": {"corner": -1, "stretch": 1, "cheek": 1, "fold": 1, "lid_lower": -1},
    "sad": {"brow_inner": -1, "corner": 1, "furrow": 1},
    "surprise": {"brow_inner": -1, "brow_outer": -1, "lid_upper": -1, "gape": 1, "stretch": -1},
}


@pytest.mark.parametrize("emotion", MOVES)
def test_an_emotion_moves_a_face_its_own_way_and_not_always_as_far(emotion):
    rng = np.random.default_rng(0)
    shown = [asdict(move(emotion, rng)) for _ in range(300)]
    rest = [asdict(move("neutral", rng)) for _ in range(300)]
    for part, direction in MOVES[emotion].items():
        moved = direction * np.array([face[part] for face in shown])
        still = direction * np.array([face[part] for face in rest])
        assert np.mean(moved > 0) > 0.8
        assert moved.mean() > 4 * abs(still.mean())
        assert np.quantile(moved, 0.9) > 1.4 * np.quantile(moved, 0.2)


def test_every_class_of_the_report_can_be_drawn():
    assert set(ACTION_UNITS) == set(CLASS_COUNTS["training"]) == set(CLASS_COUNTS["test"]) == set(CLASSES)


def test_a_classifier_of_pixels_lands_between_chance_and_perfect(many):
    faces = {"Training": ([], []), "Testing": ([], [])}
    for name, content in pictures(many).items():
        split, _, label, _ = name.split("/")
        with Image.open(io.BytesIO(content)) as image:
            faces[split][0].append(np.asarray(image.reduce(3), dtype=np.float64).ravel() / 255)
        faces[split][1].append(label)
    model = make_pipeline(PCA(60, whiten=True, random_state=0), LogisticRegression(C=0.1))
    model.fit(*faces["Training"])
    majority = 1774 / 7067
    assert majority + 0.12 < model.score(*faces["Testing"]) < 0.9
