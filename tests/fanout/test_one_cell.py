"""A cell in a clone, without Ray: as a scheduler such as Slurm runs it."""

import os
import subprocess
import sys

import pytest
from stub_project import SECONDS, ended

pytestmark = pytest.mark.long
RESULTS = ("a.model", "a.csv", "metrics/a.json", "dvc.lock")


def repository(project):
    """What git would say: files, refs and HEAD."""
    return project.git("status", "--porcelain"), project.git("for-each-ref"), project.git("rev-parse", "HEAD")


def test_a_cell_is_trained_once_and_ends_as_by_dvc_alone(make_stub):
    project = make_stub({"a": {"epochs": 2}, "b": {}})
    before = repository(project)
    assert "a is done" in project.fanout("cell", "a", OMP_NUM_THREADS="1")
    status, *rest = repository(project)
    assert (status.replace("?? metrics/\n", ""), *rest) == before
    assert not project.clones()
    assert not list((project.path / ".dvc/tmp/fanout").glob("mark*"))
    assert project.stale() == {"train@b", "evaluate@b", "report"}
    (note,) = project.trained()
    assert note["cores"] == sorted(os.sched_getaffinity(0))
    assert note["omp"] == "1", "the head's variables shape the cell"
    for name in ("a.model", "a.csv"):
        (project.path / name).unlink()
    assert project.fanout("cell", "a") == "a is up to date\n", "they came out of the cache"
    ours = [(project.path / name).read_bytes() for name in RESULTS]
    project.repro("train@a", "evaluate@a", force=True, single_item=True)
    assert [(project.path / name).read_bytes() for name in RESULTS] == ours


def test_what_has_changed_runs_though_the_lock_has_an_older_entry_and_nothing_else(make_stub):
    project = make_stub({"a": {}})
    project.fanout("cell", "a")
    project.settings({"a": {"epochs": 3}})
    project.fanout("cell", "a")
    assert (project.path / "a.model").read_text() == "a 3 faces"
    assert len(project.trained()) == 2
    script = project.path / "evaluate.py"
    script.write_text(script.read_text().replace("upper()", "upper() + '!'"))
    assert "its training is up to date" in project.fanout("--dry-run")
    project.fanout("cell", "a")
    assert (project.path / "a.csv").read_text() == "A 3 FACES!"
    assert len(project.trained()) == 2, "only the evaluation was stale"
    (project.path / "prepare.py").write_text("# another\n" + (project.path / "prepare.py").read_text())
    assert "run `dvc repro prepare` first" in project.fanout("cell", "a", status=1)


def test_a_failing_cell_says_why_and_leaves_the_lock_as_it_was(make_stub):
    project = make_stub({"a": {"fails": True}, "b": {}})
    before = (project.path / "dvc.lock").read_bytes()
    said = project.fanout("cell", "a", status=1)
    assert "what went wrong" in said
    assert "Traceback" not in said
    assert (project.path / "dvc.lock").read_bytes() == before
    assert not project.clones()
    assert "cell c: there is none; there are, among others, a, b" in project.fanout("cell", "c", status=1)


def test_killed_it_leaves_no_process_and_goes_on_from_its_last_epoch(make_stub):
    """The trainer is silent and deaf: it notices neither a closed pipe nor the end of its parent."""
    project = make_stub({"a": {"epochs": 3, "stops_at": 1, "silent": True}})
    started = project.start("cell", "a")
    trainer = project.stopped("a")
    started.kill()
    started.communicate()
    trainer.wait(timeout=SECONDS)
    assert "a is done" in project.fanout("cell", "a")
    assert [note["from"] for note in project.trained()] == [0, 1]
    assert (project.path / "a.model").read_text() == "a 3 faces"
    assert not project.clones()
    assert not list((project.path / ".checkpoints").rglob("*.npz"))


def test_cells_of_an_array_run_at_a_time_and_each_finds_its_place(make_stub):
    project = make_stub({"a": {}, "b": {}})
    for process in [project.start("cell", name) for name in "ab"]:
        assert "is done" in ended(process)
    assert project.stale() == {"report"}
    assert sorted(note["cell"] for note in project.trained()) == ["a", "b"]


def test_nothing_of_ray_is_imported_for_one_cell():
    code = "import sys, emotions.fanout.command, emotions.fanout.worker; sys.exit('ray' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_full_disk_leaves_the_lock_whole_and_the_next_run_goes_on(make_stub):
    """The workspace's metrics stand on a file system that has no room."""
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system gives no file system of one's own")
    project = make_stub({"a": {}})
    before = (project.path / "dvc.lock").read_bytes()
    (project.path / "metrics").mkdir()
    script = (
        f"mount -t tmpfs -o size=4k,nr_inodes=8 none {project.path}/metrics && "
        f"head -c 4096 /dev/zero > {project.path}/metrics/full; "
        f"exec {sys.executable} -m emotions.fanout cell a"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script], cwd=project.path, env=project.environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project.path / "dvc.lock").read_bytes() == before
    assert "a is done" in project.fanout("cell", "a")
    assert len(project.trained()) == 1, "the trained model came out of the run cache"
