"""Ray on this machine alone: what it opens, and what is left when it is killed or ended."""

import signal

import psutil
import pytest
from stub_project import ended, wait_for

pytestmark = pytest.mark.long


def alive(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def named(processes):
    return {one.pid: " ".join(one.cmdline())[:90] for one in alive(processes)}


def loopback_alone(processes):
    """Whether what these listen on is this machine's alone, and there is such a thing."""
    ports = [one for each in processes for one in each.net_connections("inet") if one.status == "LISTEN"]
    return {one.laddr.ip.removeprefix("::ffff:") for one in ports} in ({"127.0.0.1"}, {"127.0.0.1", "::1"})


def test_ctrl_c_leaves_no_process_and_the_same_command_goes_on(make_stub, tmp_path):
    project = make_stub({"a": {}, "b": {"epochs": 3, "stops_at": 1}})
    interrupted = project.start()
    project.stopped("b")
    wait_for((project.path / "a.model").exists)
    below = psutil.Process(interrupted.pid).children(recursive=True)
    assert loopback_alone(below)
    interrupted.send_signal(signal.SIGINT)
    assert "the same command goes on" in ended(interrupted, status=130)
    assert named(below) == {}
    assert not list(project.path.rglob(".writing-*"))
    assert not project.clones()
    assert not list(tmp_path.glob("tmp/ray-*"))
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
    killed.kill()  # it can say goodbye to nobody
    killed.communicate()
    wait_for(lambda: all("Agent" in name for name in named(below).values()), seconds=30)
