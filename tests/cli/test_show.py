import json

import pytest

from emotions.cli import show
from emotions.runtime.errors import UserError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to run the command in, where two runs and what they ran on stand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    dataset(tmp_path, generated=False)
    cell(tmp_path, "InceptionResNetV2", "epochs-15", 0.4567)
    cell(tmp_path, "VGG16", "adam", 0.2512, collapsed=True)
    return tmp_path


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def dataset(folder, generated):
    source = "synthetic" if generated else "kaggle"
    write(folder / "metrics/dataset.json", {"source": source, "generated": generated})


def cell(folder, backbone, variant, accuracy, **details):
    loss = None if details.get("diverged") else 600000.0
    run = {"train": {"accuracy": 0.9111, "loss": 0.5}, "validation": {"accuracy": 0.5, "loss": 1.5}}
    run |= {"test": {"accuracy": accuracy, "loss": loss, "macro_f1": 0.4111}}
    run |= {"test_unseen": {"accuracy": 0.42, "loss": 1.5}}
    known = {"n": dict.fromkeys(("train", "validation", "test", "test_unseen"), 9), "parameters": 7}
    known |= {"epochs_run": 1, "seconds": 2.5, "images_per_second": 83.21, "machine": None}
    known |= {"diverged": False, "collapsed": False} | details
    write(folder / f"metrics/runs/{backbone}/{variant}.json", run)
    write(folder / f"metrics/details/{backbone}/{variant}.json", known)


@pytest.mark.parametrize("columns", ["80", "100", "160"])
def test_a_run_is_one_line_of_ascii_at_any_width(folder, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    show.main([])
    out = capsys.readouterr().out
    assert out.isascii()
    lines = out.splitlines()
    assert max(map(len, lines)) <= min(int(columns), 100)
    rows = [line.split() for line in lines]
    shown = ["0.911", "0.500", "0.457", "0.420", "0.411", "6.00e+05", "83.2"]
    assert ["InceptionResNetV2", "epochs-15", *shown] in rows
    assert "GENERATED" not in out


@pytest.mark.parametrize("columns", ["80", "160"])
def test_a_long_name_is_folded_and_whole(folder, columns, monkeypatch, capsys):
    cell(folder, "VGG16", "q" * 90, 0.3)
    monkeypatch.setenv("COLUMNS", columns)
    show.main([])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= min(int(columns), 100)
    assert out.count("q") == 90


def test_marks_are_explained(folder, capsys):
    show.main([])
    out = capsys.readouterr().out
    assert "83.2 C\n" in out
    assert "C: collapsed" in out
    assert "D: diverged" not in out
    cell(folder, "VGG16", "lr-1", 0.1, diverged=True, collapsed=True)
    show.main([])
    out = capsys.readouterr().out
    assert "83.2 DC\n" in out
    assert "D: diverged" in out


def test_the_baseline_comes_first(folder, capsys):
    cell(folder, "VGG16", "baseline", 0.2)
    show.main([])
    out = capsys.readouterr().out
    assert out.index("epochs-15") < out.index("baseline") < out.index("adam")


def test_generated_faces_are_called_so(folder, capsys):
    dataset(folder, generated=True)
    show.main([])
    assert "The faces are GENERATED" in capsys.readouterr().out


def test_other_folders_can_be_named(folder, capsys):
    cell(folder / "b", "VGG19", "mine", 0.3)
    dataset(folder / "b", generated=True)
    show.main(
        ["--runs", "b/metrics/runs", "--details", "b/metrics/details", "--dataset", "b/metrics/dataset.json"]
    )
    out = capsys.readouterr().out
    assert "mine" in out
    assert "epochs-15" not in out
    assert "GENERATED" in out


def test_nothing_run(folder, capsys):
    show.main(["--runs", "none"])
    assert capsys.readouterr().out == "Nothing has been run yet: no metrics under none.\n"


def test_broken_metrics_are_named(folder):
    (folder / "metrics/runs/VGG16/adam.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"VGG16/adam\.json .*'evaluate\*@VGG16-adam'"):
        show.main([])
