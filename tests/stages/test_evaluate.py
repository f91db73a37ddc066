"""Stage `evaluate`: what it writes, and of what it refuses."""

import hashlib
import json

import pytest

from emotions.data.faces import Faces
from emotions.models.saving import save
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from emotions.stages.evaluate import main

COLUMNS = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate"
PLAN = {
    "backbone": "VGG16",
    "variant": "sgd",
    "onednn": "always",
    "seed": 5,
    "source": "archive",
    "test_time_augmentation": {"flip": True, "crop": None},
    "evaluation": "2" * 64,
}
TIMING = {
    "seconds": 12.5,
    "images_per_second": 80.0,
    "training_macs": 1000,
    "deterministic": True,
    "machine": {"cores": 2},
}


def made(faces):
    return {"settings": "0" * 64, "code": "1" * 64, "faces": faces.sha256()}


@pytest.fixture
def paths(tmp_path, faces):
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    faces.save(tmp_path / "faces.npz")
    pixels = keras.Input((48, 48, 1), dtype="uint8", name="pixels")
    logits = keras.layers.Dense(6)(keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(pixels)))
    scores = keras.layers.Activation("softmax", name="scores")(logits)
    save(keras.Model(pixels, scores), tmp_path / "model.keras")
    (tmp_path / "history.csv").write_text(f"{COLUMNS}\n1,1.5,0.4,1.6,0.3,0.01\n2,1.2,0.5,1.3,0.4,0.01\n")
    (tmp_path / "timing.json").write_text(json.dumps(TIMING | {"fingerprint": made(faces)}))
    names = {
        "plan": "plan.json",
        "faces": "faces.npz",
        "model": "model.keras",
        "history": "history.csv",
        "timing": "timing.json",
    }
    names |= {"metrics": "out/metrics.json", "details": "out/details.json", "predictions": "out/p.csv"}
    return {name: tmp_path / file for name, file in names.items()}


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    """TensorFlow is set up once in this process, by conftest."""
    monkeypatch.setattr("emotions.runtime.environment.prepare", lambda onednn: None)
    monkeypatch.setattr("emotions.runtime.hardware.configure", lambda seed: None)


def written(paths):
    main(**paths)
    return json.loads(paths["metrics"].read_text()), json.loads(paths["details"].read_text())


def test_metrics_details_and_predictions_are_written_for_the_network_of_the_plan(paths, monkeypatch):
    asked = []
    monkeypatch.setattr("emotions.runtime.environment.prepare", asked.append)
    metrics, details = written(paths)
    assert asked == ["always"]
    assert list(metrics) == ["test", "unseen", "unseen_tta", "f1", "loss", "valid", "train"]
    assert metrics["unseen_tta"] == details["scores"]["test_unseen"]["accuracy_tta"]
    assert details["fingerprint"] == made(Faces.load(paths["faces"])) | {"evaluation": PLAN["evaluation"]}
    assert details["model_sha256"] == hashlib.sha256(paths["model"].read_bytes()).hexdigest()
    assert details["evaluated_on"]["cores"] >= 1
    assert (details["source"], details["seed"]) == ("archive", 5)
    assert details["parameters"] == 48 * 48 * 6 + 6
    assert details["macs"] == 48 * 48 * 6
    assert (details["epochs_run"], details["diverged"]) == (2, False)
    assert details["scores"]["test_unseen"]["images"] == 18
    assert details["history"]["val_loss"] == [1.6, 1.3]
    assert {key: details[key] for key in TIMING} == TIMING
    header, *rows = paths["predictions"].read_text().splitlines()
    assert header == "face,actual,predicted,score,seen"
    assert len(rows) == 24
    outs = [paths[name] for name in ("metrics", "details", "predictions")]
    first = [out.read_bytes() for out in outs]
    written(paths)
    assert [out.read_bytes() for out in outs] == first


@pytest.mark.parametrize("loss", ["", "inf"])
def test_a_loss_that_was_no_number_is_recorded(paths, loss):
    paths["history"].write_text(f"{COLUMNS}\n1,{loss},0.1,1.6,0.3,0.01\n")
    assert written(paths)[1]["diverged"]


@pytest.mark.parametrize("content", [None, "", "[]"])
def test_without_what_training_says_of_itself_nothing_is_written(paths, content):
    paths["timing"].unlink()
    if content is not None:
        paths["timing"].write_text(content)
    with pytest.raises(UserError, match="from another version of stage `train`"):
        main(**paths)
    assert not paths["details"].exists()


def test_a_model_that_is_not_of_this_pipeline_is_refused(paths):
    pixels = keras.Input((48, 48, 1))
    keras.Model(pixels, keras.layers.Flatten()(pixels)).save(paths["model"])
    with pytest.raises(UserError, match="has no layer `scores`"):
        main(**paths)


def test_a_model_that_is_none_leaves_nothing_behind(paths):
    paths["model"].write_text("no model")
    with pytest.raises(UserError, match="can't be loaded as a Keras model"):
        main(**paths)
    assert not paths["metrics"].parent.exists()
