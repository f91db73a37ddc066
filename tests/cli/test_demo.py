"""The workspace of the demo."""

import os
import subprocess

import pytest

from emotions.cli import demo
from emotions.runtime.errors import UserError


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "dvc.yaml").write_text("stages: {}")
    return folder


def test_names_that_are_not_utf_8_are_copied(source, tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    (source / name).write_bytes(b"x")
    demo.make_workspace(source, tmp_path / "demo")
    assert (tmp_path / "demo" / name).read_bytes() == b"x"


def test_a_hook_of_git_does_not_lead_it_into_the_repository(source, tmp_path, monkeypatch):
    git(
        source,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "first",
    )
    monkeypatch.setenv("GIT_DIR", str(source / ".git"))
    demo.make_workspace(source, tmp_path / "demo")
    monkeypatch.delenv("GIT_DIR")
    assert git(source, "log", "--format=%s") == b"first\n"
    assert git(tmp_path / "demo", "log", "--format=%s") == b"The pipeline as it stood\n"


def test_without_git_it_says_so(source, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_environment", lambda: {"PATH": str(tmp_path)})
    with pytest.raises(UserError, match="git is not installed"):
        demo.make_workspace(source, tmp_path / "demo")
