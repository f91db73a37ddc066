"""What is put together of a cell, and how large it is."""

import json

import numpy as np
import pandas as pd
import pytest

from emotions.data.faces import SPLITS, Faces
from emotions.evaluation.details import Model, Timing, details, history, predictions_table
from emotions.evaluation.evidence import Details
from emotions.evaluation.predictions import Predictions, SplitPredictions
from emotions.report.evidence import per_class, right_images
from emotions.runtime.atomic_files import write_json
from emotions.runtime.errors import UserError
from emotions.settings.evaluate import EvaluatePlan

PLAN = EvaluatePlan(
    backbone="VGG16",
    variant="sgd",
    onednn="always",
    seed=7,
    source="archive",
    test_time_augmentation=None,
    evaluation="e" * 64,
)
TIMING = {"seconds": 1.5, "images_per_second": 2.5, "training_macs": 10**14, "deterministic": True}
TIMING |= {"machine": {"processor": "some", "cores": 2}}
MADE = {"settings": "a" * 64, "code": "b" * 64}
HERE = {"processor": "other", "cores": 4}


def details_of(faces, given, history, trained_on=None):
    trained_on = faces if trained_on is None else trained_on
    timing = Timing(**TIMING, fingerprint=MADE | {"faces": trained_on.sha256()})
    return details(PLAN, faces, given, history, Model(5, 6, "m" * 64), timing, HERE)


def epochs(n, **changes):
    rng = np.random.default_rng(0)
    names = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
    return pd.DataFrame({"epoch": range(1, n + 1)} | {name: rng.random(n) for name in names} | changes)


def predicted(faces, tta=()):
    rng = np.random.default_rng(1)
    scores = {split: rng.dirichlet(np.ones(6), len(faces.rows(split))).astype(np.float32) for split in SPLITS}
    unseen = ~faces.seen[faces.rows("test")]
    scores["test_unseen"] = scores["test"][unseen]
    splits = {split: Predictions(each, -np.log(each[:, 0])) for split, each in scores.items()}
    return SplitPredictions(splits, {split: splits[split].classes for split in tta}, "softmax")


@pytest.fixture
def many():
    """As many faces as the real data set has."""
    n = 35_340
    rng = np.random.default_rng(0)
    splits = (np.arange(n) % 5 == 0).astype(np.uint8) * 2
    labels, classes = rng.integers(0, 6, n).astype(np.uint8), ("angry", "fear", "happy", "neutral", "sad")
    pixels, groups = np.zeros((n, 1, 1), np.uint8), np.arange(n, dtype=np.int32)
    return Faces(pixels, labels, splits, groups, (splits == 2) & (groups % 10 == 0), (*classes, "surprise"))


def test_all_that_is_known_of_a_cell_agrees(faces):
    given = predicted(faces, tta=("validation", "test", "test_unseen"))
    found = details_of(faces, given, epochs(3))
    assert found.fingerprint.model_dump() == MADE | {"faces": faces.sha256(), "evaluation": "e" * 64}
    assert (found.evaluated_on, found.model_sha256) == (HERE, "m" * 64)
    assert (found.source, found.seed, found.classes) == ("archive", 7, faces.classes)
    right = right_images(found)
    np.testing.assert_array_equal(right, given.splits["test"].classes == faces.targets("test"))
    assert found.scores.test.accuracy == found.scores.test.accuracy_tta == round(right.mean(), 4)
    counts = np.array(found.confusion.test)
    assert counts.trace() == right.sum()
    assert counts.sum() == found.scores.test.images == 24
    assert counts.sum(axis=1).tolist() == [one["support"] for one in per_class(found).values()]
    assert np.array(found.confusion.test_unseen).sum() == found.scores.test_unseen.images == 18
    f1 = np.mean([one["f1"] for one in per_class(found).values()])
    assert found.scores.test.macro_f1 == pytest.approx(f1, abs=1e-4)
    assert found.scores.test.accuracy in found.intervals.test
    assert sum(found.calibration.bins.count) == 24
    assert len(found.mistakes) == min(12, (~right).sum())
    assert not any(right[one.place] for one in found.mistakes)
    assert (found.epochs_run, found.diverged, found.parameters, found.macs) == (3, False, 5, 6)
    assert {key: getattr(found, key) for key in TIMING} == TIMING


def test_the_file_of_a_long_training_stays_small_and_comes_back(tmp_path, many):
    found = details_of(many, predicted(many), epochs(36))
    write_json(tmp_path / "details.json", found.content())
    text = (tmp_path / "details.json").read_text()
    assert len(text) < 8000
    assert len(text.splitlines()) < 130
    assert Details.model_validate_json(text) == found


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_loss_that_is_no_number_is_none_in_the_history_and_marks_the_cell(faces, loss):
    given = epochs(2, loss=[0.123456789, loss])
    assert history(given).loss == (0.12346, None)
    assert details_of(faces, predicted(faces), given).diverged


def test_a_model_of_other_faces_is_refused(faces, many):
    with pytest.raises(UserError, match="was trained on other faces than those"):
        details_of(faces, predicted(faces), epochs(1), trained_on=many)


@pytest.mark.parametrize("content", [None, "", "[]", '{"seconds": "x"}', "\xff"])
def test_timing_that_is_missing_or_broken_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "timing.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"timing.json is missing, or from another version of stage `train`"):
        Timing.read(tmp_path / "timing.json")


def test_timing_is_read_whatever_else_stands_there(tmp_path):
    given = TIMING | {"fingerprint": MADE | {"faces": "f"}}
    (tmp_path / "timing.json").write_text(json.dumps(given | {"later": 1}))
    assert Timing.read(tmp_path / "timing.json") == Timing(**given)


def test_the_table_of_predictions_has_a_row_a_test_image(faces):
    given = predicted(faces)
    table = predictions_table(faces, given)
    np.testing.assert_array_equal(table["face"], faces.rows("test"))
    assert table["actual"].tolist() == [faces.classes[label] for label in faces.targets("test")]
    assert table["predicted"].tolist() == [faces.classes[label] for label in given.splits["test"].classes]
    np.testing.assert_array_equal(table["seen"], faces.seen[faces.rows("test")])
