"""A DVC project whose trainer is a script: cells `a`, `b`, …, that write files, wait, fail or are killed.

The trainer keeps a checkpoint after every epoch, as the real one does, and goes on from it.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import psutil
import pytest
from dvc.repo import Repo
from ruamel.yaml import YAML

from emotions.cli.start import start
from emotions.fanout.command import main

yaml = YAML(typ="safe")
yaml.default_flow_style = False

TRAIN = """
import json, os, sys, time
from pathlib import Path
import numpy as np

cell, out = sys.argv[1:]
settings = json.loads(Path(f"plan/{cell}.json").read_text())
folder = Path(os.environ.get("EMOTIONS_CHECKPOINTS", ".checkpoints"), settings.get("key", cell))
checkpoint = folder / "last.npz"
history = []
if checkpoint.exists():
    with np.load(checkpoint) as arrays:
        history = json.loads(str(arrays["state"]))["history"]
runs = Path(os.environ["STUB_RUNS"])
note = {"cell": cell, "pid": os.getpid(), "from": len(history), "tries": len(list(runs.glob(f"{cell}-*"))),
        "threads": os.environ.get("EMOTIONS_THREADS"), "omp": os.environ.get("OMP_NUM_THREADS"),
        "gpus": os.environ.get("CUDA_VISIBLE_DEVICES"), "cores": sorted(os.sched_getaffinity(0))}
(runs / f"{cell}-{time.time_ns()}").write_text(json.dumps(note))
if not settings.get("silent"):
    from emotions.runtime.parent_watch import end_with_parent

    end_with_parent()  # as every stage of the project does
if settings.get("fails"):
    print("what went wrong", file=sys.stderr)
    sys.exit(3)
for epoch in range(len(history), settings["epochs"]):
    time.sleep(settings.get("seconds", 0))
    history.append(epoch)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "new.npz", "wb") as file:
        np.savez(file, state=np.array(json.dumps({"history": history})))
    os.replace(folder / "new.npz", checkpoint)
    if not settings.get("silent"):
        line = f"epoch {epoch + 1}/{settings['epochs']}  val_accuracy 0.{epoch}  0:01 left"
        print(line, file=sys.stderr, flush=True)
    if settings.get("stops_at") == epoch + 1 and note["tries"] == 0:
        (runs / f"stopped-{cell}").write_text(str(os.getpid()))
        time.sleep(600)
Path(out).write_text(f"{cell} {settings['epochs']} {Path('data.txt').read_text()}")
checkpoint.unlink(missing_ok=True)
folder.rmdir() if folder.exists() else None
"""
EVALUATE = """
import os, sys, time
from pathlib import Path

