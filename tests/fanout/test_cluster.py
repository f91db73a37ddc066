"""Two nodes of Ray on this machine, and all that may go wrong between them."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from stub_project import Stub, wait_for

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        "EMOTIONS_TEST_RAY" not in os.environ, reason="EMOTIONS_TEST_RAY=1 runs it, on an idle machine"
    ),
]
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # which keeps Ray on loopback
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "0123456789abcdef" * 4,
}


CPU = ("--gpus-per-cell", "0")
"""By default a cell takes a GPU, which only one of both nodes has."""


class Nodes:
    """Of `cluster_process`: the head's, and another, with one CPU each."""

    def __init__(self, project, tmp):
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("cluster_process.py")], text=True,
            env=project.environment(TMPDIR=str(tmp), **ENVIRONMENT),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.address, raylet = self.process.stdout.readline().split()
        self.raylet = int(raylet)

    def kill_other(self):
        """Kill the second node; another comes later."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "killed\n"

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def project(stub_template, tmp_path_factory):
    made = Stub.copy(stub_template, tmp_path_factory.mktemp("cluster"), {"a": {}})
    with (made.path / ".dvc" / "config").open("a") as config:
        config.write("    remote = store\n['remote \"store\"']\n    url = ../../store\n")
    return made


@pytest.fixture(scope="module")
def nodes(project, tmp_path_factory):
    made = Nodes(project, tmp_path_factory.mktemp("nodes"))
    yield made
    made.end()


@pytest.fixture
def fanout(project, nodes):
    def run(*words, **options):
        return project.fanout("--address", nodes.address, *CPU, *words, **ENVIRONMENT, **options)

    for path in project.runs.iterdir():
        path.unlink()
    return run


def place(said, cell):
    """Which node started a cell, by the log."""
    (line,) = (line for line in said.splitlines() if f"{cell}: started on " in line)
    return line.rpartition("/")[2]


def test_each_cell_runs_once_on_one_of_both_and_on_the_head_none(project, fanout):
    """Results go through a remote, as where no folder is shared; one cell fails, the others do not mind."""
    project.settings({"a": {"seconds": 2}, "b": {"seconds": 2}, "c": {}, "d": {"fails": True}})
    said = fanout("--through", "remote", status=1)
    assert {note["cell"] for note in project.trained()} == {"a", "b", "c", "d"}
    assert len(project.trained()) == 4
    assert project.evaluated() == ["a", "b", "c"]
    assert place(said, "a") != place(said, "b")
    assert all(note["threads"] == "1" and len(note["cores"]) == 1 for note in project.trained())
    assert all(note["omp"] is None for note in project.trained()), "Ray sets it; it shapes what is computed"
    assert "d failed" in said
    assert "what went wrong" in said
    assert "Failed: d. The same command runs these again." in said
    assert "Traceback" not in said
    assert project.stale() == {"train@d", "evaluate@d", "report"}


def test_only_what_has_changed_runs_again_though_the_lock_has_older_entries(project, fanout):
    project.settings({"a": {"seconds": 2}, "b": {"epochs": 2}, "c": {}, "d": {}})
    fanout("--through", "remote")
    assert sorted(note["cell"] for note in project.trained()) == ["b", "d"]
    assert (project.path / "b.model").read_text() == "b 2 faces"
    assert project.stale() == {"report"}
    assert "0 of 4 cells are to be run" in fanout()


def test_a_killed_worker_ends_its_silent_trainer_and_the_cell_goes_on(project, fanout, nodes):
    project.settings({"e": {"epochs": 3, "stops_at": 2, "silent": True}})
    started = project.start("-m", "emotions.fanout", "--address", nodes.address, *CPU, **ENVIRONMENT)
    mark = project.runs / "stopped-e"
    wait_for(mark.exists)
    trainer = psutil.Process(int(mark.read_text()))
    worker = next(one for one in trainer.parents() if one.name().startswith("ray::"))
    worker.kill()
    trainer.wait(timeout=20)
    stdout, stderr = started.communicate(timeout=90)
    assert started.returncode == 0, stdout + stderr
    assert "it goes on elsewhere" in stdout
    assert [note["from"] for note in project.trained("e")] == [0, 2]
    assert (project.path / "e.model").read_text() == "e 3 faces"
