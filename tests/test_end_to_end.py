"""The real pipeline, by real DVC, on generated faces and a tiny grid."""

import filecmp
import json
import os
import shutil
import subprocess
import sys

import pytest

from emotions.predict.classifier import Classifier
from workspace import ROOT, Workspace, executed

VARIANTS = ["baseline", "lr-1", "sgd"]
CELLS = {f"{stage}@CompactCNN-{variant}" for stage in ("train", "evaluate") for variant in VARIANTS}
RECIPES = {
    f"{stage}@CompactCNN-modern" for stage in ("train_recipe", "evaluate_recipe", "release", "photos", "card")
}
COMMON = {"plan", "download", "prepare", "class_counts", "zca", "layers@CompactCNN", "report", "plots"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("pipeline"))
    for key, value in {
        "data/source": "synthetic",
        "data/synthetic": {"train": 90, "test": 30},
        "grid": {"backbones": ["CompactCNN"], "variants": VARIANTS},
        "recipes": {"backbones": ["CompactCNN"], "variants": ["modern"]},
        "release": {"backbones": ["CompactCNN"], "variants": ["modern"]},
        "variants/modern/epochs": 2,
        "variants/modern/batch_size": 16,
        "train/epochs": 1,
        "train/batch_size": 16,
        "train/learning_rate": 0.001,
    }.items():
        made.change(key, value)
    return made


def test_a_wrong_value_stops_before_anything_runs(workspace):
    workspace.change("train/optimizer", "rmsprob")
    done = workspace.dvc("repro")
    workspace.change("train/optimizer", "rmsprop")
    assert done.returncode != 0
    assert executed(done) == {"plan"}
    assert "train.optimizer: \"rmsprob\" is given; allowed: 'rmsprop', 'sgd', 'adam' or 'muon'" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_everything_runs_once(workspace):
    assert workspace.repro() == COMMON | CELLS | RECIPES
    for variant in VARIANTS:
        metrics = json.loads((workspace.path / f"metrics/runs/CompactCNN/{variant}.json").read_text())
        assert list(metrics) == ["test", "unseen", "f1", "loss", "valid", "train"]
    modern = json.loads((workspace.path / "metrics/runs/CompactCNN/modern.json").read_text())
    assert "unseen_tta" in modern
    released = workspace.path / "release" / "CompactCNN-modern.keras"
    assert filecmp.cmp(released, workspace.path / "models/CompactCNN/modern.keras", shallow=False)
    assert "**Generated faces.**" in released.with_suffix(".md").read_text()
    assert Classifier.load(released.with_suffix(".onnx")).description.generated
    assert "CompactCNN" in (workspace.path / "reports" / "README.md").read_text()
    assert "Grad-CAM at <code>stage3_conv2_relu</code>" in (workspace.path / "reports/index.html").read_text()


def test_then_nothing_runs_again(workspace):
    assert workspace.repro() == set()
    assert "up to date" in workspace.dvc("status").stdout


def test_dvc_shows_and_plots_it(workspace):
    shown = workspace.dvc("metrics", "show")
    assert shown.stderr == ""
    cells = {line.split()[0] for line in shown.stdout.splitlines() if "/CompactCNN/" in line}
    assert cells == {f"metrics/runs/CompactCNN/{variant}.json" for variant in (*VARIANTS, "modern")}
    assert max(map(len, shown.stdout.splitlines())) < 110
    done = workspace.dvc("plots", "show", "--out", "plots")
    assert done.returncode == 0, done.stderr
    page = (workspace.path / "plots" / "index.html").read_text()
    for plot in (
        "predictions_CompactCNN_sgd_csv",
        "history_CompactCNN_sgd_csv",
        "confusion_matrices",
        "test_images",
    ):
        assert plot in page


def test_a_changed_variant_reruns_its_cells_and_what_hangs_on_them(workspace):
    workspace.change("variants/sgd", {"optimizer": "sgd", "batch_size": 32})
    assert workspace.repro() == {"plan", "train@CompactCNN-sgd", "evaluate@CompactCNN-sgd", "report", "plots"}


def cells_to_train(workspace):
    """Which cells a run would train; what hangs on them is known only when they have been."""
    planned = executed(workspace.dvc("repro", "--dry"))
    return {stage for stage in planned if stage.startswith("train@")}


def test_changed_code_reruns_the_stages_that_run_it(workspace):
    append(workspace.path / "src/emotions/cli/show.py")
    assert workspace.repro() == {"plan"}
    append(workspace.path / "src/emotions/report/text.py")
    # The card of a released model and the names in `dvc plots` are written with the report's words.
    assert workspace.repro() == {"plan", "report", "plots", "card@CompactCNN-modern"}
    append(workspace.path / "src/emotions/training/fit.py")
    workspace.repro("plan")
    assert cells_to_train(workspace) == {f"train@CompactCNN-{variant}" for variant in VARIANTS}
    shutil.copyfile(ROOT / "src/emotions/training/fit.py", workspace.path / "src/emotions/training/fit.py")
    workspace.repro("plan")
    assert cells_to_train(workspace) == set()


def append(file):
    file.write_text(file.read_text() + "CHANGED = True\n")


def test_a_new_variant_reruns_no_old_cell(workspace):
    workspace.change("variants/adam", {"optimizer": "adam", "epochs": 2})
    workspace.change("grid/variants", [*VARIANTS, "adam"])
    assert workspace.repro("plan") == {"plan"}
    assert cells_to_train(workspace) == {"train@CompactCNN-adam"}
    workspace.change("grid/variants", VARIANTS)
    assert workspace.repro("plan") == {"plan"}
    assert cells_to_train(workspace) == set()


def test_a_changed_default_leaves_alone_the_variant_that_overrides_it(workspace):
    done = workspace.dvc(
        "exp", "run", "--set-param", "train.learning_rate=0.002", "evaluate@CompactCNN-baseline"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert executed(done) == {"plan", "train@CompactCNN-baseline", "evaluate@CompactCNN-baseline"}
    # `sgd` inherits the learning rate and would be trained, `lr-1` sets its own.
    assert cells_to_train(workspace) == {"train@CompactCNN-sgd"}
    assert stale(workspace) == ["settings: CompactCNN sgd"]


def stale(workspace):
    """What `emotions.show` says of stale cells, a line a reason."""
    words = [sys.executable, "-m", "emotions.show"]
    environment = os.environ | {"PYTHONPATH": str(workspace.path / "src"), "COLUMNS": "100"}
    done = subprocess.run(
        words, cwd=workspace.path, env=environment, check=True, capture_output=True, text=True
    )
    return [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
