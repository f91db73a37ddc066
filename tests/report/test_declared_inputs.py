"""`report` and `plots` stand on what `dvc.yaml` declares, all of it in git, and on nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from emotions.stages import plots, report

ROOT = Path(__file__).parents[2]
STAGES = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
MAINS = {"report": report.main, "plots": plots.main}


def declared(stage):
    """Return the dependencies but for the list of the code, which is read before the stage itself runs."""
    return {Path(dep) for dep in STAGES[stage]["deps"]} - {Path(f"data/plan/code/{stage}.json")}


def told(stage):
    """Return the paths on the command line, likewise, by their names."""
    words = STAGES[stage]["cmd"].split()[3:]
    paths = {name.removeprefix("--"): Path(path) for name, path in zip(words[::2], words[1::2], strict=True)}
    del paths["code"]
    return paths


class Watch:
    """Records which files Python opens to read while it is on."""

    def __init__(self):
        self.opened, self.on = set(), False
        sys.addaudithook(self)  # for good: a hook can't be taken out

    def __call__(self, event, arguments):
        if self.on and event == "open" and isinstance(arguments[0], str | os.PathLike):
            path, _, flags = arguments
            # `.writing-…` are folders that atomic writes take away again.
            if flags & os.O_ACCMODE == os.O_RDONLY and ".writing-" not in os.fspath(path):
                self.opened.add(Path(os.path.realpath(path)))

    def below(self, folder):
        real = folder.resolve()
        return {one.relative_to(real) for one in self.opened if one.is_relative_to(real)}


WATCH = Watch()


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A function that copies what a stage declares of a project into a folder, and goes there."""

    def make(project, stage):
        for path in declared(stage):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (project.folder / path).is_dir() else shutil.copyfile
            copy(project.folder / path, tmp_path / path)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


@pytest.mark.parametrize("stage", MAINS)
def test_a_clone_without_any_cache_gives_the_same_bytes(stage, whole, clone, monkeypatch):
    folder = clone(whole(), stage)
    monkeypatch.setattr(WATCH, "on", True)
    MAINS[stage](**told(stage))
    monkeypatch.undo()
    read, deps = WATCH.below(folder), declared(stage)
    assert {one for one in read if not deps & {one, *one.parents}} == set()
    assert {dep for dep in deps if not any(dep in (one, *one.parents) for one in read)} == set()
    # What lies in the project besides must not matter: its pages were written beside it.
    source = whole().folder
    if stage == "plots":
        plots.main(**{name: source / path for name, path in told(stage).items()})
    for out in (Path(next(iter(out))) for out in STAGES[stage]["outs"]):
        assert (folder / out).read_bytes() == (source / out).read_bytes()
        assert (folder / out).stat().st_size > 300


@pytest.mark.parametrize("stage", MAINS)
def test_git_holds_what_they_declare_but_for_the_plan(stage):
    words = ["git", "ls-files", "-z"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    known = {parent for name in listed for parent in (Path(name), *Path(name).parents)}
    assert declared(stage) - known == {Path("data/plan/report.json")}
