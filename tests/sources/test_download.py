"""Stage `download` as the pipeline runs it, in a process of its own."""

import io
import json
import os
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from kaggle_server import serving

CLASSES = ["angry", "fear", "happy", "neutral", "sad", "surprise"]


@pytest.fixture(scope="module")
def body():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(2):
            archive.writestr(
                f"Training/Training/Happy/{number}.jpg", np.random.default_rng(number).bytes(1 << 20)
            )
    return packed.getvalue()


@pytest.fixture
def server(body):
    with serving(body) as server:
        yield server


@pytest.fixture
def command(tmp_path, path, server):
    """A function that writes a plan and returns what `subprocess.run` needs to run it."""

    def make(source, limit="unlimited", given=None):
        sources = {
            "kaggle": {"dataset": "apollo2506/faces", "version": None, "deadline_s": 60.0},
            "archive": {"path": given},
            "synthetic": {"seed": 0, "classes": CLASSES, "images": {"train": 60, "test": 24}},
        }
        (tmp_path / "plan.json").write_text(json.dumps({source: sources[source]}))
        stage = f"{sys.executable} -m emotions.stages.download --plan plan.json --archive raw/faces.zip"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KAGGLE_", "XDG_")) and not name.lower().endswith("_proxy")
        }
        return {
            "args": ["/bin/sh", "-c", f"ulimit -f {limit} && exec {stage}"],
            "cwd": tmp_path,
            "env": kept | server.environment | {"HOME": str(tmp_path)},
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }

    return make


def run(options):
    done = subprocess.run(**options, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in (options["cwd"] / "raw").iterdir()] == ["faces.zip"]
    return done


def test_kaggle(command, path, body):
    done = run(command("kaggle"))
    assert (done.returncode, path.read_bytes()) == (0, body)
    assert done.stdout == f"raw/faces.zip: 2 files, {len(body):,} bytes\n"


def test_archive(command, path, tmp_path, body):
    (tmp_path / "given.zip").write_bytes(body)
    done = run(command("archive", given="given.zip"))
    assert (done.returncode, path.read_bytes()) == (0, body)


def test_synthetic(command, path):
    done = run(command("synthetic"))
    assert done.returncode == 0
    with zipfile.ZipFile(path) as archive:
        assert sum(name.endswith(".png") for name in archive.namelist()) == 84


def test_a_fault_of_kaggle_ends_in_one_message(command, server, untouched):
    server.fault = "corrupt"
    done = run(command("kaggle"))
    assert (done.returncode, done.stdout, untouched()) == (1, "", True)
    assert done.stderr.count("error: ") == 1
    assert "data.source: archive" in done.stderr


def test_a_path_that_is_not_set_ends_in_one_message(command, untouched):
    done = run(command("archive"))
    assert (done.returncode, untouched()) == (1, True)
    assert done.stderr.startswith("error: data.source is archive, and data.archive.path is null")


def test_a_full_disk_ends_in_one_message(command, untouched):
    done = run(command("kaggle", limit=1000))
    assert (done.returncode, untouched()) == (1, True)
    assert "can't be written: File too large: raise the limit" in done.stderr


def test_ctrl_c_leaves_nothing_behind(command, server, untouched):
    server.fault = "stall"

    def heed_ctrl_c():
        """Even where this test runs in a shell's background, which ignores it."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(**command("kaggle"), preexec_fn=heed_ctrl_c) as stage:
        assert server.stalled.wait(30)
        stage.send_signal(signal.SIGINT)
        _, err = stage.communicate(timeout=30)
    assert stage.returncode == 130
    assert "Traceback" not in err
    assert untouched()
