"""What `make bench` writes; what it measures is no test."""

import json
import os
import time
from dataclasses import asdict

import pytest

from benchmarks.clock import alone, alternate
from benchmarks.table import Row, comparison, figure, growth, render


def test_seconds_are_better_small_and_rates_large():
    slower = comparison("a", [2.0, 4.0, 2.0], "b", [1.0, 1.0, 1.0], "s", "1")
    assert slower.ratio == 0.5
    assert slower.spread == (0.25, 0.5)
    assert slower.times == 3
    assert comparison("a", [2.0], "b", [1.0], "images/s").ratio == 2


def test_growth_is_told_against_the_smallest_size():
    double, fourfold = growth(["1 image", "2 images", "4 images"], [[1.0, 1.0], [2.0, 4.0], [3.0, 3.0]])
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
