"""Ray on this machine alone: what it opens, and what is left when it is ended."""

import signal

import psutil
import pytest
from stub_project import wait_for

pytest.importorskip("ray")
pytestmark = pytest.mark.long


def descendants(process):
    return psutil.Process(process.pid).children(recursive=True)


def stopped(project, *cells):
    """Wait until the trainers of these cells have stopped."""
    wait_for(lambda: all((project.runs / f"stopped-{name}").exists() for name in cells))


def test_ctrl_c_leaves_no_process_and_the_same_command_goes_on(make_stub, tmp_path):
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

    # Then the head itself is killed, which can say goodbye to nobody.
    (project.runs / "stopped-b").unlink()
    for path in project.runs.glob("b-*"):
        path.unlink()
    project.settings({"a": {"epochs": 3}, "b": {"epochs": 3, "stops_at": 2}})
    again = project.start("-m", "emotions.fanout")
    stopped(project, "b")
    below = descendants(again)
    again.kill()
    again.communicate()
    _, alive = psutil.wait_procs(below, timeout=40)
    assert not alive

    said = project.fanout()
    assert [note["from"] for note in project.trained("b")][-1] == 2
    assert len(project.trained("a")) == 1
    assert "1 done, 0 running, 0 waiting, 0 failed" in said
    assert (project.path / "b.model").read_text() == "b 3 faces"


def test_a_second_fan_out_in_one_workspace_is_refused(make_stub):
    from filelock import FileLock

    project = make_stub({"a": {}})
    folder = project.path / ".dvc" / "tmp" / "fanout"
    folder.mkdir(parents=True)
    with FileLock(folder / "lock"):
        assert "another fan-out runs in" in project.fanout("--dry-run", status=1)


def test_a_dry_run_runs_no_cell_and_leaves_what_they_stand_on(make_stub):
    project = make_stub({"a": {}, "b": {}})
    (project.path / "data.txt").write_text("old")
    said = project.fanout("--dry-run", "--cells", "a*", "b")
    assert "First of all run: prepare" in said
    assert "2 of 2 cells are to be run." in said
    assert not project.trained()
    assert (project.path / "data.txt").read_text() == "old"
    assert "no cell is called so" in project.fanout("--dry-run", "--cells", "z", status=1)


def test_a_list_names_one_stale_cell_a_line(make_stub):
    project = make_stub({"a": {}, "b": {}})
    done = project.start("-m", "emotions.fanout", "--list")
    assert done.communicate()[0].splitlines() == ["a", "b"]
