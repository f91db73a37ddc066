"""Where faces come from, in words."""

import json
from pathlib import Path

from test_conclusions import say

from emotions.report.gather import faces_of

ROOT = Path(__file__).parents[2]
ARCHIVE = "photographs from an archive in Kaggle's layout"


def words(source, sha256):
    return say("{{ say.faces(source, sha256) }}", source=source, sha256=sha256)


def test_the_committed_faces_are_told_by_what_they_were_made_from():
    known = json.loads((ROOT / "metrics/dataset.json").read_text(encoding="utf-8"))
    assert words(known["source"], known["faces_sha256"]).startswith(f"{ARCHIVE} that was made from FER2013")


def test_other_faces_are_told_by_their_source():
    assert words("kaggle", "x") == words("kaggle", None) == "photographs from Kaggle"
    assert words("archive", "x") == ARCHIVE
    assert "GENERATED" in words("synthetic", None)


def test_a_cell_of_which_it_is_not_recorded_has_the_faces_of_today_if_their_source_is_the_same(project):
    project.cell("VGG16", "baseline", 0.3, fingerprint=None)
    found = project.gathered()
    [cell] = found.cells.values()
    assert faces_of(cell, found.dataset) == ("archive", found.dataset.faces_sha256)
    project.dataset("synthetic")
    assert faces_of(cell, project.gathered().dataset) == ("archive", None)
    project.cell("VGG16", "baseline", 0.3)
    [cell] = project.gathered().cells.values()
    assert faces_of(cell, found.dataset) == ("archive", cell.details.fingerprint.faces)
