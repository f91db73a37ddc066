"""The tables of `dvc plots`, on cells whose right answer is known."""

import io

import pandas as pd

from emotions.report.frames import NONE, confusion, csv, curves
from emotions.stages import plots

HISTORY = {
    "epoch": [1, 2],
    "loss": [1.23456, None],
    "accuracy": [0.25, 0.75],
    "val_loss": [1.5, 1.25],
    "val_accuracy": [0.5, 0.625],
    "learning_rate": [0.01, 0.01],
}
ONE_EPOCH = {
    "epoch": [1],
    "loss": [2.0],
    "accuracy": [0.625],
    "val_loss": [None],
    "val_accuracy": [None],
    "learning_rate": [0.01],
}


def cells(project):
    return project.gathered().cells.values()


def test_curves_are_those_of_the_cells_that_were_run(project):
    project.cell("VGG16", "sgd", 0.3, history=HISTORY, diverged=True)
    project.cell("VGG16", "zca", 0.3, history=ONE_EPOCH)
    project.cell("VGG16", "adam", 0.3)
    project.cell("VGG16", "gone", 0.3, history=HISTORY)
    assert csv(curves(cells(project))).splitlines() == [
        "backbone,variant,images,epoch,accuracy,loss",
        "VGG16,sgd (diverged),training,1,0.25,1.235",
        "VGG16,sgd (diverged),training,2,0.75,",
        "VGG16,sgd (diverged),validation,1,0.5,1.5",
        "VGG16,sgd (diverged),validation,2,0.625,1.25",
        "VGG16,zca,training,1,0.625,2",  # without a validation split
    ]


def matrix(*rows):
    return {"test": rows, "test_unseen": None}


def test_confusion_has_every_pair_of_classes(project):
    project.cell("VGG16", "sgd", 0.3, classes=["angry", "null"], confusion=matrix([1, 0, 0], [2, 1, 0]))
    assert csv(confusion(cells(project))).splitlines() == [
        "backbone,variant,actual,predicted,images,share",
        "VGG16,sgd,angry,angry,1,1",
        "VGG16,sgd,angry,null,0,0",
        "VGG16,sgd,null,angry,2,0.6667",
        "VGG16,sgd,null,null,1,0.3333",
    ]


def test_an_image_without_a_class_predicted_counts(project):
    project.cell("VGG16", "sgd", 0.3, classes=["a", "b"], confusion=matrix([1, 0, 0], [0, 1, 1]))
    found = confusion(cells(project)).set_index(["actual", "predicted"])["share"]
    assert found["b"].to_dict() == {"a": 0, "b": 0.5, NONE: 0.5}


def test_a_class_without_test_images_has_no_shares(project):
    project.cell("VGG16", "sgd", 0.3, classes=["a", "b"], confusion=matrix([0, 0, 0], [0, 1, 0]))
    found = confusion(cells(project))
    assert len(found) == 4
    assert found["share"].isna().tolist() == [True, True, False, False]


def test_what_a_cell_s_signs_mean_stands_behind_its_name(project):
    project.predicted("VGG16", "sgd", [], source="synthetic")
    project.stale("VGG16", "sgd", code="x")
    for table in (csv(curves(cells(project))), csv(confusion(cells(project)))):
        assert set(pd.read_csv(io.StringIO(table))["variant"]) == {"sgd (generated faces, stale)"}


def test_nothing_run_gives_tables_without_rows(project):
    names = ("curves", "confusion")
    paths = {name: project.path(f"reports/plots/{name}.csv") for name in names}
    plots.main(**{name: project.inputs()[name] for name in ("plan", "details", "dataset")}, **paths)
    assert [len(path.read_text().splitlines()) for path in paths.values()] == [1, 1]
