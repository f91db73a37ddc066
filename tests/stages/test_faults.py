"""Faults of the inputs: a stage says one thing that helps, and leaves nothing half-written."""

import importlib
import io
import json
import os
import stat
import struct
import sys
import zipfile
import zlib

import pytest
from PIL import Image

from emotions.stages import command

CLASSES = ("angry", "happy")


def png(size=(48, 48), tone=0):
    content = io.BytesIO()
    Image.new("L", size, tone).save(content, "PNG")
    return content.getvalue()


def faces_zip(path, *more, without=None):
    """A sound archive of two faces a class and split, without one of the classes, and more entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for split in ("Training", "Testing"):
            for label, name in enumerate(CLASSES):
                for number in range(2):
                    if name != without:
                        tone = 100 * label + 10 * number + (split == "Testing")
                        archive.writestr(f"{split}/{split}/{name}/{number}.png", png(tone=tone))
        for entry, content in more:
            archive.writestr(entry, content)


def truncated(path):
    faces_zip(path)
    path.write_bytes(path.read_bytes()[:-30])


def damaged(path):
    faces_zip(path, ("Training/Training/angry/x.png", b"A" * 1000))
    path.write_bytes(path.read_bytes().replace(b"A" * 1000, b"A" * 500 + b"B" * 500))


def symlink(path):
    entry = zipfile.ZipInfo("Training/Training/angry/link.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    faces_zip(path, (entry, "/etc/hostname"))


def byte_bomb(path):
    entry = zipfile.ZipInfo("Training/Training/angry/bomb.png")
    entry.compress_type = zipfile.ZIP_DEFLATED
    faces_zip(path, (entry, b"\0" * 11 * 2**20))


def pixel_bomb(path):
    """A PNG of a few bytes that says it has 10^10 pixels."""
    size = 100_000
    header = b"IHDR" + struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    content = png()
    faces_zip(
        path,
        (
            "Training/Training/angry/bomb.png",
            content[:8]
            + struct.pack(">I", 13)
            + header
            + struct.pack(">I", zlib.crc32(header))
            + content[33:],
        ),
    )


ARCHIVES = {
    "missing": (lambda path: None, "is missing"),
    "truncated": (truncated, "truncated or damaged zip"),
    "web page": (lambda path: path.write_bytes(b"<html>"), "is a web page"),
    "damaged entry": (damaged, "x.png"),
    "leads out": (lambda path: faces_zip(path, ("../x.png", png())), "leads out of the archive"),
    "absolute": (lambda path: faces_zip(path, ("/x.png", png())), "is an absolute path"),
    "symlink": (symlink, "is a link, and no file"),
    "byte bomb": (byte_bomb, "bomb.png"),
    "pixel bomb": (pixel_bomb, "more than 8192x8192 pixels"),
    "no image": (
        lambda path: faces_zip(path, ("Training/Training/angry/x.png", b"text")),
        "neither JPEG, PNG nor WebP",
    ),
    "folder without a class": (lambda path: faces_zip(path, without="happy"), "Training/happy"),
    "empty": (lambda path: zipfile.ZipFile(path, "w").close(), "holds no faces"),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that calls a stage as its command does, in this test's folder, and returns how it exits."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def run(stage, **paths):
        words = [word for name, path in paths.items() for word in (f"--{name}", path)]
        monkeypatch.setattr(sys, "argv", [stage, *words])
        with pytest.raises(SystemExit) as caught:
            command.run(importlib.import_module(f"emotions.stages.{stage}").main)
        return caught.value.code

    return run


def refused(code, text):
    """Python prints a text, and exits with 1."""
    assert code.startswith("error: ")
    assert text in code


@pytest.mark.parametrize("fault", ARCHIVES)
def test_prepare_refuses_an_archive_and_works_with_a_sound_one(fault, run, tmp_path):
    make, text = ARCHIVES[fault]
    plan = {"seed": 0, "source": "archive", "classes": CLASSES}
    plan["prepare"] = {"validation": 0.5, "skip_unreadable": False}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    paths = {"plan": "plan.json", "archive": "faces.zip", "faces": "faces.npz", "dataset": "dataset.json"}
    make(tmp_path / "faces.zip")
    refused(run("prepare", **paths), text)
    assert {file.name for file in tmp_path.iterdir()} <= {"plan.json", "faces.zip"}
    if fault in {"truncated", "pixel bomb"}:
        faces_zip(tmp_path / "faces.zip")
        assert run("prepare", **paths) == 0
        assert (tmp_path / "faces.npz").is_file()


def test_a_plan_that_is_missing_or_of_another_version_is_named(run, tmp_path):
    paths = {"plan": "plan.json", "archive": "a.zip"}
    refused(run("download", **paths), "plan.json is missing: `dvc repro plan` writes it")
    (tmp_path / "plan.json").write_text('{"other": 1}')
    refused(run("download", **paths), "`dvc repro --force plan` renews it")


def test_a_model_that_is_none_is_named(run, tmp_path, faces, evaluate_plan):
    (tmp_path / "plan.json").write_text(evaluate_plan.model_dump_json())
    faces.save(tmp_path / "faces.npz")
    (tmp_path / "m.keras").write_bytes(os.urandom(100))
    outs = {name: f"out/{name}" for name in ("metrics", "details", "predictions")}
    inputs = {"plan": "plan.json", "faces": "faces.npz", "model": "m.keras"}
    done = run("evaluate", **inputs, history="h", timing="t", **outs)
    refused(done, "m.keras can't be loaded as a Keras model")
    assert not (tmp_path / "out").exists()


def test_training_without_faces_is_named(run, tmp_path, cell):
    (tmp_path / "cell.json").write_text(cell().model_dump_json())
    inputs = {"cell": "cell.json", "faces": "faces.npz", "statistics": "s.npz"}
    done = run("train", **inputs, model="m.keras", history="h.csv", timing="t.json")
    refused(done, "run `dvc repro prepare`")
