"""The workspace as it stands goes into a bundle, and the user's repository stays as it is."""

import subprocess

import pytest

from emotions.fanout.snapshot import bundle
from emotions.runtime.errors import UserError


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    git(folder, "init", "-q")
    for name, content in {
        "kept": "1", "changed": "1", "removed": "1", ".gitignore": "ignored\nforced\nweights.h5\n",
        "forced": "tracked though ignored", "dvc.lock": "old",
    }.items():  # fmt: skip
        (folder / name).write_text(content)
    git(folder, "add", "--all")
    git(folder, "add", "--force", "forced")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first")
    (folder / "changed").write_text("2")
    (folder / "removed").unlink()
    (folder / "staged").write_text("staged")
    git(folder, "add", "staged")
    for name in ("new", "ignored", "weights.h5"):
        (folder / name).write_text(name)
    return folder


def unpacked(content, folder):
    (folder / "bundle").write_bytes(content)
    git(folder, "clone", "-q", "--branch", "fanout", "bundle", "clone")
    return {path.name: path.read_text() for path in (folder / "clone").iterdir() if path.is_file()}


def test_it_holds_what_stands_there_uncommitted_or_not(workspace, tmp_path):
    content = bundle(workspace, "new lock", [workspace / "weights.h5"])
    assert unpacked(content, tmp_path) == {
        "kept": "1", "changed": "2", "staged": "staged", "new": "new", "dvc.lock": "new lock",
        "forced": "tracked though ignored", ".gitignore": "ignored\nforced\nweights.h5\n",
        "weights.h5": "weights.h5",
    }  # fmt: skip
    assert git(tmp_path / "clone", "log", "--oneline").count("\n") == 1


def test_head_index_refs_objects_and_files_are_left_alone(workspace):
    def state():
        inside = {str(path): path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
        return inside, git(workspace, "status", "--porcelain"), git(workspace, "for-each-ref")

    git(workspace, "status")  # which refreshes the index
    before = state()
    bundle(workspace, "new lock")
    assert state() == before


def test_a_worktree_is_packed_too_and_a_hooks_variables_do_not_lead_elsewhere(
    workspace, tmp_path, monkeypatch
):
    git(workspace, "worktree", "add", "-q", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_DIR", str(workspace / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(workspace / ".git" / "index"))
    content = bundle(tmp_path / "other", "lock")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert unpacked(content, tmp_path)["changed"] == "1"


def test_what_is_no_root_of_a_repository_is_refused(workspace, tmp_path):
    (workspace / "inside").mkdir()
    with pytest.raises(UserError, match="allowed: its root"):
        bundle(workspace / "inside", "")
    with pytest.raises(UserError, match="not a git repository"):
        bundle(tmp_path, "")
