"""The real trainer, in a clone and by DVC alone: the same bytes, and checkpoints that reach the next cell."""

import shutil

import pytest

from workspace import Workspace, executed

pytestmark = pytest.mark.long
CELLS = ("CompactCNN-baseline", "CompactCNN-epochs-15")
PARAMS = {
    "data/source": "synthetic",
    "data/synthetic": {"train": 60, "test": 30},
    "grid": {"backbones": ["CompactCNN"], "variants": ["baseline", "epochs-15"]},
    "variants/epochs-15/epochs": 2,
    "train/epochs": 1,
    "train/batch_size": 16,
    "train/learning_rate": 0.001,
}


class Copy(Workspace):
    """A workspace that was copied with all that was run in it."""

    def __init__(self, other, path):
        self.path = shutil.copytree(other.path, path)


def results(workspace):
    kinds = {"models": ".keras", "history": ".csv"}
    files = [file for kind, suffix in kinds.items() for file in workspace.path.glob(f"{kind}/*/*{suffix}")]
    return {str(file.relative_to(workspace.path)): file.read_bytes() for file in files}


def fanout(workspace, *words):
    process = workspace.start(*words, module="emotions.fanout")
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stdout + stderr
    return stdout


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("pipeline"))
    for key, value in PARAMS.items():
        made.change(key, value)
    made.repro("prepare", "zca")
    return made


def test_a_cell_gives_the_bytes_of_dvc_alone_and_its_checkpoint_to_the_next(prepared, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ours, theirs = Copy(prepared, tmp_path / "ours"), Copy(prepared, tmp_path / "theirs")
    assert "epoch 1/1" in fanout(ours, "cell", CELLS[0])
    said = fanout(ours, "--dry-run")
    assert "1 of 2 cells are to be run." in said
    assert "its backbone, recorded on" in said
    said = fanout(ours, "cell", CELLS[1])
    assert "epoch 2/2" in said
    assert "epoch 1/2" not in said, "it goes on from the other"
    assert executed(ours.dvc("repro", "--single-item", *(f"evaluate@{name}" for name in CELLS))) == set()
    theirs.repro("--single-item", f"train@{CELLS[1]}")
    assert len(results(theirs)) == 2
    assert results(theirs).items() <= results(ours).items()
