"""Ray on this machine alone: what it opens, and what is left when it is ended."""

import os
import signal

import psutil
import pytest
from stub_project import wait_for

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        "EMOTIONS_TEST_RAY" not in os.environ, reason="EMOTIONS_TEST_RAY=1 runs it, on an idle machine"
    ),
]


def descendants(process):
    return psutil.Process(process.pid).children(recursive=True)


def stopped(project, *cells):
    """Wait until the trainers of these cells have stopped."""
    wait_for(lambda: all((project.runs / f"stopped-{name}").exists() for name in cells))


def test_ctrl_c_leaves_no_process_and_what_was_done_in_place(make_stub, tmp_path):
    project = make_stub({"a": {"epochs": 3}, "b": {"epochs": 3, "stops_at": 1}})
    started = project.start("-m", "emotions.fanout", "--cells", "[ab]")
    stopped(project, "b")
    wait_for(lambda: (project.path / "a.model").exists() or len(project.trained()) < 2)
    below = descendants(started)
    ports = [one for each in below for one in each.net_connections("inet") if one.status == "LISTEN"]
    assert ports
    assert {one.laddr.ip.removeprefix("::ffff:") for one in ports} <= {"127.0.0.1", "::1"}
    started.send_signal(signal.SIGINT)
    stdout, stderr = started.communicate(timeout=60)
    assert started.returncode == 130, stdout + stderr
    assert "the same command goes on" in stderr
    assert "Traceback" not in stderr
    assert not [one for one in below if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert not list(project.path.rglob(".writing-*"))
    assert not list((tmp_path / "tmp").glob("emotions-fanout-*/cell-*"))
    assert "evaluate@b" in project.stale()
