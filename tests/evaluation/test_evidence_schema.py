"""What a cell leaves in git: the typed files and what can be read out of them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_arrays
from pydantic import ValidationError
from sklearn.metrics import precision_recall_fscore_support

from emotions.evaluation.evidence import Details, Run, pack
from emotions.report.evidence import arrays, per_class, right_images

CLASSES = ["angry", "happy", "sad"]


def content(**changes):
    """Of a file, for 9 test images."""
    scores = {"images": 9, "accuracy": 0.5556, "loss": 1.5}
    found = {
        "fingerprint": {"settings": "0" * 64, "code": "1" * 64, "faces": "2" * 64, "evaluation": "3" * 64},
        "source": "archive",
        "seed": 3,
        "classes": CLASSES,
        "scores": {
            "train": scores | {"accuracy": 0.9},
            "validation": scores | {"accuracy": 0.4},
            "test": scores | {"macro_f1": 0.45},
            "test_unseen": {"images": 0, "accuracy": None, "loss": None},
        },
        "intervals": {
            "test": [0.2, 0.8],
            "test_unseen": None,
            "macro_f1": [0.1, 0.7],
            "calibration_error": None,
        },
        "collapsed": False,
        "diverged": True,
        "epochs_run": 2,
        "parameters": 10,
        "macs": 20,
        "training_macs": None,
        "seconds": 1.5,
        "images_per_second": None,
        "deterministic": True,
        "machine": {"cores": 2},
        "evaluated_on": {"cores": 1},
        "model_sha256": "4" * 64,
        "confusion": {"test": [[3, 1, 0, 0], [0, 2, 0, 1], [1, 1, 0, 0]], "test_unseen": [[0] * 4] * 3},
        "calibration": {
            "error": 0.2,
            "bins": {"count": [0, 9], "confidence": [None, 0.8], "accuracy": [None, 0.6]},
        },
        "history": {
            "epoch": [1, 2],
            "loss": [1.5, None],
            "accuracy": [0.3, 0.2],
            "val_loss": [1.25, None],
            "val_accuracy": [0.5, 0.1],
            "learning_rate": [0.01, 0.01],
        },
        "mistakes": [{"face": 7, "place": 3, "actual": "sad", "predicted": "happy", "score": 0.99}],
        "right": pack(np.array([1, 1, 1, 0, 1, 1, 0, 0, 0], bool)),
    }
    return found | changes


def read(found):
    return Details.model_validate_json(json.dumps(found))


OLD = dict.fromkeys(["fingerprint", "confusion", "calibration", "history", "mistakes", "right", "machine"])


@pytest.mark.parametrize("changes", [{}, OLD])
def test_what_was_read_is_written_again(changes):
    found = content(**changes)
    assert read(found).content() == found
    assert list(read(found).content()) == list(Details.model_fields)


@given(hypothesis_arrays.arrays(np.bool_, st.integers(1, 40)))
def test_which_images_were_right_comes_back(right):
    scores = content()["scores"]
    scores["test"]["images"] = len(right)
    np.testing.assert_array_equal(right_images(read(content(scores=scores, right=pack(right)))), right)


def test_which_images_were_right_is_not_known_of_every_cell():
    assert right_images(read(content(right=None))) is None


@given(hypothesis_arrays.arrays(np.int64, (3, 4), elements=st.integers(0, 50)))
def test_scores_of_classes_are_those_of_scikit_learn(counts):
    counts[0, 0] += 1  # scikit-learn takes no empty lists
    found = per_class(read(content(confusion={"test": counts.tolist(), "test_unseen": None})))
    places = np.repeat(np.arange(12), counts.ravel())
    expected = precision_recall_fscore_support(places // 4, places % 4, labels=range(3), zero_division=0)
    assert list(found) == CLASSES
    np.testing.assert_allclose(
        [list(one.values()) for one in found.values()], np.transpose(expected), atol=5e-5
    )


def test_without_confusion_there_are_no_scores_of_classes():
    assert per_class(read(content(**OLD))) == {}


def test_the_run_shows_what_the_details_hold():
    found = content()
    run = read(found).run()
    shown = {"test": 0.5556, "unseen": None, "f1": 0.45, "loss": 1.5, "valid": 0.4, "train": 0.9}
    assert run.content() == shown
    assert list(run.content()) == list(shown)
    found["scores"]["test"]["accuracy_tta"] = 0.6
    found["scores"]["test_unseen"] |= {"accuracy": 0.2, "accuracy_tta": 0.3}
    run = read(found).run()
    assert run.content() == shown | {"unseen": 0.2, "unseen_tta": 0.3}
    assert list(run.content())[:3] == ["test", "unseen", "unseen_tta"]
    assert Run.model_validate_json(json.dumps(run.content())) == run


def test_bins_and_history_have_nan_for_what_is_not_there():
    found = read(content())
    bins = arrays(found.calibration.bins)
    assert bins["count"].tolist() == [0, 9]
    assert np.isnan(bins["confidence"]).tolist() == np.isnan(bins["accuracy"]).tolist() == [True, False]
    history = arrays(found.history)
    assert list(history) == list(content()["history"])
    assert np.isnan(history["loss"]).tolist() == [False, True]
    assert {column.dtype for column in history.values()} == {np.dtype("float64")}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"right": pack(np.zeros(17, bool))}, "`right` is not of 9 images"),
        ({"right": "?"}, "right"),
        ({"confusion": {"test": [[1, 2, 3]] * 3, "test_unseen": None}}, "is not 3 x 4"),
        ({"history": content()["history"] | {"loss": [1.0]}}, "differ in length"),
        ({"parameters": "10"}, "parameters"),
        ({"more": 1}, "more"),
    ],
)
def test_what_does_not_agree_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        read(content(**changes))
