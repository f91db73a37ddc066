"""Models and charts have the same bytes whatever the user's environment and settings files say.

What is left to the user and changes bits stands in `machine`.
"""

import json
import os
import subprocess
import sys

import pytest

from emotions.runtime import cpu, environment

MATPLOTLIBRC = b"font.size: 20\nsavefig.dpi: 50\nsavefig.bbox: tight\ntext.usetex: True\nsvg.fonttype: path\n"
KERAS_JSON = {
    "floatx": "float16",
    "epsilon": 0.1,
    "backend": "jax",
    "image_data_format": "channels_first",
    "nnx_enabled": True,
}
NO_EFFECT = {
    "KERAS_BACKEND": "theano",
    "KERAS_MAX_EPOCHS": "0",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "true",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "3",
    "TF2_BEHAVIOR": "0",
    "TF_CPP_MIN_LOG_LEVEL": "0",
    "MPLBACKEND": "qt9",
    "PYTHONHASHSEED": "7",
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "tr_TR.UTF-8",
    "SOURCE_DATE_EPOCH": "1",
}
"""Beside files of the same kind in the home."""

RECORDED = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "EMOTIONS_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_enable_fast_math=true",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_NUM_THREADS": "1",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with settings of Keras and Matplotlib."""
    folder = tmp_path_factory.mktemp("home")
    for name, content in (
        (".keras/keras.json", json.dumps(KERAS_JSON).encode()),
        (".config/matplotlib/matplotlibrc", MATPLOTLIBRC),
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    return str(folder)


def call(code, *words, folder, **variables):
    """Run Python in a folder, as a user with these variables."""
    process = subprocess.run(
        [sys.executable, *code, *words],
        cwd=folder,
        env=environment.inherited() | variables,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr.decode()
    return process.stdout


@pytest.fixture(scope="module")
def train(tmp_path_factory, faces, statistics, cell):
    """A function that trains one epoch and returns the bytes of model and history, and `machine`."""
    inputs = tmp_path_factory.mktemp("inputs")
    faces.save(inputs / "faces.npz")
    statistics.save(inputs / "statistics.npz")
    settings = cell("Growing", learning_rate=0.001, preprocessing="zca", dropout=0.3)
    (inputs / "cell.json").write_text(settings.model_dump_json())

    def trained(**variables):
        outs = tmp_path_factory.mktemp("outs")
        words = [f"--{name.partition('.')[0]}={inputs / name}" for name in ("cell.json", "faces.npz")]
        words += [f"--statistics={inputs / 'statistics.npz'}", "--model=model.keras"]
        words += ["--history=history.csv", "--timing=timing.json"]
        path = os.pathsep.join(sys.path)  # for the network, which is one of the tests'
        call(["-m", "emotions.stages.train"], *words, folder=outs, PYTHONPATH=path, **variables)
        made = [(outs / name).read_bytes() for name in ("model.keras", "history.csv")]
        return made, json.loads((outs / "timing.json").read_text())["machine"]

    return trained


@pytest.fixture(scope="module")
def plain(train):
    return train()


def test_training_is_the_same_under_settings_that_are_not_the_projects(train, plain, home):
    assert train(**NO_EFFECT, HOME=home) == plain


MACHINE = """
import json
from emotions.runtime import environment
environment.prepare("always")
from emotions.runtime import hardware
hardware.configure(seed=0)
print(json.dumps(hardware.describe()))
"""
"""What a stage writes of its machine, without the training."""


def test_what_else_changes_training_is_recorded(plain, tmp_path):
    _, usual = plain
    machine = json.loads(call(["-c", MACHINE], folder=tmp_path, **RECORDED))
    assert machine == usual | {
        "onednn": "off",
        "intra_op_threads": 1,
        "environment": "ONEDNN_MAX_CPU_ISA=SSE41 OPENBLAS_NUM_THREADS=1 "
        "XLA_FLAGS=--xla_cpu_enable_fast_math=true",
    }
    assert usual["intra_op_threads"] == cpu.cores()
    assert usual["inter_op_threads"] == 1
    assert "environment" not in usual


pytestmark = pytest.mark.long

CHARTS = """
import sys
from pathlib import Path
from emotions.data.class_counts import draw_chart
from emotions.report.html import svg

counts = {"training": {"angry": 3000, "happy": 1}, "test": {"angry": 1, "happy": 2}}
draw_chart(Path("chart.png"), counts, generated=True)
sys.stdout.buffer.write(Path("chart.png").read_bytes())
with svg.style():
    figure, axes = svg.new(5.2, 2.4)
    axes.bar(["happy"], [3], label="training")
    axes.set_ylabel("images")
    axes.legend()
    sys.stdout.write(svg.inline(figure, "Bars"))
"""


@pytest.fixture(scope="module")
def plain_charts(tmp_path_factory):
    return call(["-c", CHARTS], folder=tmp_path_factory.mktemp("plain"))


def test_charts_are_the_same_under_settings_that_are_not_the_projects(tmp_path, plain_charts, home):
    assert call(["-c", CHARTS], folder=tmp_path, **NO_EFFECT, HOME=home) == plain_charts


@pytest.mark.parametrize(
    ("variable", "content", "backend"),
    [
        (None, b"font.size: \xff\xfe", "module://matplotlib_inline.backend_inline"),
        ("MATPLOTLIBRC", MATPLOTLIBRC, "agg"),
        ("MPLCONFIGDIR", b"font.size = wrong: 1\n:", "agg"),
    ],
    ids=["no text, in the folder of a notebook", "other charts", "no settings"],
)
def test_charts_are_the_same_beside_a_matplotlibrc(tmp_path, plain_charts, variable, content, backend):
    (tmp_path / "matplotlibrc").write_bytes(content)
    place = {variable: str(tmp_path)} if variable else {}
    folder = tmp_path / "elsewhere" if variable else tmp_path
    folder.mkdir(exist_ok=True)
    assert call(["-c", CHARTS], folder=folder, MPLBACKEND=backend, **place) == plain_charts
