"""Stage `layers`: what it writes, and of what it refuses."""

import hashlib
import json

import pytest

from emotions.explain.record import Record
from emotions.models.saving import save
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from emotions.stages.layers import main
from small import convolution, model

CLASSES = ["angry", "fear", "happy"]


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    """TensorFlow is set up once in this process, by conftest."""
    monkeypatch.setattr("emotions.runtime.hardware.configure", lambda seed: None)


@pytest.fixture
def paths(tmp_path):
    plan = {"variant": "sgd", "classes": CLASSES, "face": ["sad", 5], "faces": {"happy": 3, "angry": 4}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    built = model(convolution(), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3))
    save(built, tmp_path / "model.keras")
    names = {"plan": "plan.json", "model": "model.keras", "record": "reports/layers/Small.npz"}
    return {name: tmp_path / file for name, file in names.items()}


def test_it_keeps_the_outputs_and_a_map_for_each_face(paths):
    main(**paths)
    found = Record.load(paths["record"], "layers@Small")
    assert (found.variant, found.face, found.classes) == ("sgd", ("sad", 5), tuple(CLASSES))
    assert found.model_sha256 == hashlib.sha256(paths["model"].read_bytes()).hexdigest()
    assert found.outputs[0].name == "conv"
    assert found.faces == {"happy": 3, "angry": 4}
    assert found.cam.maps.shape == (2, 48, 48)


def test_the_same_model_gives_the_same_bytes(paths):
    main(**paths)
    first = paths["record"].read_bytes()
    main(**paths)
    assert paths["record"].read_bytes() == first
    assert [file.name for file in paths["record"].parent.iterdir()] == ["Small.npz"]


def test_classes_that_cant_be_drawn_have_no_map(paths):
    plan = json.loads(paths["plan"].read_text()) | {"faces": {}}
    paths["plan"].write_text(json.dumps(plan))
    main(**paths)
    assert Record.load(paths["record"], "layers@Small").cam.maps.shape == (0, 48, 48)


def test_a_model_of_other_classes_is_named_with_what_to_do(paths):
    plan = json.loads(paths["plan"].read_text())
    plan["classes"].append("sad")
    paths["plan"].write_text(json.dumps(plan))
    with pytest.raises(UserError, match=r"gives 3 scores for 4 classes.*`dvc repro` trains it again"):
        main(**paths)
    assert not paths["record"].parent.exists()


def test_a_model_that_is_missing_or_another_leaves_nothing_behind(paths):
    pixels = keras.Input((48, 48, 1))
    keras.Model(pixels, keras.layers.Flatten()(pixels)).save(paths["model"])
    with pytest.raises(UserError, match="is not one of this pipeline"):
        main(**paths)
    paths["model"].unlink()
    with pytest.raises(UserError, match="is missing: `dvc repro` trains it"):
        main(**paths)
    assert not paths["record"].parent.exists()
