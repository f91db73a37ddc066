"""A fault at any write leaves every file whole, the old one or the new one, and nothing beside it."""

import contextlib
import errno
import functools
import io
import os
import re
import resource
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotions.data.class_counts import draw_chart
from emotions.models.saving import save
from emotions.runtime.atomic_files import write_arrays, write_json, write_text
from emotions.runtime.tensorflow_import import keras
from emotions.settings.data import Kaggle
from emotions.sources import archive, kaggle
from emotions.sources import synthetic_archive as synthetic
from emotions.sources.kaggle_client import Outcome
from emotions.stages import plan
from emotions.training.checkpoint import CheckpointCallback, State
from tiny import Dropping

pytestmark = pytest.mark.long

PARAMS = Path(__file__).parents[1] / "params.yaml"
DIGESTS = functools.cache(plan.digests)
"""To hash the code again for each write would take most of the time."""
STEPS = {"open": 0, "os.mkdir": 0, "os.rename": 1}
"""What opens, makes or renames a file tells Python's auditing of it, with the path at this place."""


class Disk:
    """Counts the steps by which a folder's files are written, and lets them fail."""

    def __init__(self):
        self.folder = None
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if self.folder is None or event not in STEPS:
            return
        path = arguments[STEPS[event]]
        writes = event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not writes or not isinstance(path, str | os.PathLike) or self.folder not in Path(path).parents:
            return
        self.steps.append(event)
        if self.failing is not None and len(self.steps) >= self.failing:
            raise OSError(self.code, os.strerror(self.code), str(path))

    @contextlib.contextmanager
    def steps_of(self, folder, failing=None, code=None):
        """List the steps in a block; the one of the number `failing` fails, and all behind it."""
        self.folder, self.failing, self.code, self.steps = folder, failing, code, []
        try:
            yield self.steps
        finally:
            self.folder = None


@contextlib.contextmanager
def no_file_longer_than(size):
    """The kernel refuses what is written behind that byte, to C libraries too, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="module")
def disk():
    return Disk()


@pytest.fixture(scope="module")
def model():
    pixels = keras.Input((8, 8, 3))
    network = Dropping(weights=None, input_shape=(8, 8, 3), classes=6, classifier_activation=None)
    model = keras.Model(pixels, network(pixels))
    model.compile(optimizer="adam", loss="mse", jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def content(version):
    return {"version": version, "filling": "x" * 100_000 * (version + 1)}


def keep(model, path, version):
    model.trainable_variables[-1].assign(np.full(6, version))
    keeper = CheckpointCallback(path, State(history=[{"loss": float(version)}], plateau={}), None)
    keeper.set_model(model)
    keeper.on_epoch_end(version)


def save_model(model, path, version):
    model.trainable_variables[-1].assign(np.full(6, version))
    save(model, path)


def given_once(path, make):
    """A file that the user gives: made when it is first asked for, before anything fails."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())
    return path


def picture(version):
    content = io.BytesIO()
    Image.new("L", (48, 48), version).save(content, "PNG", compress_level=0)
    return content.getvalue()


def packed(version):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        undated = zipfile.ZipInfo("Training/Training/angry/1.png")
        archive.writestr(undated, picture(version))
    return content.getvalue()


def pack_folder(path, version):
    folder = path.parents[1] / f"given-{version}"
    given_once(folder / "Training" / "Training" / "angry" / "1.png", lambda: picture(version))
    archive.write_archive(str(folder), path)


def copy_zip(path, version):
    given = given_once(path.parents[1] / f"given-{version}.zip", lambda: packed(version))
    archive.write_archive(str(given), path)


def download(path, version):
    """As Kaggle's client, which is a process of its own, leaves it."""

    def attempt(source, temporary, deadline, environment):
        (temporary.parent / "faces.zip").write_bytes(packed(version))
        return Outcome("done")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kaggle, "_attempt", attempt)
        kaggle.write_archive(Kaggle(dataset="some/faces", version=None, deadline_s=10.0), path)


def write_plans(path, version):
    few = re.sub(r"(?m)^  backbones: \[ResNet50V2.*$", "  backbones: [VGG16]", PARAMS.read_text())
    text = few.replace("seed: 0", f"seed: {version}")
    params = given_once(path.parents[1] / f"params-{version}.yaml", text.encode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "digests", DIGESTS)
        plan.main(params, PARAMS.parent / "networks", path.parent)


def save_faces(path, version, faces):
    replace(faces, seen=np.full(len(faces.seen), bool(version))).save(path)


WRITERS = {
    "text": lambda path, version, given: write_text(path, content(version)["filling"]),
    "json": lambda path, version, given: write_json(path, content(version)),
    "arrays": lambda path, version, given: write_arrays(path, {"a": np.full(100_000, version)}),
    "faces": lambda path, version, given: save_faces(path, version, given["faces"]),
    "statistics": lambda path, version, given: replace(given["statistics"], mean=float(version)).save(path),
    "model": lambda path, version, given: save_model(given["model"], path, version),
    "checkpoint": lambda path, version, given: keep(given["model"], path, version),
    "chart": lambda path, version, given: draw_chart(path, {"training": {"a": version + 1}}, generated=True),
    "drawn": lambda path, version, given: synthetic.write_archive(path, ("happy", "sad"), 3, 2, seed=version),
    "folder": lambda path, version, given: pack_folder(path, version),
    "zip": lambda path, version, given: copy_zip(path, version),
    "download": lambda path, version, given: download(path, version),
    "plans": lambda path, version, given: write_plans(path, version),
}
NAMES = {"model": "m.keras", "chart": "c.png", "drawn": "f.zip", "folder": "f.zip", "zip": "f.zip"}


@pytest.fixture(params=WRITERS)
def write(request, tmp_path, model, faces, statistics):
    """A function that writes the old version, 0, or the new one, 1, into the folder `tmp_path / "out"`."""
    path = tmp_path / "out" / NAMES.get(request.param, "file.npz")
    given = {"model": model, "faces": faces, "statistics": statistics}
    return lambda version: WRITERS[request.param](path, version, given)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_sound(folder, old, new):
    """Every file is whole, old or new, and no folder is left over."""
    found = files(folder)
    assert found.keys() == old.keys()
    assert all(found[name] in (old[name], new[name]) for name in found)
    assert {path for path in folder.rglob("*") if path.is_dir()} <= {
        folder / name for name in directories(old)
    }


def directories(names):
    return {parent for name in names for parent in name.parents}


def test_a_fault_at_any_write_leaves_the_old_file_or_the_new_one(write, disk, tmp_path):
    folder = tmp_path / "out"
    write(0)
    old = files(folder)
    with disk.steps_of(folder) as steps:
        write(1)
    new = files(folder)
    write(0)
    count = len(steps)
    assert {"open", "os.mkdir", "os.rename"} <= set(steps)
    assert old.keys() == new.keys()
    assert old != new

    for failing in {*range(1, min(count, 9) + 1), count}:
        for code in (errno.ENOSPC, errno.EACCES):
            with disk.steps_of(folder, failing, code), pytest.raises(OSError, match=os.strerror(code)):
                write(1)
            is_sound(folder, old, new)

    longest = max(len(one) for one in new.values())
    for size in (0, 1, longest // 2, longest - 1):
        with no_file_longer_than(size), pytest.raises(OSError, match="File too large"):
            write(1)
        is_sound(folder, old, new)

    write(1)
    assert files(folder) == new
