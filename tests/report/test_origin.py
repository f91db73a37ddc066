"""Where faces come from."""

import json
from pathlib import Path

import pytest

from emotions.report import origin

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dataset(project):
    return lambda: project.gathered().dataset


def test_the_committed_faces_are_told_by_what_they_were_made_from():
    known = json.loads((ROOT / "metrics/dataset.json").read_text(encoding="utf-8"))
    assert "made from FER2013" in origin.faces(known["source"], known["faces_sha256"])


def test_other_faces_are_told_by_their_source(project, dataset):
    assert origin.faces("kaggle", "x") == origin.faces("kaggle", None) == "photographs from Kaggle"
    project.cell("VGG16", "baseline", 0.3)
    [cell] = project.gathered().cells.values()
    assert origin.of_cell(cell, dataset()) == "photographs from an archive in Kaggle's layout"


def test_a_cell_of_which_it_is_not_recorded_is_told_by_the_faces_of_today_if_their_source_is_the_same(
    project, dataset, monkeypatch
):
    project.cell("VGG16", "baseline", 0.3, fingerprint=None)
    [cell] = project.gathered().cells.values()
    monkeypatch.setattr(origin, "KNOWN", {dataset().faces_sha256: "known ones"})
    assert origin.of_cell(cell, dataset()) == "known ones"
    project.dataset("synthetic")
    assert origin.of_cell(cell, dataset()) == "photographs from an archive in Kaggle's layout"
