"""How a stage starts and ends."""

import errno
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emotions.data.faces import Faces
from emotions.runtime.code_hash import digests
from emotions.runtime.errors import UserError
from emotions.stages import command


def ending(monkeypatch, capsys, stage, *words):
    """The exit code and what went to standard error."""
    monkeypatch.setattr("sys.argv", ["stage", *words])
    with pytest.raises(SystemExit) as caught:
        command.run(stage)
    code = caught.value.code
    if isinstance(code, str):  # Python prints it and exits with 1
        return 1, code
    return code, capsys.readouterr().err


def test_a_stage_is_given_the_paths_that_its_parameters_name(monkeypatch, capsys):
    given = {}

    def stage(one, other_path):
        given.update(one=one, other_path=other_path)

    assert ending(monkeypatch, capsys, stage, "--other-path", "b", "--one", "a") == (0, "")
    assert {name: str(path) for name, path in given.items()} == {"one": "a", "other_path": "b"}


def test_a_path_that_is_not_given_is_asked_for(monkeypatch, capsys):
    code, message = ending(monkeypatch, capsys, lambda one: None)
    assert code == 2
    assert "--one" in message


def failing(error):
    def stage():
        raise error

    return stage


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UserError("what to do"), "error: what to do"),
        (OSError(errno.ENOSPC, "No space left on device", "m.keras"), "(m.keras): free some disk space"),
        (PermissionError(errno.EACCES, "Permission denied", "data"), "(data): check the permissions"),
    ],
)
def test_what_the_user_can_put_right_is_one_message(monkeypatch, capsys, error, message):
    code, said = ending(monkeypatch, capsys, failing(error))
    assert code == 1
    assert message in said


def test_a_full_disk_is_said_where_no_temporary_file_can_be_written_either(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: ["/nowhere"])

    def stage(out):
        raise OSError(errno.ENOSPC, "No space left on device")

    _, said = ending(monkeypatch, capsys, stage, "--out", str(tmp_path / "out.npz"))
    assert said.startswith(f"error: No space left on device ({tmp_path} has ")


def test_ctrl_c_is_no_fault(monkeypatch, capsys):
    assert ending(monkeypatch, capsys, failing(KeyboardInterrupt())) == (130, "")


@pytest.mark.parametrize("error", [ValueError("bug"), OSError(errno.EBADF, "bug")])
def test_a_bug_keeps_its_traceback(monkeypatch, error):
    monkeypatch.setattr("sys.argv", ["stage"])
    with pytest.raises(type(error)):
        command.run(failing(error))


@pytest.fixture
def stage():
    """Stage `zca` as a process, which needs files that are not there; what it says."""

    def run(*words):
        paths = [f"--{name}=missing" for name in ("plan", "faces", "statistics", "metrics", "pictures")]
        module = [sys.executable, "-m", "emotions.stages.zca"]
        done = subprocess.run([*module, *paths, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    return run


def test_a_stage_runs_only_the_code_that_was_planned(stage, tmp_path):
    planned = tmp_path / "zca.json"
    listed = digests("emotions.stages.zca", Path(command.__file__).parents[2])
    planned.write_text(json.dumps(listed))
    assert "missing is missing" in stage(f"--code={planned}")
    file = "emotions/data/zca.py"
    for other in (listed | {file: "0"}, {name: digest for name, digest in listed.items() if name != file}):
        planned.write_text(json.dumps(other))
        assert f"error: {file} changed since {planned} was written: run `dvc repro`" in stage(
            f"--code={planned}"
        )
    assert "run `dvc repro plan`" in stage("--code=nowhere.json")


def test_what_git_holds_and_dvc_removed_is_brought_back_by_a_command(monkeypatch, capsys, tmp_path):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=tmp_path, check=True)

    def stage(page, other):
        raise UserError("what to do")

    git("init", "--quiet")
    (tmp_path / "a page.html").write_text("x")
    git("add", ".")
    git("commit", "--quiet", "-m", "x")
    (tmp_path / "a page.html").unlink()
    monkeypatch.chdir(tmp_path)
    words = ("--page", "a page.html", "--other", "never.html")
    assert ending(monkeypatch, capsys, stage, *words) == (1, "error: what to do")
    monkeypatch.setenv("DVC_STAGE", "report")
    monkeypatch.setattr(command, "end_with_parent", lambda: None)
    assert "`git checkout -- 'a page.html'` brings it back" in ending(monkeypatch, capsys, stage, *words)[1]


def test_a_model_is_not_evaluated_on_other_faces_than_it_was_trained_on(tmp_path):
    faces = Faces(
        pixels=np.zeros((2, 48, 48), np.uint8),
        labels=np.zeros(2, np.uint8),
        splits=np.zeros(2, np.uint8),
        groups=np.zeros(2, np.int32),
        seen=np.zeros(2, np.bool_),
        classes=("angry", "happy"),
    )
    timing, stored = tmp_path / "sgd.json", tmp_path / "faces.npz"
    faces.save(stored)
    timing.write_text(json.dumps({"fingerprint": {"faces": faces.sha256()}}))
    command.check_same_faces(timing, stored)
    replace(faces, classes=("angry", "glad")).save(stored)
    with pytest.raises(UserError, match=r"sgd was trained on other faces or classes .*`dvc repro` without"):
        command.check_same_faces(timing, stored)
    for other in ("{", "[]", '{"fingerprint": null}'):
        timing.write_text(other)  # which stage `evaluate` tells
        command.check_same_faces(timing, stored)
