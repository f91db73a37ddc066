"""The table of cells: a row a cell, and what is not known is NaN."""

import math

import pytest

from emotions.report.tidy import COLUMNS

HISTORY = {key: [0.5, 0.82] for key in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")}
HISTORY |= {"epoch": [1, 2]}


def test_a_cell_is_a_row_of_what_its_stages_wrote(project):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 9}}, others=[["VGG16", "wide"]])
    project.cell("VGG16", "wide", 0.5, tta=0.6, machine=None)
    project.cell("VGG16", "baseline", 0.25, history=HISTORY, fingerprint=None)
    table = project.study().table
    assert tuple(table) == COLUMNS
    assert list(table.index) == [("VGG16", "baseline"), ("VGG16", "wide")]
    row = table.loc["VGG16", "baseline"]
    assert (row["list"], row["train"], row["validation"], row["test"]) == ("grid", 0.61, 0.57, 0.25)
    assert (row["test_low"], row["test_high"], row["last_epoch"]) == (0.211, 0.408, 0.82)
    assert math.isnan(row["unseen_low"])
    assert (row["machine"], row["stale"] != "", row["within"]) == (1, True, True)
    assert (row["report_low"], row["report_high"], row["above"]) == (0.251, 0.258, 0)
    assert row["report"] == pytest.approx((0.251 + 0.255 + 0.258) / 3)
    other = table.loc["VGG16", "wide"]
    assert (other["list"], other["unseen_tta"], other["above"], other["stale"]) == ("recipes", 0.6, 1, "")
    assert math.isnan(other["report"])
    assert math.isnan(other["machine"])


def test_nothing_run_is_a_table_of_planned_cells_beside_the_report(project):
    table = project.study().table
    assert len(table) == 18
    assert not table["run"].any()
    assert table["test"].isna().all()
    assert table.loc[("VGG16", "lr-1"), "report"] == 0.251


@pytest.mark.parametrize(
    ("training", "marked"), [(0.62, False), (0.80, False), (0.82, True), (0.40, True), (None, False)]
)
def test_a_cell_whose_training_and_inference_part_is_marked_and_not_sane(project, training, marked):
    project.cell("VGG16", "baseline", 0.3, history=HISTORY | {"accuracy": [0.61, training]})
    row = project.study().table.iloc[0]
    assert (row["marks"], row["sane"]) == ((" ≠", False) if marked else ("", True))
