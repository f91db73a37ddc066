import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from emotions.evaluation.evidence import Interval
from emotions.report.compare import ChanceBaselines
from emotions.report.html import charts
from emotions.report.html.pictures import picture
from emotions.report.stage_files import Counts, Zca


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
    stale = [*points, charts.Point("A", "stale", 1, 0.9, stale=True)]
    assert charts.pareto_front(stale) == charts.pareto_front(points)


def test_stale_points_are_hollow():
    current = [charts.Point("A", "A-x", 1, 0.3)]
    drawn = charts.pareto([*current, charts.Point("A", "A-y", 2, 0.4, stale=True)], "parameters", 0.2)
    # In the legend, and one each in the chart.
    assert len(re.findall(r"<use [^>]*fill: #0072b2", drawn)) == 2
    assert len(re.findall(r"<use [^>]*fill-opacity: 0; stroke: #0072b2", drawn)) == 1


HISTORY = {
    "epoch": np.array([1, 2]),
    "loss": np.array([1.5, np.nan]),
    "accuracy": np.array([0.2, 0.3]),
    "val_loss": np.array([1.0, np.inf]),
    "val_accuracy": np.array([0.4, 0.4]),
}
BINS = {
    "count": np.array([0.0, 1, 1]),
    "confidence": np.array([np.nan, 0.5, 1]),
    "accuracy": np.array([np.nan, 1, 0]),
}
ROWS = [charts.Row("a & b", 0.5, Interval(0.4, 0.6), [0.3])]
ZCA = Zca(condition_number=3.0, explained=[(1, 0.5), (10, 1.0)])
COUNTS = Counts(training={"happy": 3, "odd": 1}, test={"happy": 1, "odd": 1})
POINTS = [charts.Point(f"B{i}", f"B{i}-x", 10.0**i, i / 20) for i in range(12)]
DRAWN = {
    "counts": lambda: charts.class_counts(COUNTS, ("happy", "odd")),
    "spectrum": lambda: charts.spectrum(ZCA, np.array([0.5, 0.1], np.float32))[0],
    "eigenvalues": lambda: charts.spectrum(ZCA, np.array([0.5, 0.1], np.float32))[1],
    "forest": lambda: charts.forest(ROWS, ChanceBaselines("a", 0.25, 0.2)),
    "curves": lambda: charts.curves("sgd", HISTORY),
    "no numbers": lambda: charts.curves("lr-1", HISTORY | dict.fromkeys(("loss", "val_loss"), [np.nan] * 2)),
    "one epoch": lambda: charts.curves("sgd", {name: column[:1] for name, column in HISTORY.items()}),
    "pareto": lambda: charts.pareto(POINTS, "parameters", 0.25),
    "reliability": lambda: charts.reliability("sgd", BINS),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_whole_svg_of_the_pages_colours_without_dates_or_names_of_groups(name):
    drawn = DRAWN[name]()
    assert DRAWN[name]() == drawn
    assert "currentColor" in drawn
    assert not re.search(r"<g id=|metadata|<style|#010101|#020202|#030303", drawn)
    root = ET.fromstring(drawn.replace("<svg ", '<svg xmlns:xlink="x" ', 1))
    assert root.get("aria-label")
    assert next(root.iter("path"), None) is not None


def test_what_is_written_on_a_chart_keeps_its_digits():
    assert ">ECE 0.1234<" in charts.reliability("ECE 0.1234", BINS)


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


def test_pictures():
    shown = picture(np.zeros((48, 48), np.uint8), 'a "face" <b>')
    assert 'alt="a &quot;face&quot; &lt;b&gt;"' in shown
