"""The real pipeline, once, by real DVC: on generated faces, with a backbone of the user's own."""

import filecmp
import json

import numpy as np
import pytest

from emotions.data.faces import Faces
from emotions.data.pictures import ZcaPictures
from emotions.data.pixel_statistics import Statistics
from emotions.predict.classifier import Classifier
from emotions.synthetic.portraits import samples
from own_network import NETWORK
from workspace import Workspace

CELLS = {f"{stage}@MyNet-baseline" for stage in ("train", "evaluate")}
RECIPES = {
    f"{stage}@MyNet-modern"
    for stage in ("train_recipe", "evaluate_recipe", "release", "photos", "card", "layers_release")
}
COMMON = {"plan", "download", "prepare", "class_counts", "zca", "layers@MyNet", "report", "plots"}

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("pipeline"))
    (made.path / "networks" / "my_net.py").write_text(NETWORK)
    made.change(
        {
            "data/source": "synthetic",
            "data/synthetic": {"train": 90, "test": 30},
            "backbones/MyNet": {"network": "networks.my_net:MyNet", "channels": 1},
            "grid": {"backbones": ["MyNet"], "variants": ["baseline"]},
            "recipes": {"backbones": ["MyNet"], "variants": ["modern"]},
            "release": {"backbones": ["MyNet"], "variants": ["modern"]},
            "variants/modern/epochs": 1,
            "variants/modern/batch_size": 16,
            "train/epochs": 1,
            "train/batch_size": 16,
            "train/learning_rate": 0.001,
        }
    )
    return made


def test_everything_runs_once(workspace):
    assert workspace.repro() == COMMON | CELLS | RECIPES
    baseline = json.loads((workspace.path / "metrics/runs/MyNet/baseline.json").read_text())
    assert list(baseline) == ["test", "unseen", "f1", "loss", "valid", "train"]
    modern = json.loads((workspace.path / "metrics/runs/MyNet/modern.json").read_text())
    assert "unseen_tta" in modern
    released = workspace.path / "release" / "MyNet-modern.keras"
    assert filecmp.cmp(released, workspace.path / "models/MyNet/modern.keras", shallow=False)
    assert "**Generated faces.**" in released.with_suffix(".md").read_text()
    assert Classifier.load(released.with_suffix(".onnx")).description.generated
    assert "MyNet" in (workspace.path / "reports" / "README.md").read_text()
    assert "Grad-CAM at <code>maps</code>" in (workspace.path / "reports/index.html").read_text()


def test_zca_is_measured_on_train_alone(workspace):
    faces = Faces.load(workspace.path / "data/prepared/faces.npz")
    statistics = Statistics.load(workspace.path / "data/statistics.npz")
    plan = json.loads((workspace.path / "data/plan/zca.json").read_text())
    epsilon = plan["epsilon"]
    pixels = faces.images("train").reshape(-1, 48 * 48) / 255
    assert statistics.mean == pytest.approx(pixels.mean(), rel=1e-12)
    assert statistics.whitening.shape == (2304, 2304)
    images = pixels - statistics.mean
    # What none of the images has is divided by sqrt(epsilon) alone.
    direction = np.random.default_rng(1).normal(size=2304)
    direction -= np.linalg.pinv(images) @ (images @ direction)
    np.testing.assert_allclose(direction @ statistics.whitening, direction / np.sqrt(epsilon), atol=1e-4)
    assert dict(json.loads((workspace.path / "metrics/zca.json").read_text())["explained"])[100] == 1.0
    pictures = ZcaPictures.load(workspace.path / "reports/pictures/zca.npz")
    for name, [face] in samples(faces.classes, plan["seed"], 1).items():
        np.testing.assert_array_equal(pictures.faces[name], face)
    # The eigenvalues behind the matrix, epsilon among them: there are no more than images.
    few = np.linalg.eigvalsh(images @ images.T / len(images))[::-1]
    expected = np.append(few, np.zeros(2304 - len(few))) + epsilon
    np.testing.assert_allclose(pictures.eigenvalues, expected, rtol=1e-4)


def test_then_nothing_runs_again(workspace):
    assert workspace.repro() == set()


def test_dvc_shows_and_plots_it(workspace):
    shown = workspace.dvc("metrics", "show")
    assert shown.stderr == ""
    cells = {line.split()[0] for line in shown.stdout.splitlines() if "/MyNet/" in line}
    assert cells == {f"metrics/runs/MyNet/{variant}.json" for variant in ("baseline", "modern")}
    assert max(map(len, shown.stdout.splitlines())) < 110
    done = workspace.dvc("plots", "show", "--out", "plots")
    assert done.returncode == 0, done.stderr
    page = (workspace.path / "plots" / "index.html").read_text()
    for plot in (
        "predictions_MyNet_baseline_csv",
        "history_MyNet_baseline_csv",
        "confusion_matrices",
        "test_images",
    ):
        assert plot in page


def test_what_params_yaml_has_made_stale_is_told(workspace):
    # What the recipe sets itself is left alone.
    workspace.change({"train/learning_rate": 0.002})
    stdout, stderr = workspace.start(module="emotions.show", COLUMNS="100").communicate()
    assert [line.strip() for line in stdout.splitlines() if line.startswith("  ")] == [
        "settings: MyNet baseline"
    ], stderr
