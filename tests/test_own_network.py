"""A backbone of the user's own: an entry in `params.yaml` and a file beside it, under real DVC."""

import os
import subprocess
import sys

import pytest

from workspace import Workspace

CELL = "train@MyNet-baseline"
NETWORK = '''"""A network of one layer."""

import keras


def MyNet(*, weights, input_shape, include_top=True, pooling=None, classes=1000, classifier_activation=None):
    images = keras.Input(input_shape)
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(4, 8, strides=8)(images))
    if include_top:
        features = keras.layers.Dense(classes, classifier_activation)(features)
    return keras.Model(images, features, name="MyNet")
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("project"))
    made.change("data/source", "synthetic")
    made.change("data/synthetic", {"train": 100, "test": 30})
    made.change("train/epochs", 1)
    return made


def plans(project):
    """What stage `plan` wrote, by the paths of its files."""
    folder = project.path / "data" / "plan"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.json")}


def changed(before, after):
    return {path for path, _ in before.items() ^ after.items()}


def test_it_is_planned_and_trained_and_no_other_cell_is_stale(project):
    assert project.repro("plan") == {"plan"}
    before = plans(project)
    file = project.path / "networks" / "my_net.py"
    file.write_text(NETWORK)
    project.change("backbones/MyNet", {"network": "networks.my_net:MyNet", "channels": 1})
    project.change("grid/backbones", ["CompactCNN", "VGG16", "MyNet"])
    assert {"plan", CELL} <= project.repro(CELL)
    assert (project.path / "models" / "MyNet" / "baseline.keras").stat().st_size > 10_000
    planned = plans(project)
    kept = {path for path in before if "CompactCNN/" in path or "VGG16/" in path or path.startswith("code/")}
    assert len(kept) > 30
    assert {path: planned[path] for path in kept} == {path: before[path] for path in kept}
    assert project.repro(CELL) == set()

    file.write_text(NETWORK.replace("of one layer", "of a layer").replace("(4, 8,", "(4, 8,  # wide\n"))
    assert project.repro(CELL) == {"plan"}
    assert plans(project) == planned

    file.write_text(NETWORK.replace("Conv2D(4", "Conv2D(5"))
    assert train(project) == (
        "error: networks/my_net.py changed since data/plan/MyNet/baseline.json was written: run `dvc repro`, "
        "which plans again"
    )
    assert project.repro("plan") == {"plan"}
    own = {path for path in planned if path.startswith("MyNet/")}
    assert own < changed(planned, plans(project)) == own | {"report.json"}


def train(project):
    """Run the stage by hand; return what it says last."""
    names = ("faces", "statistics", "model", "history", "timing")
    done = subprocess.run(
        [sys.executable, "-m", "emotions.stages.train", "--cell=data/plan/MyNet/baseline.json"]
        + [f"--{name}=missing" for name in names],
        cwd=project.path,
        env=os.environ | {"PYTHONPATH": "src", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.splitlines()[-1]
