import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from emotions.evaluation.calibration import reliability
from emotions.evaluation.intervals import Interval
from emotions.report.compare import ChanceBaselines
from emotions.report.html import charts
from emotions.report.html.pictures import picture, stretch
from emotions.report.metrics import Counts, Zca
from emotions.report.spectrum import eigenvalues


def test_a_front_holds_what_no_other_beats_in_both():
    points = [
        charts.Point("A", name, cost, accuracy)
        for name, cost, accuracy in (
            ("cheap", 1, 0.3),
            ("worse", 2, 0.2),
            ("better", 2, 0.5),
            ("same", 3, 0.5),
            ("best", 9, 0.6),
        )
    ]
    assert [one.label for one in charts.pareto_front(points)] == ["cheap", "better", "best"]
    assert charts.pareto_front([]) == []


HISTORY = pd.DataFrame(
    {
        "epoch": [1, 2],
        "loss": [1.5, np.nan],
        "accuracy": [0.2, 0.3],
        "val_loss": [1.0, np.inf],
        "val_accuracy": 0.4,
    }
)
FOUND = reliability(np.array([0.2, 1.0]), np.array([True, False]))
ROWS = [charts.Row("a & b", 0.5, Interval(0.4, 0.6), [0.3])]
COUNTS = Counts(training={"happy": 3, "odd": 1}, test={"happy": 1, "odd": 1})
POINTS = [charts.Point(f"B{i}", f"B{i}-x", 10.0**i, i / 20) for i in range(12)]
DRAWN = {
    "counts": lambda: charts.class_counts(
        Counts(training={"happy": 3, "odd": 1}, test={"happy": 1, "odd": 1}), ("happy", "odd")
    ),
    "spectrum": lambda: charts.spectrum(Zca(condition_number=3.0, explained=[(1, 0.5), (10, 1.0)]), None)[0],
    "forest": lambda: charts.forest(
        [charts.Row("a & b", 0.5, Interval(0.4, 0.6), [0.3])], ChanceBaselines("a", 0.25, 0.2)
    ),
    "curves": lambda: charts.curves("sgd", HISTORY),
    "no numbers": lambda: charts.curves("lr-1", HISTORY.assign(loss=np.nan, val_loss=np.nan)),
    "one epoch": lambda: charts.curves("sgd", HISTORY[:1]),
    "pareto": lambda: charts.pareto(POINTS, "parameters", 0.25),
    "reliability": lambda: charts.reliability(
        "sgd", reliability(np.array([0.2, 1.0]), np.array([True, False]))
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_whole_svg_of_the_pages_colours_without_dates_or_names_of_groups(name):
    drawn = DRAWN[name]()
    assert DRAWN[name]() == drawn
    assert "currentColor" in drawn
    assert not re.search(r"<g id=|metadata|<style|#010101|#020202|#030303", drawn)
    root = ET.fromstring(drawn.replace("<svg ", '<svg xmlns:xlink="x" ', 1))
    assert root.get("aria-label")
    assert root.iter("path")


def test_what_is_written_on_a_chart_keeps_its_digits():
    assert ">ECE 0.1234<" in charts.reliability("ECE 0.1234", FOUND)


def test_the_forest_has_the_values_where_they_belong():
    rows = [charts.Row(str(i), 0.1 * i, Interval(0.1 * i - 0.01, 0.1 * i + 0.01), []) for i in range(1, 5)]
    drawn = charts.forest(rows, ChanceBaselines("a", 0.25, 0.2))
    points = re.findall(
        r"<use xlink:href=\"#\w+\" x=\"([\d.]+)\" y=\"([\d.]+)\" style=\"fill: #0072b2", drawn
    )
    x, y = np.array(points, dtype=float).T
    assert np.allclose(np.diff(x), np.diff(x)[0], atol=0.01)
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()  # the first stands on top


def test_eigenvalues_come_back_from_the_whitening():
    rng = np.random.default_rng(0)
    vectors, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    values = np.array([9.0, 4.0, 1.0, 0.5, 0.2, 0.1])
    whitening = (vectors / np.sqrt(values)) @ vectors.T
    assert eigenvalues(whitening.astype(np.float32)) == pytest.approx(values, rel=1e-4)


def test_pictures():
    shown = picture(np.zeros((48, 48), np.uint8), 'a "face" <b>')
    assert 'alt="a &quot;face&quot; &lt;b&gt;"' in shown
    assert stretch(np.full((4, 4), 3.0)).tolist() == [[128] * 4] * 4
    assert stretch(np.linspace(-1, 1, 1000)).min() == 0
    assert stretch(np.linspace(-1, 1, 1000)).max() == 255