cell, model, metrics, predictions = sys.argv[1:]
Path(os.environ["STUB_RUNS"], f"evaluated-{cell}-{time.time_ns()}").touch()
Path(metrics).parent.mkdir(exist_ok=True)
Path(metrics).write_text('{"size": %d}\\n' % len(Path(model).read_text()))
Path(predictions).write_text(Path(model).read_text().upper())
"""
PREPARE = "import sys\nfrom pathlib import Path\nPath(sys.argv[1]).write_text('faces')\n"
STAGES = {
    "prepare": {"cmd": "python prepare.py data.txt", "deps": ["prepare.py"], "outs": ["data.txt"]},
    "train": {
        "matrix": {"cell": "${cells}"},
        "cmd": "python train.py ${item.cell} ${item.cell}.model",
        "deps": ["train.py", "plan/${item.cell}.json", "data.txt"],
        "outs": ["${item.cell}.model"],
    },
    "evaluate": {
        "matrix": {"cell": "${cells}"},
        "cmd": "python evaluate.py ${item.cell} ${item.cell}.model "
        "metrics/${item.cell}.json ${item.cell}.csv",
        "deps": ["evaluate.py", "${item.cell}.model"],
        "outs": [{"metrics/${item.cell}.json": {"cache": False}}, "${item.cell}.csv"],
    },
    "report": {
        "cmd": "python -c \"import os; print(sorted(os.listdir('metrics')), file=open('report.txt', 'w'))\"",
        "deps": ["metrics"],
        "outs": [{"report.txt": {"cache": False}}],
    },
}
SECONDS = 300
"""That a test waits for what it expects, on a machine that other work uses too."""


class Stub:
    """The project in a folder of its own, with a folder beside it in which its stages note that they ran."""

    def __init__(self, folder):
        self.path, self.runs = folder / "project", folder / "runs"
        self.runs.mkdir()

    @classmethod
    def make(cls, folder):
        """Make it anew, with what cells stand on."""
        for name in ("plan", ".dvc/tmp"):
            (folder / "project" / name).mkdir(parents=True)
        made = cls(folder)
        for name, content in {"train": TRAIN, "evaluate": EVALUATE, "prepare": PREPARE}.items():
            (made.path / f"{name}.py").write_text(content)
        with (made.path / "dvc.yaml").open("w") as file:
            yaml.dump({"stages": STAGES}, file)
        made.settings({"a": {}})
        (made.path / ".gitignore").write_text("/data.txt\n*.model\n*.csv\n/.checkpoints\n.writing-*\n")
        (made.path / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
        (made.path / ".dvc" / "config").write_text("[core]\nanalytics = false\ncheck_update = false\n")
        made.git("init", "-q")
        made.git("add", "-A")
        made.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "The pipeline")
        made.repro("prepare")
        return made

    @classmethod
    def copy(cls, template, folder, cells):
        """Copy one that stands, with other cells."""
        shutil.copytree(template.path, folder / "project")
        made = cls(folder)
        made.settings(cells)
        return made

    def settings(self, cells):
        """Write what each cell does, by its name; git has not seen it."""
        (self.path / "params.yaml").write_text(f"cells: [{', '.join(cells)}]\n")
        for name, own in cells.items():
            (self.path / "plan" / f"{name}.json").write_text(json.dumps({"epochs": 1} | own))

    def remote(self, url, **options):
        """Set the default remote."""
        lines = [f"{name} = {value}" for name, value in {"url": url, **options}.items()]
        with (self.path / ".dvc" / "config").open("a") as config:
            config.write("\n".join(["remote = store", "['remote \"store\"']", *lines, ""]))

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout

    def environment(self, **more):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        source = str(Path(__file__).parents[2] / "src")
        return os.environ | {"PATH": path, "PYTHONPATH": source, "STUB_RUNS": str(self.runs)} | more

    @contextlib.contextmanager
    def inside(self, **environment):
        """Put this process into the project."""
        with contextlib.chdir(self.path), mock.patch.dict(os.environ, self.environment(**environment)):
            yield

    def start(self, *words, **environment):
        """Start a fan-out in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "emotions.fanout", *words],
            cwd=self.path, env=self.environment(**environment),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # A shell that runs the tests in the background has it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def fanout(self, *words, status=0, **environment):
        """Run a fan-out in this process; return what it says."""
        said = io.StringIO()
        with (
            self.inside(**environment),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            pytest.raises(SystemExit) as ended,
        ):
            start(lambda: main(words))
        if isinstance(ended.value.code, str):
            said.write(ended.value.code)
        assert (1 if isinstance(ended.value.code, str) else ended.value.code) == status, said.getvalue()
        return said.getvalue()

    def repro(self, *stages, **options):
        """Run stages by DVC itself."""
        with self.inside(), Repo() as repo:
            repo.reproduce(list(stages), **options)

    def stale(self):
        """The stages that DVC takes for stale."""
        with self.inside(), Repo() as repo:
            return set(repo.status())

    def trained(self, cell=None):
        """What trainers noted at their starts, in order, of a cell or of all."""
        names = sorted(self.runs.glob(f"{cell or '?'}-*"), key=lambda path: path.name.rpartition("-")[2])
        return [json.loads(path.read_text()) for path in names]

    def evaluated(self):
        return sorted(path.name.split("-")[1] for path in self.runs.glob("evaluated-*"))

    def stopped(self, cell):
        """Wait until a cell's trainer has stopped, and return its process."""
        mark = self.runs / f"stopped-{cell}"
        return psutil.Process(int(wait_for(lambda: mark.exists() and mark.read_text())))

    def clones(self):
        """The folders of attempts that are there."""
        return list((self.path.parent / "tmp").glob("emotions-*/cell-*"))


def ended(process, status=0):
    """Wait for the end of what `Stub.start` gave; return what it said."""
    try:
        stdout, stderr = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        raise
    assert process.returncode == status, stdout + stderr
    assert "Traceback" not in stderr
    return stdout + stderr


def wait_for(condition):
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
