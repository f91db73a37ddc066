"""The workspace of the demo."""

import subprocess

import pytest

from emotions.cli import demo
from emotions.runtime.errors import UserError


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture
def source(tmp_path):
    """A project with one commit."""
    folder = tmp_path / "source"
    for name in ("src/emotions", "networks", ".dvc/plots"):
        (folder / name).mkdir(parents=True)
    (folder / "dvc.yaml").write_text("stages: {}")
    (folder / "params.yaml").write_text("seed: 0")
    (folder / ".dvc/plots/caf\udce9.json").write_text("{}")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "demo"


def test_it_copies_the_pipeline_and_links_the_code(source, target):
    (source / ".dvc" / "cache").write_bytes(b"large and not tracked")
    demo.make_workspace(source, target)
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert {file for file in files if not file.startswith(".git/")} == {
        "dvc.yaml", "params.yaml", ".dvc/plots/caf\udce9.json",
    }  # fmt: skip
    (source / "src/emotions/edited.py").write_text("x = 1")
    assert (target / "src/emotions/edited.py").read_text() == "x = 1"
    assert git(target, "status", "--porcelain") == b""


def test_made_again_it_has_what_is_new_and_keeps_what_was_edited(source, target):
    demo.make_workspace(source, target)
    (target / "params.yaml").write_text("seed: 7")
    (target / "metrics.json").write_text("{}")
    (source / "params.yaml").write_text("seed: 1")
    (source / "dvc.yaml").write_text("stages: {plan: {}}")
    for _ in range(2):  # what the first one committed would be no edit to the second
        demo.make_workspace(source, target, ["seed=8"])
        assert (target / "params.yaml").read_text() == "seed: 7"
        assert git(target, "status", "--porcelain") == b" M params.yaml\n"
    assert (target / "dvc.yaml").read_text() == "stages: {plan: {}}"
    assert (target / "metrics.json").exists()


def test_params_are_the_projects_but_for_the_overrides(source, target):
    for seed in (1, 2):
        (source / "params.yaml").write_text(f"seed: {seed}\nepochs: 10\n")
        demo.make_workspace(source, target, ["epochs=3"])
        assert (target / "params.yaml").read_text() == f"seed: {seed}\nepochs: 3\n"
        assert git(target, "status", "--porcelain") == b""


def test_a_staged_edit_is_kept_too(source, target):
    demo.make_workspace(source, target)
    (target / "params.yaml").write_text("seed: 7")
    git(target, "add", "--all")
    demo.make_workspace(source, target, ["seed=8"])
    assert (target / "params.yaml").read_text() == "seed: 7"
    assert git(target, "status", "--porcelain") == b" M params.yaml\n"


@pytest.mark.parametrize("content", ["seeds: 1", "seed: [1"])
def test_params_that_lack_what_is_overridden_leave_the_demos_as_they_were(source, target, content):
    demo.make_workspace(source, target, ["seed=8"])
    good = (source / "params.yaml").read_text()
    (source / "params.yaml").write_text(content)
    with pytest.raises(UserError, match=r"params\.yaml has not what the demo changes of it \(.+\): put"):
        demo.make_workspace(source, target, ["seed=8"])
    (source / "params.yaml").write_text(good + "\nepochs: 3\n")
    demo.make_workspace(source, target, ["seed=8"])
    assert (target / "params.yaml").read_text() == "seed: 8\nepochs: 3\n"


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"])
def test_a_hook_of_git_does_not_lead_it_into_the_repository(source, target, monkeypatch, variable):
    values = {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": "."}
    monkeypatch.setenv(variable, str(source / values[variable]))
    demo.make_workspace(source, target)
    monkeypatch.delenv(variable)
    assert git(source, "log", "--format=%s") == b"first\n"
    assert git(source, "status", "--porcelain") == b""
    assert git(target, "log", "--format=%s") == b"The pipeline as it stands\n"


def test_a_folder_in_the_place_of_a_link_is_left_alone(source, target):
    (target / "src").mkdir(parents=True)
    with pytest.raises(UserError, match="is no link to"):
        demo.make_workspace(source, target)


def test_without_git_it_says_so(source, target, monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "_environment", lambda: {"PATH": str(tmp_path)})
    with pytest.raises(UserError, match="git is not installed"):
        demo.make_workspace(source, target)
