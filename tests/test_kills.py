"""`kill -9`, of training, of DVC or of both, under real DVC: what is run again ends as what was never killed.

The backbone is tiny, with a dropout and moving averages; `killing/sitecustomize.py` stops the process that
trains at the moment to be killed at.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from ruamel.yaml import YAML

from workspace import Workspace

TESTS = Path(__file__).parent
CELL = "train@Tiny-baseline"
EPOCHS, STEPS = 5, 6
MODEL, HISTORY = "models/Tiny/baseline.keras", "history/Tiny/baseline.csv"
SECONDS = 180

yaml = YAML()


class Pipeline(Workspace):
    """Trains one cell, may be stopped in it, and is as if it never had been after `forget`."""

    def __init__(self, path):
        super().__init__(path)
        self.mark = path / ".git" / "stopped"
        for key, value in {
            "data/source": "synthetic",
            "data/synthetic": {"train": 100, "test": 30},
            "backbones/Tiny": {"network": "tiny:Dropping", "smallest": 8, "any_size": False},
            "grid": {"backbones": ["Tiny"], "variants": ["baseline"]},
            "train/epochs": EPOCHS,
            "train/batch_size": 16,
            "train/learning_rate": 0.02,
            "train/optimizer": "adam",
            "train/reduce_lr_on_plateau": {"monitor": "val_accuracy", "factor": 0.5, "patience": 0},
        }.items():
            self.change(key, value)

    def run(self, stop_at=None, **environment):
        if stop_at:
            environment |= {"EMOTIONS_TEST_STOP_AT": stop_at, "EMOTIONS_TEST_STOPPED": str(self.mark)}
        self.mark.unlink(missing_ok=True)
        return self.start("repro", CELL, pythonpath=[TESTS / "killing", TESTS], **environment)

    def end_all(self):
        """Kill what a failed test left: processes that work in this folder."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.cwd()) == self.path:
                    process.kill()

    def finish(self):
        """Run to the end; return what was said, and which epochs were trained."""
        process = self.run()
        stdout, said = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, stdout + said
        return said, epochs(said)

    def trainer(self, dvc):
        """Wait until the process that DVC trains in stops; return it."""
        wait_for(lambda: self.mark.exists() or dvc.poll() is not None)
        assert self.mark.exists(), dvc.communicate()
        return psutil.Process(int(self.mark.read_text()))

    def forget(self):
        lock = yaml.load(self.path / "dvc.lock")
        lock["stages"].pop(CELL, None)
        yaml.dump(lock, self.path / "dvc.lock")
        for folder in ("models", "history", ".checkpoints", ".dvc/cache/runs"):
            shutil.rmtree(self.path / folder, ignore_errors=True)

    def kept(self):
        """How many whole epochs the checkpoint holds."""
        files = list(self.path.glob(".checkpoints/*/last.npz"))
        if not files:
            return 0
        with np.load(files[0]) as arrays:
            return len(json.loads(str(arrays["state"]))["history"])

    def results(self):
        """MD5 of model and history as DVC has them and as they are, and all that git sees."""
        outs = {out["path"]: out["md5"] for out in yaml.load(self.path / "dvc.lock")["stages"][CELL]["outs"]}
        files = {name: hashlib.md5((self.path / name).read_bytes()).hexdigest() for name in (MODEL, HISTORY)}
        assert {name: outs[name] for name in files} == files
        git = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=all"],
            cwd=self.path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return files, git.stdout

    def rests(self):
        """What is half-written, or a checkpoint: nothing after a run that ended well."""
        checkpoints = self.path.glob(".checkpoints/*")
        return [*self.path.rglob(".writing-*"), *(path for path in checkpoints if path.suffix != ".lock")]


def epochs(said):
    lines = [line.split() for line in said.splitlines() if line.startswith("epoch ")]
    return [int(words[1].partition("/")[0]) for words in lines]


