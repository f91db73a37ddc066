"""A model in git: as Keras, as ONNX, and its classes."""

import json

import pytest

from emotions.models.saving import save
from emotions.predict.classifier import Classifier
from emotions.runtime.code_hash import digests
from emotions.runtime.errors import UserError
from emotions.stages import photos
from emotions.stages.release import main
from made_up_details import CLASSES, made_up_details
from small import dense, model


@pytest.fixture
def paths(tmp_path):
    import numpy as np

    from emotions.runtime.tensorflow_import import keras

    weights = np.random.default_rng(0).normal(size=(3, 6))
    save(model(keras.layers.GlobalAveragePooling2D(), dense(weights)), tmp_path / "m.keras")
    (tmp_path / "details.json").write_text(json.dumps(made_up_details(0.5, source="synthetic")))
    return {
        "model": tmp_path / "m.keras",
        "details": tmp_path / "details.json",
        **{name: tmp_path / "release" / f"r.{name}" for name in ("weights", "onnx", "classes")},
    }


def test_it_is_copied_and_exported_with_its_classes(paths, faces, tmp_path):
    main(**paths)
    assert paths["weights"].read_bytes() == paths["model"].read_bytes()
    assert json.loads(paths["classes"].read_text()) == {"classes": list(CLASSES), "generated": True}
    description = Classifier.load(paths["onnx"]).description
    assert (description.classes, description.generated) == (CLASSES, True)
    faces.save(tmp_path / "faces.npz")
    photos.main(paths["onnx"], tmp_path / "faces.npz", tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["photos"] == len(faces.rows("test_unseen"))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda paths: paths["model"].unlink(), "m.keras is missing: `dvc repro` trains it"),
        (lambda paths: paths["details"].write_text("{"), "details.json is not what its stage writes"),
        (
            lambda paths: paths["details"].write_text(
                json.dumps(made_up_details(0.5, classes=("angry", "fear")))
            ),
            "as 2 classes are named",
        ),
    ],
)
def test_nothing_is_half_written(paths, change, text):
    change(paths)
    with pytest.raises(UserError, match=text):
        main(**paths)
    assert not paths["weights"].parent.exists()


def test_no_word_of_a_page_makes_it_stale(pytestconfig):
    found = digests("emotions.stages.release", pytestconfig.rootpath / "src")
    assert "emotions/export/onnx_export.py" in found
    assert not [path for path in found if path.startswith("emotions/report/")]
