"""Ray on this machine alone, then on two nodes of it, and all that may go wrong.

In one file, as files run beside each other, and one Ray is enough for two cores.
"""

import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from stub_project import SECONDS, Stub, ended, wait_for

from emotions.fanout.attempt import sweep
from emotions.fanout.ray_session import Workers

FOLDER = re.compile(r"/tmp/emotions-\d+/ray-\w+")
pytestmark = pytest.mark.long
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "0123456789abcdef" * 4,
}
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Or Ray looks for an address that others reach."""


def named(processes):
    names = {}
    for one in filter(psutil.Process.is_running, processes):
        with suppress(psutil.NoSuchProcess):  # it ended since
            names[one.pid] = " ".join(one.cmdline())
    return names


def rays_folder(processes):
    """Where this Ray has its sockets and logs."""
    (found,) = {found[0] for name in named(processes).values() for found in [FOLDER.search(name)] if found}
    assert Path(found).is_dir()
    return Path(found)


def loopback_alone(processes):
    """Whether what these listen on is this machine's alone, and there is such a thing."""
    ports = [one for each in processes for one in each.net_connections("inet") if one.status == "LISTEN"]
    return {one.laddr.ip.removeprefix("::ffff:") for one in ports} in ({"127.0.0.1"}, {"127.0.0.1", "::1"})


def test_ctrl_c_leaves_no_process_and_the_same_command_goes_on(make_stub):
    project = make_stub({"a": {}, "b": {"epochs": 3, "stops_at": 1}})
    interrupted = project.start()
    project.stopped("b")
    wait_for((project.path / "a.model").exists)
    below = psutil.Process(interrupted.pid).children(recursive=True)
    assert loopback_alone(below)
    folder = rays_folder(below)
    interrupted.send_signal(signal.SIGINT)
    assert "the same command goes on" in ended(interrupted, status=130)
    assert named(below) == {}
    assert not list(project.path.rglob(".writing-*"))
    assert not project.clones()
    assert not folder.exists()
    assert project.stale() == {"train@b", "evaluate@b", "report"}
    assert "b is done" in project.fanout("cell", "b")
    assert project.trained("b")[-1]["from"] == 1
    assert (project.path / "b.model").read_text() == "b 3 faces"
    assert len(project.trained("a")) == 1


def test_with_a_killed_head_its_trainers_end(make_stub):
    """Ray's own agents end some minute later, when they have given its server up."""
    project = make_stub({"b": {"epochs": 3, "stops_at": 1}})
    killed = project.start()
    trainer = project.stopped("b")
    below = psutil.Process(killed.pid).children(recursive=True)
    assert trainer in below
    folder = rays_folder(below)
    killed.kill()  # it can say goodbye to nobody
    killed.communicate()
    wait_for(lambda: all("Agent" in name for name in named(below).values()))
    sweep(folder.parent, "ray")  # as the next start does
    assert not folder.exists()


class Nodes:
    """Of `cluster_process`: the head's, and another, with a CPU each and a GPU that is only declared."""

    def __init__(self, project, folder):
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("cluster_process.py")], text=True,
            env=project.environment(TMPDIR=folder, **ENVIRONMENT),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.address, raylet = self.process.stdout.readline().split()
        self.environment = ENVIRONMENT | (LOOPBACK if self.address.startswith("127.") else {})
        self.raylet = int(raylet)

    def kill_other(self):
        """Kill the second node."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "killed\n"

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def project(stub_template, tmp_path_factory):
    made = Stub.copy(stub_template, tmp_path_factory.mktemp("cluster"), {"a": {}})
    made.remote("../../store")
    return made


@pytest.fixture(scope="module")
def nodes(project):
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as folder:  # sockets' names are short
        made = Nodes(project, folder)
        yield made
        made.end()


@pytest.fixture
def start(project, nodes):
    """A function that starts a fan-out on both."""
    for path in project.runs.iterdir():
        path.unlink()
    return lambda *words: project.start("--address", nodes.address, *words, **nodes.environment)


def place(said, cell):
    """Which node started a cell, by the log."""
    (line,) = (line for line in said.splitlines() if f"{cell}: started on " in line)
    return line.rpartition("/")[2]


def test_each_cell_runs_once_on_one_of_both_and_on_the_head_none(project, start):
    """Results go through a remote, as where no folder is shared; one cell fails, the others do not mind."""
    project.settings({"a": {"seconds": 4}, "b": {"seconds": 4}, "c": {"fails": True}})
    said = ended(start("--through", "remote", "--gpus-per-cell", "0.5"), status=1)
    assert sorted(note["cell"] for note in project.trained()) == ["a", "b", "c"]
    assert project.evaluated() == ["a", "b"]
    assert place(said, "a") != place(said, "b")
    assert said.index("epoch 1/1") < said.index("c: started on"), "there is room for two at a time"
    for note in project.trained():
        assert (note["threads"], len(note["cores"]), note["gpus"]) == ("1", 1, "0")
        assert note["omp"] is None, "Ray sets it; it shapes what is computed"
    assert "c failed" in said
    assert "what went wrong" in said
    assert "Failed: c. The same command runs these again." in said
    assert project.stale() == {"train@c", "evaluate@c", "report"}


def test_gpus_that_are_not_there_are_an_error_at_once(project, start):
    project.settings({"d": {}})
    said = ended(start("--gpus-per-cell", "4"), status=1)
    assert "--cpus-per-cell 1 --gpus-per-cell 4: no machine has room for that" in said
    assert "there are 2, with 1 CPUs and 1 GPUs; 1 CPUs and 1 GPUs" in said
    assert not project.trained()


def test_what_a_killed_worker_and_a_killed_node_ran_goes_on_elsewhere(project, start, nodes):
    """One trainer is silent: it notices neither a closed pipe nor the end of its parent.

    What a killed node ran may live on: where it writes, nobody else does.
    """
    project.settings({"e": {"epochs": 3, "stops_at": 2, "silent": True}, "f": {"epochs": 3, "stops_at": 1}})
    running = start("--gpus-per-cell", "0")
    trainers = {name: project.stopped(name) for name in "ef"}
    lost = next(name for name, one in trainers.items() if nodes.raylet in [up.pid for up in one.parents()])
    (kept,) = set(trainers) - {lost}
    worker = next(one for one in trainers[kept].parents() if one.name().startswith("ray::"))
    nodes.kill_other()
    worker.kill()
    trainers[kept].wait(timeout=SECONDS)
    try:
        said = ended(running)
    finally:
        with suppress(psutil.NoSuchProcess):
            trainers[lost].kill()
    assert said.count("it goes on elsewhere") == 2
    assert [note["from"] for note in project.trained("e")] == [0, 2]
    assert [note["from"] for note in project.trained("f")] == [0, 1]
    assert all((project.path / f"{name}.model").read_text() == f"{name} 3 faces" for name in "ef")
    assert project.stale() == {"report"}


@pytest.mark.parametrize(("gpus", "cells"), [(0, 8), (0.25, 8), (0.3, 6), (0.6, 2), (1, 2), (2, 1), (3, 0)])
def test_a_share_of_a_gpu_is_of_one_gpu(gpus, cells):
    workers = Workers(1, gpus, {})
    assert workers._fit({"CPU": 8, "GPU": 2}) == cells