def wait_for(condition):
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The pipeline, and what an uninterrupted training leaves."""
    pipeline = Pipeline(tmp_path_factory.mktemp("pipeline"))
    _, trained = pipeline.finish()
    assert trained == [1, 2, 3, 4, 5]
    rates = (pipeline.path / HISTORY).read_text().splitlines()
    assert len({row.rpartition(",")[2] for row in rates[1:]}) > 1, "the plateau's counters would not matter"
    return pipeline, pipeline.results()


@pytest.fixture
def pipeline(prepared):
    prepared[0].forget()
    yield prepared[0]
    prepared[0].end_all()


@pytest.fixture
def expected(prepared):
    return prepared[1]


KILLS = [
    # where training stops, what is killed there, whole epochs kept, what is half-written
    ("step 3", "trainer", 0, []),
    (f"step {STEPS + 2}", "both", 1, []),
    ("checkpoint half-written 2", "trainer", 2, [".writing-last.npz"]),
    ("last epoch done 1", "trainer", 5, []),
    ("model half-written 1", "both", 5, [".writing-baseline.keras"]),
    ("model written 1", "trainer", 5, []),
]


def test_killed_again_and_again_it_goes_on_from_the_last_whole_epoch(pipeline, expected):
    before = 0
    for stop_at, killed, kept, half_written in KILLS:
        dvc = pipeline.run(stop_at)
        trainer = pipeline.trainer(dvc)
        if killed == "both":
            dvc.kill()
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended with DVC already
            trainer.kill()
        _, said = dvc.communicate(timeout=SECONDS)
        assert dvc.returncode != 0
        assert epochs(said) == [*range(before + 1, kept + 1)], stop_at
        assert pipeline.kept() == kept, stop_at
        assert [path.name for path in pipeline.path.rglob(".writing-*")] == half_written
        before = kept
    _, trained = pipeline.finish()
    assert trained == []
    assert pipeline.results() == expected
    assert pipeline.rests() == []


def test_when_dvc_alone_is_killed_its_training_ends_and_never_meets_the_next(pipeline, expected):
    dvc = pipeline.run(f"step {STEPS + 2}", EMOTIONS_TEST_DEAF="1")
    orphan = pipeline.trainer(dvc)
    dvc.kill()
    dvc.wait()

    again = pipeline.run(f"step {STEPS + 2}")
    # A trainer that did not wait would say nothing, and stop: with DVC it ends, and what it says with it.
    watchdog = threading.Timer(SECONDS, again.kill)
    watchdog.start()
    said = ""
    while "Another process trains this very cell; waiting for it to end." not in said:
        line = again.stderr.readline()
        assert line, said
        said += line
    watchdog.cancel()
    assert orphan.is_running()
    assert pipeline.kept() == 1
    orphan.kill()
    assert epochs(dvc.communicate(timeout=SECONDS)[1]) == [1]

    trainer = pipeline.trainer(again)
    assert pipeline.kept() == 2
    again.kill()
    killed = time.monotonic()
    trainer.wait(timeout=SECONDS)
    assert time.monotonic() - killed < 10
    said = again.communicate(timeout=SECONDS)[1]
    assert epochs(said) == [2]
    assert "The process that started this one has died" in said

    _, trained = pipeline.finish()
    assert trained == [3, 4, 5]
    assert pipeline.results() == expected
    assert pipeline.rests() == []


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_when_dvc_is_killed_before_the_stage_has_imported_anything_the_stage_ends_too(pipeline, shell):
    """A shell may stand between, or become the stage."""
    if not Path(shell).exists():
        pytest.skip(f"no {shell} here")
    if os.getpgid(1) == os.getpgrp():
        pytest.skip("what takes in orphans can't be told from what starts them")
    dvc = pipeline.run("step 1", SHELL=shell)

    def stages():
        with contextlib.suppress(psutil.Error):
            below = psutil.Process(dvc.pid).children(recursive=True)
            return [one for one in below if "emotions.stages.train" in one.cmdline()]

    stage = wait_for(stages)[0]
    dvc.kill()
    dvc.wait()
    wait_for(lambda: pipeline.mark.exists() or not alive(stage))
    with contextlib.suppress(psutil.NoSuchProcess):
        stage.kill()
    assert not pipeline.mark.exists()
    assert "The process that started this one has died" in dvc.communicate()[1]
