"""How many images each class has, as numbers, a table and a chart."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from emotions.data.class_counts import as_csv, count_classes, draw_chart, read_generated
from emotions.data.faces import Faces
from emotions.data.pictures import FacePictures
from emotions.runtime.errors import UserError
from emotions.runtime.matplotlib_import import Figure
from emotions.stages.class_counts import main

COUNTS = {"training": {"angry": 3, "happy": 1, "sad": 0}, "test": {"angry": 1, "happy": 2, "sad": 0}}


@pytest.fixture
def few():
    """Three classes, the last without images; rows of train, validation and test, one of these seen."""
    return Faces(
        pixels=np.zeros((7, 48, 48), np.uint8),
        labels=np.array([0, 0, 0, 0, 1, 1, 1], np.uint8),
        splits=np.array([0, 1, 0, 2, 0, 2, 2], np.uint8),
        groups=np.arange(7, dtype=np.int32),
        seen=np.array([0, 0, 0, 0, 0, 0, 1], bool),
        classes=("angry", "happy", "sad"),
    )


def test_training_is_train_and_validation(few):
    assert count_classes(few) == COUNTS


def test_the_table_has_a_row_a_class():
    rows = list(csv.DictReader(io.StringIO(as_csv(COUNTS))))
    assert {row["class"]: (int(row["training"]), int(row["test"])) for row in rows} == {
        name: (COUNTS["training"][name], COUNTS["test"][name]) for name in COUNTS["training"]
    }


@pytest.fixture
def drawn(monkeypatch):
    """The figures that are saved, as matplotlib has them."""
    figures = []
    save = Figure.savefig
    monkeypatch.setattr(
        Figure, "savefig", lambda figure, *a, **k: (figures.append(figure), save(figure, *a, **k))
    )
    return figures


@pytest.mark.parametrize(("generated", "title"), [(True, "Generated faces"), (False, "Faces")])
def test_the_chart_shows_every_count(tmp_path, drawn, generated, title):
    draw_chart(tmp_path / "chart.png", COUNTS, generated)
    axes = drawn[0].axes[0]
    assert axes.get_title().startswith(f"{title} in ")
    edges = [-0.4, 0, 0.6, 1, 1.6, 2]
    assert sorted(bar.get_x() for bar in axes.patches) == pytest.approx(edges)
    assert [bar.get_height() for bar in axes.patches] == [3, 1, 0, 1, 2, 0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["angry", "happy", "sad"]
    assert [text.get_text() for text in axes.texts] == ["3", "1", "0", "1", "2", "0"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "test"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("class", "images")
    with Image.open(tmp_path / "chart.png") as image:
        assert image.size == (1600, 900)
        assert not {"Software", "Creation Time", "date"} & set(image.info)


def test_equal_counts_give_equal_bytes(tmp_path):
    for name in ("one.png", "two.png"):
        draw_chart(tmp_path / name, COUNTS, generated=False)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", "\xff"])
def test_an_unusable_dataset_file_is_named(tmp_path, content):
    path = tmp_path / "dataset.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"dataset\.json can't be read .*: run `dvc repro prepare`"):
        read_generated(path)


@pytest.mark.parametrize("generated", [True, False])
def test_the_stage_writes_numbers_chart_and_pictures(tmp_path, few, drawn, generated):
    few.save(tmp_path / "faces.npz")
    (tmp_path / "dataset.json").write_text(json.dumps({"generated": generated}))
    names = {
        "faces": "faces.npz",
        "dataset": "dataset.json",
        "counts": "c.json",
        "table": "c.csv",
        "chart": "c.png",
        "pictures": "p.npz",
    }
    main(**{name: tmp_path / file for name, file in names.items()})
    assert json.loads((tmp_path / "c.json").read_text()) == COUNTS
    assert (tmp_path / "c.csv").read_text() == as_csv(COUNTS)
    assert drawn[0].axes[0].get_title().startswith("Generated") == generated
    assert bool(FacePictures.load(tmp_path / "p.npz").samples) == generated
