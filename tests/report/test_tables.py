"""Tables of columns that a template specifies, and their pivots."""

import pytest

from emotions.report.tables import Field, tabulate

ROWS = [
    {"backbone": "VGG16", "value": "10", "test": 0.25102, "marks": " ‡", "low": 0.25, "high": 0.3},
    {"backbone": "A", "value": "15", "test": float("nan"), "marks": "", "low": 0.1, "high": 0.1},
]
COLUMNS = [("Backbone", "words", "backbone"), ("ours", "marked", "test", "marks")]


def test_a_row_is_a_row_and_what_is_not_known_is_blank():
    found = tabulate(ROWS, COLUMNS)
    assert found.header == [("Backbone", False), ("ours", True)]
    assert [[one.text for one in row] for row in found.rows] == [["VGG16", "0.251 ‡"], ["A", ""]]


def test_a_pivot_has_its_columns_for_each_value():
    found = tabulate(ROWS, [*COLUMNS, ("95%", "between", "low", "high")], "value")
    assert [title for title, _ in found.header] == ["Backbone", "10: ours", "10: 95%", "15: ours", "15: 95%"]
    texts = [[one.text for one in row] for row in found.rows]
    assert texts == [["VGG16", "0.251 ‡", "0.250\u20130.300", "", ""], ["A", "", "", "", "0.100\u20130.100"]]


def test_a_field_has_the_report_s_below_and_a_shade():
    column = ("", "accuracies", "test", "marks", "low", "high", "above")
    rows = [row | {"above": row["test"] * 2} for row in ROWS]
    [[_, ours, _], [_, _, theirs]] = tabulate(rows, [COLUMNS[0], column], "value").rows
    assert ours == Field("0.251 ‡", "0.250\u20130.300 §", 0.5)
    assert theirs == Field("", "0.100")


def test_in_markdown_it_lines_up():
    rows = [row | {"above": 0.0} for row in ROWS]
    column = ("", "accuracies", "test", "marks", "low", "high", "above")
    assert tabulate(rows, [COLUMNS[0], column], "value").markdown().split("\n") == [
        "| Backbone |                      10 |      15 |",
        "| -------- | ----------------------: | ------: |",
        "| VGG16    | 0.251 ‡ (0.250\u20130.300 §) |         |",
        "| A        |                         | (0.100) |",
    ]
    assert tabulate([], COLUMNS).markdown().split("\n") == ["| Backbone | ours |", "| -------- | ---: |"]


@pytest.mark.parametrize("column", [("x", "gone", "test"), ("x", "share", "gone")])
def test_a_form_or_a_key_that_is_not_there_is_an_error(column):
    with pytest.raises(KeyError, match="gone"):
        tabulate(ROWS, [column])
