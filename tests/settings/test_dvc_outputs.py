"""Files that are named where DVC would remove them before they are read."""

import shutil
from pathlib import Path

import pytest

from emotions.runtime.errors import UserError

COMMITTED = Path(__file__).parents[2] / "params.yaml"


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/faces.zip",
        "./data/raw/../raw/faces.zip",
        "Data/raw/faces.zip",
        "link/faces.zip",
        "mine.zip",
        "data/plan/a.zip",
        "models/a.zip",
        "data",
        ".",
    ],
)
def test_an_archive_where_dvc_removes_it_is_refused(load, tmp_path, path):
    shutil.copy(COMMITTED.with_name("dvc.yaml"), tmp_path)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "link").symlink_to("data/raw")
    (tmp_path / "mine.zip").symlink_to("data/raw/faces.zip")
    load({"data/archive/path": path})
    for either in (path, str(tmp_path / path)):
        with pytest.raises(UserError, match=r"data\.archive\.path: .* move it elsewhere: DVC writes there"):
            load({"data/source": "archive", "data/archive/path": either})


@pytest.mark.parametrize(
    "path", ["data/mine.zip", "data/raw/mine.zip", "mine", "../data/raw/faces.zip", "\0"]
)
def test_an_archive_anywhere_else_is_taken(load, tmp_path, path):
    shutil.copy(COMMITTED.with_name("dvc.yaml"), tmp_path)
    assert load({"data/source": "archive", "data/archive/path": path}).data.archive.path == path


@pytest.mark.parametrize(
    ("weights", "refused"),
    [
        ("models/VGG16/sgd.keras", True),
        ("./models/VGG16/../VGG16/sgd.keras", True),
        ("release/VGG16-sgd.keras", True),
        ("data/plan/mine.keras", True),
        ("models/VGG16/adam.keras", False),
        ("models/mine.keras", False),
        ("imagenet", False),
    ],
)
def test_a_cell_does_not_begin_with_its_own_model_which_dvc_removes(load, tmp_path, weights, refused):
    shutil.copy(COMMITTED.with_name("dvc.yaml"), tmp_path)
    changes = {"variants/sgd": {"optimizer": "sgd", "weights": weights}}
    if refused:
        with pytest.raises(
            UserError, match=r"variants\.sgd\.weights: .* move it elsewhere: DVC writes there"
        ):
            load(changes)
    else:
        load(changes)
