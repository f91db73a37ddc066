"""`kill -9`, of training and of DVC: what is run again ends as what was never killed.

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

from emotions.runtime.atomic_files import write_json, write_text
from emotions.runtime.code_hash import digests
from emotions.settings.data import DownloadPlan, Drawing, Synthetic
from workspace import Workspace

pytestmark = pytest.mark.long

TESTS = Path(__file__).parent
CELL = "train@Tiny-baseline"
EPOCHS, STEPS = 5, 5
FACES, STATISTICS = "data/prepared/faces.npz", "data/statistics.npz"
MODEL, HISTORY, TIMING = (
    "models/Tiny/baseline.keras",
    "history/Tiny/baseline.csv",
    "history/Tiny/baseline.json",
)
STAGE = [
    *("--cell", "data/plan/Tiny/baseline.json", "--faces", FACES, "--statistics", STATISTICS),
    *("--model", MODEL, "--history", HISTORY, "--timing", TIMING),
]
SECONDS = 180

yaml = YAML()


class Pipeline(Workspace):
    """Trains one cell, may be stopped in it, and is as if it never had been after `forget`."""

    def __init__(self, path, cell, faces, statistics):
        super().__init__(path)
        self.mark = path / ".git" / "stopped"
        self.change({"grid": {"backbones": ["Tiny"], "variants": ["baseline"]}})
        faces.save(path / FACES)
        statistics.save(path / STATISTICS)
        for stage in ("download", "train"):
            write_json(
                path / f"data/plan/code/{stage}.json", digests(f"emotions.stages.{stage}", path / "src")
            )
        drawing = Drawing(seed=0, classes=faces.classes, images=Synthetic(train=60, test=24))
        for name, plan in {"download": DownloadPlan(synthetic=drawing), "Tiny/baseline": cell}.items():
            write_text(path / f"data/plan/{name}.json", plan.model_dump_json())

    def run(self, *words, module, stop_at=None, **environment):
        if stop_at:
            environment |= {"EMOTIONS_TEST_STOP_AT": stop_at, "EMOTIONS_TEST_STOPPED": str(self.mark)}
        self.mark.unlink(missing_ok=True)
        return self.start(*words, module=module, pythonpath=[TESTS / "killing", TESTS], **environment)

    def train(self, stop_at=None):
        """Start the stage as DVC would."""
        return self.run(*STAGE, module="emotions.stages.train", stop_at=stop_at)

    def repro(self, stage=CELL, **options):
        """Start DVC, for one stage."""
        return self.run("repro", "--single-item", stage, module="dvc", **options)

    def end_all(self):
        """Kill what a failed test left: processes that work in this folder."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.cwd()) == self.path:
                    process.kill()

    def stopped(self, started):
        """Wait until the process that trains stops; return it."""
        wait_for(lambda: self.mark.exists() or started.poll() is not None)
        assert self.mark.exists(), started.communicate()
        return psutil.Process(int(self.mark.read_text()))

    def forget(self):
        (self.path / "dvc.lock").unlink(missing_ok=True)
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
        """MD5 of model and history; there is nothing half-written, and no checkpoint."""
        checkpoints = self.path.glob(".checkpoints/*")
        assert not [*self.path.rglob(".writing-*"), *(one for one in checkpoints if one.suffix != ".lock")]
        return {name: hashlib.md5((self.path / name).read_bytes()).hexdigest() for name in (MODEL, HISTORY)}

    def recorded(self):
        """MD5 of model and history in `dvc.lock`, once git sees nothing else that is new."""
        seen = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=all"],
            cwd=self.path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert seen.stdout.split("\n") == [" M params.yaml", "?? dvc.lock", ""]
        outs = yaml.load(self.path / "dvc.lock")["stages"][CELL]["outs"]
        return {out["path"]: out["md5"] for out in outs if out["path"] != TIMING}


def end(process):
    """Wait for the end of a process that does well; return the epochs that were trained."""
    stdout, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, stdout + said
    return epochs(said)


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
def prepared(tmp_path_factory, cell, faces, statistics):
    """The pipeline, and what an uninterrupted training leaves."""
    plateau = {"monitor": "val_accuracy", "factor": 0.5, "patience": 0}
    settings = {"batch_size": 16, "learning_rate": 0.02, "optimizer": "adam", "reduce_lr_on_plateau": plateau}
    tiny = cell("Dropping", epochs=EPOCHS, **settings)
    pipeline = Pipeline(tmp_path_factory.mktemp("pipeline"), tiny, faces, statistics)
    assert end(pipeline.train()) == [1, 2, 3, 4, 5]
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
    # where training stops and is killed, whole epochs kept, what is half-written
    ("checkpoint half-written 2", 1, [".writing-last.npz"]),
    ("model half-written 1", 5, [".writing-baseline.keras"]),
    ("model written 1", 5, []),
]


def test_killed_again_and_again_it_goes_on_from_the_last_whole_epoch(pipeline, expected):
    before = 0
    for stop_at, kept, half_written in KILLS:
        trainer = pipeline.train(stop_at)
        pipeline.stopped(trainer)
        trainer.kill()
        assert epochs(trainer.communicate()[1]) == [*range(before + 1, kept + 1)], stop_at
        assert pipeline.kept() == kept, stop_at
        assert [path.name for path in pipeline.path.rglob(".writing-*")] == half_written
        before = kept
    assert end(pipeline.train()) == []
    assert pipeline.results() == expected


def test_when_dvc_alone_is_killed_its_training_ends_and_never_meets_the_next(pipeline, expected):
    dvc = pipeline.repro(stop_at=f"step {STEPS + 2}", EMOTIONS_TEST_DEAF="1")
    orphan = pipeline.stopped(dvc)
    dvc.kill()
    dvc.wait()

    again = pipeline.repro(stop_at=f"step {STEPS + 2}")
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

    trainer = pipeline.stopped(again)
    assert pipeline.kept() == 2
    again.kill()
    killed = time.monotonic()
    trainer.wait(timeout=SECONDS)
    assert time.monotonic() - killed < 10
    said = again.communicate(timeout=SECONDS)[1]
    assert epochs(said) == [2]
    assert "The process that started this one has died" in said

    assert end(pipeline.repro()) == [3, 4, 5]
    assert pipeline.recorded() == pipeline.results() == expected


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_when_dvc_is_killed_before_the_stage_has_imported_anything_the_stage_ends_too(pipeline, shell):
    """A shell may stand between, or become the stage."""
    if not Path(shell).exists():
        pytest.skip(f"no {shell} here")
    if os.getpgid(1) == os.getpgrp():
        pytest.skip("what takes in orphans can't be told from what starts them")
    dvc = pipeline.repro("download", stop_at="start", SHELL=shell)
    pipeline.stopped(dvc)
    dvc.kill()
    dvc.wait()
    pipeline.mark.unlink()
    assert "The process that started this one has died" in dvc.communicate(timeout=SECONDS)[1]
    assert not (pipeline.path / "data/raw/faces.zip").exists()
