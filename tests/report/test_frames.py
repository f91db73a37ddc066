"""Tables beside that of cells: seeds, counts and mistakes."""

import pytest
from project import made_up_faces

from emotions.report import frames


def test_a_setting_has_mean_and_spread_over_its_seeds_without_stale_ones(project):
    project.plan(["VGG16"], {name: {"seed": i} for i, name in enumerate(("baseline", "b", "c", "d"))})
    assert frames.seeds(project.study()).empty
    project.cell("VGG16", "baseline", 0.4)
    assert frames.seeds(project.study()).empty
    for variant, accuracy in (("b", 0.5), ("c", 0.6)):
        project.cell("VGG16", variant, accuracy)
    project.cell("VGG16", "d", 0.9, fingerprint=None)
    [row] = frames.seeds(project.study()).to_dict("records")
    assert (row["backbone"], row["setting"], row["test_count"]) == ("VGG16", "baseline, b, c, d", 3)
    assert (row["test_mean"], row["test_std"]) == (pytest.approx(0.5), pytest.approx(0.1))
    assert (row["test_min"], row["test_max"], row["unseen_std"]) == (0.4, 0.6, 0)


def test_cells_of_other_faces_are_not_counted_among_those_that_err_too(project):
    project.predicted("VGG16", "baseline", range(10))
    for variant, differs in (("sgd", {"code": "x"}), ("adam", {"faces": "x"}), ("zca", {})):
        project.predicted("VGG16", variant, range(5, 20))
        if differs:
            project.stale("VGG16", variant, **differs)
    computed = project.study()
    found = frames.mistakes(computed, computed.cells["VGG16", "baseline"])
    places = {face: place for place, face in enumerate(made_up_faces().rows("test"))}
    assert {places[one["face"]]: one["others"] for one in found} == {
        place: "2 of 2" if place >= 5 else "0 of 2" for place in range(10)
    }


def test_the_report_s_rows_stand_beside_those_of_the_backbones_that_were_run_first(project):
    project.cell("NASNetLarge", "epochs-15", 0.3)
    found = frames.reports(project.study(), "test")
    assert list(found) == [
        "Table 7: epochs, test images",
        "Table 8: learning rate, test images",
        "Table 9: optimizer, test images",
        "Table 10: output activation, test images",
        "Table 11: normalization, test images",
    ]
    first, second = (found[caption] for caption in list(found)[:2])
    assert first["backbone"].drop_duplicates().to_list() == ["NASNetLarge", "VGG16"]
    assert second["backbone"].drop_duplicates().to_list() == ["VGG16", "NASNetLarge"]
    baseline = first[first["setting_value"] == "10"]
    assert baseline["odd"].to_list() == [False, True]
    assert baseline["their_accuracy"].isna().to_list() == [True, False]
