"""What the charts show, and that they are whole SVG of the page's own colours."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from test_conclusions import made_up_pair

from emotions.report.html import charts, cost, forest
from emotions.report.html.pictures import picture
from emotions.report.pairs import Comparison
from emotions.runtime.matplotlib_import import mpl


def points(*rows):
    """Points of (label, x, accuracy, more) each."""
    blank = {"stale": "", "sane": True, "setting": "", "place": 0, "backbone": "A"}
    blank |= dict.fromkeys(("report", "report_low", "report_high"), np.nan)
    return pd.DataFrame(
        [
            blank | {"label": label, "variant": label, "x": x, "test": test} | (more[0] if more else {})
            for label, x, test, *more in rows
        ]
    )


def test_a_front_holds_what_no_other_beats_in_both():
    rows = [("cheap", 1, 0.3), ("worse", 2, 0.2), ("better", 2, 0.5), ("same", 3, 0.5), ("best", 9, 0.6)]
    assert cost.pareto_front(points(*rows), 0.25)["label"].to_list() == ["cheap", "better", "best"]
    out = [
        ("stale", 1, 0.9, {"stale": "code"}),
        ("collapsed", 0.1, 0.3, {"sane": False}),
        ("chance", 0.1, 0.2),
    ]
    assert cost.pareto_front(points(*rows, *out), 0.25)["label"].to_list() == ["cheap", "better", "best"]


def test_one_setting_under_several_seeds_is_one_point_of_those_of_today():
    seeds = {"setting": "a, b, c"}
    rows = [
        ("a", 1, 0.3, seeds),
        ("b", 1, 0.5, seeds),
        ("c", 1, 0.9, seeds | {"stale": "code"}),
        ("d", 2, 0.4),
    ]
    found = cost.points(points(*rows), "x")
    assert found[["label", "test"]].to_numpy().tolist() == [["a, 2 seeds", pytest.approx(0.4)], ["d", 0.4]]
    [alone] = cost.points(points(rows[2]), "x").to_dict("records")
    assert (alone["label"], alone["stale"]) == ("c", "code")


@pytest.fixture
def drawn(project):
    """A function that draws points for the page."""
    study = project.study()
    return lambda found, axis=cost.MACS: cost.drawn(found, axis, study)


def texts(figure):
    return [one.get_text() for one in figure.axes[0].texts]


def test_stale_points_are_hollow_and_the_report_s_stand_beside(drawn):
    report = {"stale": "code", "report": 0.4, "report_low": 0.35, "report_high": 0.45}
    [axes] = drawn(points(("A-x", 1, 0.3), ("A-y", 2, 0.4, report)), "minutes").axes
    faces = [
        line.get_markerfacecolor()
        for line in axes.lines
        if line.get_marker() == "o" and len(line.get_xdata())
    ]
    assert faces == ["#0072B2", "none"]
    assert [list(line.get_ydata()) for line in axes.lines if line.get_marker() == "d"][1] == [0.35, 0.45]


def test_labels_do_not_lie_on_each_other_and_the_best_of_every_backbone_has_one_if_there_is_room(drawn):
    crowd = [(f"B{i}-baseline", 1e9, 0.5 + i / 1e4, {"backbone": f"B{i}", "place": i}) for i in range(5)]
    far = ("B5-baseline", 1e12, 0.4, {"backbone": "B5", "place": 5})
    figure = drawn(points(*crowd, far))
    assert {"B5-baseline", "B4-baseline"} <= set(texts(figure))
    figure.draw_without_rendering()
    boxes = [one.get_window_extent() for one in figure.axes[0].texts]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def comparison(*pairs, untested=()):
    place = [{"place": i} for i in range(9)]
    tested, rest = (
        [one | more for one, more in zip(each, place, strict=False)] for each in (pairs, untested)
    )
    return Comparison("s", "new", "old", tested, rest, None, None)


def pair(backbone, difference, favours=1, **changes):
    made = made_up_pair(backbone, "v", favours, ours=0.5 + difference)
    return made | {"difference_low": difference - 0.02, "difference_high": difference + 0.02} | changes


def points_of(figure):
    """Marker, whether it is filled, x and y of each point."""
    return [
        (line.get_marker(), line.get_markerfacecolor() != "none", *(float(one[0]) for one in line.get_data()))
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 1
    ]


def test_no_label_lies_on_the_step_through_the_front(drawn):
    figure = drawn(points(("A-cheap", 1e13, 0.4), ("B-better", 4e13, 0.5), ("C-best", 8e13, 0.6)))
    [axes] = figure.axes
    figure.draw_without_rendering()
    front = np.array([(1e13, 0.4), (4e13, 0.4), (4e13, 0.5), (8e13, 0.5), (8e13, 0.6)])
    step = mpl.path.Path(axes.transData.transform(front))
    boxes = {label.get_text(): label.get_window_extent() for label in axes.texts}
    assert {"A-cheap", "B-better", "C-best"} <= set(boxes)
    assert not [text for text, box in boxes.items() if step.intersects_bbox(box, filled=False)]


def test_a_forest_tells_what_holds_what_was_tested_and_what_was_not():
    found = comparison(pair("A", 0.1), pair("B", 0.05, favours=0), untested=[pair("C", 0.08, favours=None)])
    shown = points_of(forest.drawn([found], chance=0.25))
    assert sorted((marker, filled, x) for marker, filled, x, _ in shown) == [
        ("o", False, pytest.approx(0.05)),
        ("o", True, pytest.approx(0.1)),
        ("x", True, pytest.approx(0.08)),
    ]
    assert len({y for *_, y in shown}) == 3  # none hides another


def test_the_mean_of_several_backbones_is_a_bar_without_those_that_broke():
    found = comparison(pair("A", 0.1), pair("B", 0.05), pair("C", -0.4, broken=True))
    [axes] = forest.drawn([found], chance=0.25).axes
    bars = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 2]
    assert [list(one) for one in bars] == [[pytest.approx(0.075)] * 2]


def test_what_is_beyond_a_forest_stands_at_its_end_with_its_value():
    found = comparison(pair("A", 0.1), pair("B", -0.4, broken=True), pair("C", -0.3, broken=True))
    figure = forest.drawn([found], chance=0.25)
    low, high = figure.axes[0].get_xlim()
    assert 0.1 < high == -low < 0.3
    assert [one[0] for one in points_of(figure)].count("<") == 2
    assert texts(figure) == ["-0.400 to -0.300"]


def test_nothing_to_compare_is_no_forest():
    assert forest.forest([comparison()], chance=0.25) is None


COUNTS = pd.DataFrame({"class": ["happy", "odd"], "training": [3, 1], "test": [1, 1]})
COUNTS = COUNTS.assign(training_report=[7215, np.nan], test_report=[1774, np.nan])
DRAWN = {
    "counts": lambda study: charts.class_counts(COUNTS, beside=True),
    "forest": lambda study: forest.forest([comparison(pair("a & b", 0.1))], 0.25),
    "curves": lambda study: charts.curves(study, "accuracy"),
    "losses": lambda study: charts.curves(study, "loss"),
    "cost": lambda study: next(cost.charts(study)),
    "reliability": charts.reliability,
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_whole_svg_of_the_pages_colours_without_dates_or_names_of_groups(project, name):
    project.predicted("VGG16", "baseline", range(20), score=0.1234)
    project.predicted("VGG16", "sgd", [], diverged=True)
    study = project.study()
    drawn = DRAWN[name](study)
    assert DRAWN[name](study) == drawn
    assert "currentColor" in drawn
    assert not re.search(r"<g id=|metadata|<style|#010101|#020202|#030303", drawn)
    root = ET.fromstring(str(drawn).replace("<svg ", '<svg xmlns:xlink="x" ', 1))
    assert root.get("aria-label")
    assert next(root.iter("path"), None) is not None


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


def test_what_is_not_on_record_is_not_drawn(project):
    project.cell("VGG16", "baseline", 0.3)
    study = project.study()
    assert (
        charts.curves(study, "accuracy") is charts.curves(study, "loss") is charts.reliability(study) is None
    )


def test_pictures():
    shown = picture(np.zeros((48, 48), np.uint8), 'a "face" <b>')
    assert 'alt="a &quot;face&quot; &lt;b&gt;"' in shown
