"""The card of a released model, and the files beside it."""

import json

import pytest

from emotions.runtime.errors import UserError
from emotions.settings.release import ReleasePlan
from emotions.stages.release import main

CLASSES = ("angry", "happy")
SCORES = {"accuracy": 0.5, "loss": 1.0}


@pytest.fixture
def paths(tmp_path, cell):
    plan = ReleasePlan(source="archive", classes=CLASSES, seed=3, train=cell(epochs=7).train)
    runs = {
        "train": SCORES,
        "validation": SCORES | {"accuracy_augmented": 0.625},
        "test": SCORES | {"macro_f1": 0.4},
        "test_unseen": {"accuracy": 0.25, "loss": 1.0},
    }
    details = {
        "n": {"train": 1000, "validation": 100, "test": 200, "test_unseen": 80},
        "per_class": {name: {"precision": 0.1, "recall": 0.2, "f1": 0.3, "support": 100} for name in CLASSES},
        "parameters": 668_358,
        "macs": 60_163_200,
        "training_macs": 1.5e14,
        "epochs_run": 7,
        "seconds": 1500.0,
        "images_per_second": 900.0,
        "machine": {"processor": "a processor", "cores": 2, "gpus": "none"},
        "diverged": False,
        "collapsed": False,
    }
    details["training_macs"] = int(details["training_macs"])
    duplicates = dict.fromkeys(
        ("surplus_in_training", "surplus_in_test", "test_also_in_training", "under_another_label"), 1
    ) | {"in_training_under_several_labels": 37, "share": 0.1}
    names = {
        "plan": plan.model_dump_json(),
        "model": "weights",
        "metrics": json.dumps(runs),
        "details": json.dumps(details),
        "dataset": json.dumps({"source": "archive", "generated": False, "duplicates": duplicates}),
    }
    found = {}
    for name, content in names.items():
        found[name] = tmp_path / "CompactCNN" / f"{name}.json"
        found[name].parent.mkdir(exist_ok=True)
        found[name].write_text(content)
    outs = ("weights", "classes", "card")
    return found | {name: tmp_path / "release" / name for name in outs}


def test_the_model_is_copied_and_its_card_says_what_was_measured(paths):
    main(**paths)
    assert paths["weights"].read_text() == "weights"
    assert json.loads(paths["classes"].read_text()) == {"classes": list(CLASSES)}
    card = paths["card"].read_text()
    assert card.startswith("# Model card: CompactCNN-metrics\n")
    words = " ".join(card.split())
    assert "| unseen | 80 | 0.250 | 0.168\u20130.355 |" in words
    assert "| validation | 100 | 0.500 | 0.404\u20130.596 | 0.625 |" in words
    assert "| happy | 0.100 | 0.200 | 0.300 | 100 |" in words
    assert "668,358 parameters, 60,163,200 multiply-adds a face, 1.50e+14 for the training" in words
    assert "25.0 minutes on 2 cores of a processor" in words
    assert "37 training images of this data set stand under more than one" in words
    assert "`epochs` 7" in words
    assert "Generated" not in card


def test_a_card_of_generated_faces_says_so_first(paths):
    dataset = {"source": "synthetic", "generated": True}
    paths["dataset"].write_text(json.dumps(dataset))
    main(**paths)
    assert "**Generated faces.**" in paths["card"].read_text().split("\n\n")[1]


def test_a_missing_model_leaves_nothing_half_written(paths):
    paths["model"].unlink()
    with pytest.raises(UserError, match=r"model\.json is missing: `dvc repro` trains it"):
        main(**paths)
    assert not paths["weights"].parent.exists()
