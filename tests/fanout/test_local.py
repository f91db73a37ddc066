"""Ray on this machine alone: what it opens, and what is left when it is killed or ended."""

import os
import signal

import psutil
import pytest
from stub_project import ended, wait_for

pytestmark = pytest.mark.long


def alive(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(
    "EMOTIONS_TEST_RAY" not in os.environ,
    reason="EMOTIONS_TEST_RAY=1 runs it: fails, a killed head leaves agents",
)
def test_a_killed_head_and_ctrl_c_leave_no_process_and_the_same_command_goes_on(make_stub, tmp_path):
    project = make_stub({"a": {}, "b": {"epochs": 3, "stops_at": 1}})
    killed = project.start()
    project.stopped("b")
    wait_for((project.path / "a.model").exists)
    below = psutil.Process(killed.pid).children(recursive=True)
    ports = [one for each in below for one in each.net_connections("inet") if one.status == "LISTEN"]
    assert ports
    assert {one.laddr.ip.removeprefix("::ffff:") for one in ports} <= {"127.0.0.1", "::1"}
    killed.kill()  # it can say goodbye to nobody
    killed.communicate()
    wait_for(lambda: not alive(below), seconds=60)

    (project.runs / "stopped-b").unlink()
    for note in project.runs.glob("b-*"):
        note.unlink()
    project.settings({"a": {}, "b": {"epochs": 3, "stops_at": 2}})
    interrupted = project.start()
    project.stopped("b")
    assert project.trained("b")[-1]["from"] == 1
    below = psutil.Process(interrupted.pid).children(recursive=True)
    interrupted.send_signal(signal.SIGINT)
    assert "the same command goes on" in ended(interrupted, status=130)
    assert not alive(below)
    assert not list(project.path.rglob(".writing-*"))
    assert not project.clones()
    assert not list(tmp_path.glob("tmp/ray-*"))
    assert project.stale() == {"train@b", "evaluate@b", "report"}
    assert "b is done" in project.fanout("cell", "b")
    assert project.trained("b")[-1]["from"] == 2
    assert (project.path / "b.model").read_text() == "b 3 faces"
    assert len(project.trained("a")) == 1
