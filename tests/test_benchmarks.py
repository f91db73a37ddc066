"""What `make bench` writes; what it measures is no test."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

import psutil
import pytest

from benchmarks import sides
from benchmarks.clock import alone, alternate
from benchmarks.table import Row, comparison, figure, growth, render
from emotions.runtime import cpu, environment


def test_seconds_are_better_small_and_rates_large():
    slower = comparison("a", [2.0, 4.0, 2.0], "b", [1.0, 1.0, 1.0], "s", "1")
    assert slower.ratio == 0.5
    assert slower.spread == (0.25, 0.5)
    assert slower.times == 3
    assert comparison("a", [2.0], "b", [1.0], "images/s").ratio == 2


def test_growth_is_told_against_the_smallest_size():
    double, fourfold = growth(
        ["1 image", "2 images", "4 images"], [[1.0, 1.0], [2.0, 4.0], [3.0, 3.0]], target=True
    )
    assert (double.what, double.ours, double.against, double.theirs) == (
        "growth: 2 images",
        "3.00 s",
        "1 image",
        "1.00 s",
    )
    assert double.target == "at most 2 times as long; it is 3"
    assert fourfold.target == "at most 4 times as long; it is 3"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 s"), (0.01234, "0.0123 s"), (9.876, "9.88 s"), (12345.6, "12,346 s")]
)
def test_figures_have_three_digits(number, text):
    assert figure(number, "s") == text


def test_a_page_has_every_row_once_it_went_through_json():
    rows = [comparison("speed", [2.0], "other", [1.0], "s", "2"), Row("memory", "1 MB")]
    part = {"rows": [asdict(row) for row in rows], "remark": "Remark.", "setting": "this"}
    page = render(json.loads(json.dumps({"part": part})))
    assert "| speed | 2.00 s | other | 1.00 s | **0.5** (0.5 to 0.5) | 2 | 1 |" in page
    assert "| memory | 1 MB |" in page
    assert "Measured on this." in page


def test_sides_take_turns_and_the_first_call_does_not_count():
    calls = []
    seconds = alternate(2, lambda: calls.append("a"), lambda: calls.append("b"))
    assert calls == ["a", "b"] * 3
    assert [len(side) for side in seconds] == [2, 2]


def fill(size):
    content = b"x" * size  # zeros would take no memory
    time.sleep(1)  # long enough to be seen
    return len(content)


def test_the_memory_of_a_call_is_above_what_the_process_held():
    _, memory = alone(fill, 200_000_000)
    assert 150 < memory < 300


def test_a_call_whose_process_dies_is_an_error():
    with pytest.raises(RuntimeError, match="ended with 3"):
        alone(os._exit, 3)


@pytest.mark.parametrize(
    ("side", "backbone", "onednn"),
    [
        ("exact", "VGG16", "1"),
        ("fast", "NASNetMobile", "0"),
        ("shipped", "VGG16", ""),
        ("generator", "NASNetMobile", ""),
    ],
)
def test_onednn_is_decided_for_the_pipeline_and_left_to_tensorflow_for_the_others(
    monkeypatch, side, backbone, onednn
):
    monkeypatch.setattr(cpu, "instructions", lambda: "avx2")
    monkeypatch.setattr(sides.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(environment, "inherited", lambda: {"KERAS_BACKEND": "jax", "PATH": "/bin"})
    found = sides.variables(side, backbone)
    assert (found["TF_ENABLE_ONEDNN_OPTS"], found["PATH"]) == (onednn, "/bin")
    # What is neither yes nor no is TensorFlow's own choice, and the project leaves it alone.
    assert environment.decide(backbone, found, "x86_64", "avx2")["TF_ENABLE_ONEDNN_OPTS"] == onednn


@pytest.mark.parametrize(
    ("side", "backbone", "onednn"),
    [("exact", "VGG16", "1"), ("exact", "NASNetMobile", "0"), ("shipped", "VGG16", "0")],
)
def test_a_processor_with_avx512_can_be_taken_for_one_with_avx2(monkeypatch, side, backbone, onednn):
    monkeypatch.setattr(cpu, "instructions", lambda: "avx512f")
    monkeypatch.setattr(sides.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(environment, "inherited", dict)
    found = sides.variables(side, backbone, held_to="avx2")
    # oneDNN's name for it, and what TensorFlow decides by itself on such a processor.
    assert (found["ONEDNN_MAX_CPU_ISA"], found["TF_ENABLE_ONEDNN_OPTS"]) == ("AVX2", onednn)


TRAINER = """
import json, os, time
say = lambda **line: print(json.dumps(line), flush=True)
say(event="ready", cores=len(os.sched_getaffinity(0)))
while True:
    began = time.perf_counter()
    time.sleep(0.02)
    say(event="step", began=began, seconds=time.perf_counter() - began)
"""


def test_processes_run_in_their_turn_alone_and_end_with_the_measurement(tmp_path, monkeypatch):
    popen = subprocess.Popen
    command = [sys.executable, "-c", TRAINER]
    monkeypatch.setattr(sides.subprocess, "Popen", lambda words, **options: popen(command, **options))
    monkeypatch.setattr(sides, "_TURN", 0.5)
    core = min(os.sched_getaffinity(0))
    described = [("exact", "VGG16", tmp_path, tmp_path), ("fast", "VGG16", tmp_path, tmp_path, {core})]
    with sides.alive(described) as (one, other):
        processes = [psutil.Process(side._process.pid) for side in (one, other)]
        assert processes[1].cpu_affinity() == [core]
        assert 64 / 0.2 < one.turn() <= 64 / 0.02
        assert [process.status() for process in processes] == [psutil.STATUS_STOPPED] * 2
        assert one.memory > 1
    assert not any(process.is_running() for process in processes)
