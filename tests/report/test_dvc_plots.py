"""The tables of `dvc plots`, on histories and predictions whose right answer is known."""

import pytest

from emotions.report.dvc_plots import NONE, as_csv, confusion, curves
from emotions.runtime.errors import UserError

CLASSES = ("angry", "happy")
CELLS = [("VGG19", "sgd"), ("VGG16", "sgd"), ("VGG16", "zca")]


def write(folder, backbone, variant, text):
    (folder / backbone).mkdir(exist_ok=True)
    (folder / backbone / f"{variant}.csv").write_text(text)


@pytest.fixture
def histories(tmp_path):
    header = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate\n"
    write(tmp_path, "VGG16", "sgd", f"{header}1,1.23456,0.25,1.5,0.5,0.01\n2,,0.75,1.25,0.625,0.01\n")
    write(tmp_path, "VGG16", "zca", f"{header}1,2,0.125,,,0.01\n")
    write(tmp_path, "VGG16", "gone", f"{header}1,2,0.125,,,0.01\n")
    return tmp_path


def test_curves_are_those_of_the_cells_that_were_run(histories):
    assert as_csv(curves(histories, CELLS)).splitlines() == [
        "backbone,variant,images,epoch,accuracy,loss",
        "VGG16,sgd,training,1,0.25,1.235",
        "VGG16,sgd,training,2,0.75,",  # diverged
        "VGG16,sgd,validation,1,0.5,1.5",
        "VGG16,sgd,validation,2,0.625,1.25",
        "VGG16,zca,training,1,0.125,2",  # without a validation split
    ]


def test_confusion_counts_every_pair_of_classes(tmp_path):
    write(tmp_path, "VGG16", "sgd", "actual,predicted\nhappy,happy\nhappy,angry\nhappy,angry\nangry,angry\n")
    found = confusion(tmp_path, CELLS, CLASSES)
    assert as_csv(found).splitlines() == [
        "backbone,variant,actual,predicted,images,share",
        "VGG16,sgd,angry,angry,1,1",
        "VGG16,sgd,angry,happy,0,0",
        "VGG16,sgd,happy,angry,2,0.6667",
        "VGG16,sgd,happy,happy,1,0.3333",
    ]


def test_an_image_without_a_class_predicted_counts(tmp_path):
    write(tmp_path, "VGG16", "sgd", "actual,predicted\nhappy,\nhappy,happy\nangry,angry\n")
    found = confusion(tmp_path, CELLS, CLASSES).set_index(["actual", "predicted"])["share"]
    assert found["happy"].to_dict() == {"angry": 0, "happy": 0.5, NONE: 0.5}


def test_a_class_may_have_any_name(tmp_path):
    write(tmp_path, "VGG16", "sgd", "actual,predicted\nnull,7\n7,null\n")
    assert confusion(tmp_path, CELLS, ("7", "null"))["images"].tolist() == [0, 1, 1, 0]


def test_a_model_that_predicts_nothing_has_a_matrix(tmp_path):
    write(tmp_path, "VGG16", "sgd", "actual,predicted\nhappy,\nangry,\n")
    found = confusion(tmp_path, CELLS, CLASSES)
    assert found["images"].tolist() == [0, 0, 1, 0, 0, 1]


def test_nothing_run_gives_tables_without_rows(tmp_path):
    assert curves(tmp_path, CELLS).empty
    assert confusion(tmp_path, CELLS, CLASSES).empty


@pytest.mark.parametrize("content", ["", "epoch\n1\n", "\xff"])
def test_a_wrong_file_is_named_with_what_writes_it(tmp_path, content):
    write(tmp_path, "VGG16", "sgd", "")
    (tmp_path / "VGG16" / "sgd.csv").write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"sgd\.csv is not what its stage writes .*'train\*@VGG16-sgd'"):
        curves(tmp_path, CELLS)
    with pytest.raises(UserError, match=r"--force --single-item --glob 'evaluate\*@VGG16-sgd'"):
        confusion(tmp_path, CELLS, CLASSES)


def test_a_class_without_test_images_has_no_shares(tmp_path):
    write(tmp_path, "VGG16", "sgd", "actual,predicted\nhappy,happy\n")
    found = confusion(tmp_path, CELLS, CLASSES)
    assert len(found) == 4
    assert found["share"].isna().tolist() == [True, True, False, False]
