"""What the charts show, and that they are whole SVG of the page's own colours."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from emotions.report.effects import Comparison, Effect, Pair
from emotions.report.html import charts, cost
from emotions.report.html.pictures import picture
from emotions.report.paired import McNemar
from emotions.report.stage_files import Counts, Zca


def point(label, x, accuracy, **changes):
    return cost.Point(0, "A", label, x, accuracy, **changes)


def test_a_front_holds_what_no_other_beats_in_both():
    points = [
        point(name, x, accuracy)
        for name, x, accuracy in (
            ("cheap", 1, 0.3),
            ("worse", 2, 0.2),
            ("better", 2, 0.5),
            ("same", 3, 0.5),
            ("best", 9, 0.6),
        )
    ]
    assert [one.label for one in cost.pareto_front(points)] == ["cheap", "better", "best"]
    assert cost.pareto_front([]) == []
    out = [point("stale", 1, 0.9, stale=True), point("collapsed", 0.1, 0.2, sane=False)]
    assert cost.pareto_front([*points, *out]) == cost.pareto_front(points)


def test_stale_points_are_hollow_and_the_report_s_stand_beside():
    drawn = cost.chart(
        [point("A-x", 1, 0.3), point("A-y", 2, 0.4, stale=True, report=(0.35, 0.45))], "minutes", 0.2
    )
    # In the legend, and one each in the chart.
    assert len(re.findall(r"<use [^>]*fill: #0072b2", drawn)) == 2
    assert len(re.findall(r"<use [^>]*fill-opacity: 0; stroke: #0072b2", drawn)) == 1 + 2
    assert ">A-y<" in drawn
    assert ">the report's<" in drawn


def test_labels_do_not_lie_on_each_other():
    crowd = [cost.Point(i, f"B{i}", f"B{i}-baseline", 1e9, 0.5 + i / 1e4) for i in range(5)]
    far = cost.Point(5, "B5", "B5-baseline", 1e12, 0.4)
    drawn = cost.chart([*crowd, far], cost.MACS, 0.25)
    assert len(re.findall(r">B\d-baseline<", drawn)) in (2, 3)
    assert ">B5-baseline<" in drawn
    assert ">B4-baseline<" in drawn  # the most accurate


def pair(backbone, difference, p=0.001, **changes):
    test = None if p is None else McNemar(30, 10, 0.5, 100)
    known = {"broken": False, "baseline_broken": False} | changes
    return Pair(backbone, "v", "", 0.5 + difference, 0.5, test=test, corrected=p, **known)


def effect(*pairs):
    return Effect("s", None, (Comparison("v", "new", "old", pairs, None),))


def test_a_forest_tells_what_holds_what_was_tested_and_what_was_not():
    drawn = charts.forest(effect(pair("A", 0.1), pair("B", 0.1, p=0.5), pair("C", 0.1, p=None)), 0.4)
    assert len(re.findall(r"<use [^>]*fill: #0072b2", drawn)) == 1
    marks = re.findall(r"<use [^>]*x=\"([\d.]+)\" y=\"([\d.]+)\" style=\"fill", drawn)
    assert sum("fill: var(--muted)" in one for one in re.findall(r"<use [^>]*>", drawn)) >= 1
    assert len(re.findall(r"fill-opacity: 0; stroke: var\(--muted\)", drawn)) == 1
    places = [float(y) for _, y in marks[-3:]]
    assert places == sorted(places)  # the first stands on top


def test_what_is_beyond_a_forest_stands_at_its_end_with_its_value():
    reach = charts.limit([effect(pair("A", 0.1), pair("B", -0.4, broken=True))], chance=0.25)
    assert 0.1 < reach < 0.4
    assert ">-0.400<" in charts.forest(effect(pair("B", -0.4, broken=True)), reach)
    assert charts.limit([], 0.25) == pytest.approx(0.05 * 1.15)


BINS = {
    "count": np.array([0.0, 1, 1]),
    "confidence": np.array([np.nan, 0.5, 1]),
    "accuracy": np.array([np.nan, 1, 0]),
}
ZCA = Zca(condition_number=3.0, explained=[(1, 0.5), (10, 1.0)])
COUNTS = Counts(training={"happy": 3, "odd": 1}, test={"happy": 1, "odd": 1})
POINTS = [cost.Point(i, f"B{i}", f"B{i}-x", 10.0**i, i / 20) for i in range(12)]


def line(*values, dashed=False):
    return charts.Line("a & b", 0, np.arange(1.0, len(values) + 1), np.array(values), dashed)


DRAWN = {
    "counts": lambda: charts.class_counts(COUNTS, ("happy", "odd"), beside=True),
    "spectrum": lambda: charts.spectrum(ZCA, np.array([0.5, 0.1], np.float32))[0],
    "eigenvalues": lambda: charts.spectrum(ZCA, np.array([0.5, 0.1], np.float32))[1],
    "forest": lambda: charts.forest(effect(pair("a & b", 0.1)), 0.2),
    "curves": lambda: charts.curves([line(0.2, 0.3), line(0.5, dashed=True)], "accuracy", log=False),
    "losses": lambda: charts.curves([line(2.5, np.inf, 8e7), line(np.nan, 0)], "loss", log=True),
    "pareto": lambda: cost.chart(POINTS, cost.MACS, 0.25),
    "reliability": lambda: charts.reliability({"sgd": (0, BINS)}),
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
    assert ">ECE 0.1234<" in charts.reliability({"ECE 0.1234": (0, BINS)})


@pytest.mark.parametrize("run", [True, False])
def test_the_chart_for_readme_is_a_file_of_its_own_in_both_schemes(project, run):
    if run:
        project.cell("VGG16", "baseline", 0.3)
    drawn = cost.standalone(project.study())
    root = ET.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "prefers-color-scheme:dark" in drawn
    assert (">VGG16-baseline<" in drawn) == run
    assert not re.search(r"href=\"(?!#)|url\((?!#)", drawn)


def test_pictures():
    shown = picture(np.zeros((48, 48), np.uint8), 'a "face" <b>')
    assert 'alt="a &quot;face&quot; &lt;b&gt;"' in shown
