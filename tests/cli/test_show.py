"""The table of all cells on a terminal: a line each at any width, and which of them are stale."""

import json
from pathlib import Path

import pytest

from emotions.cli import show
from emotions.report.cells import OLD
from emotions.runtime.errors import UserError
from emotions.stages.plan import report_plan
from made_up_details import made_up_details

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan():
    """What the cells of the committed params.yaml would be made from today."""
    return report_plan(ROOT / "params.yaml", ROOT / "networks")


@pytest.fixture
def folder(tmp_path, monkeypatch, plan):
    """A folder to run the command in, where two cells and what they ran on stand."""
    monkeypatch.chdir(tmp_path)
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).touch()
    monkeypatch.setenv("COLUMNS", "80")
    # The plan itself is tested where it is made, and takes a second.
    monkeypatch.setattr(show, "report_plan", lambda params, networks: plan)
    dataset(tmp_path, plan)
    cell(tmp_path, plan, "InceptionResNetV2", "epochs-15", 0.4567)
    cell(tmp_path, plan, "VGG16", "adam", 0.2512, collapsed=True)
    return tmp_path


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def dataset(folder, plan, source="kaggle"):
    known = {"source": source, "generated": source == "synthetic", "faces_sha256": "f"}
    known["plan_sha256"] = plan.prepare_sha256
    write(folder / "metrics/dataset.json", known)


def cell(folder, plan, backbone, variant, accuracy, made=None, **details):
    """A cell that is made from what the plan says, but for what `made` says."""
    planned = plan.fingerprints.get(f"{backbone}/{variant}")
    anything = {"settings": "s", "code": "c", "evaluation": "e"}
    fingerprint = (planned.model_dump() if planned else anything) | {"faces": "f"}
    known = {"source": "kaggle", "fingerprint": None if made == "old" else fingerprint | (made or {})}
    content = made_up_details(accuracy, **known | details)
    write(folder / f"metrics/details/{backbone}/{variant}.json", content)


@pytest.mark.parametrize("columns", ["80", "100", "160"])
def test_a_run_is_one_line_of_ascii_at_any_width(folder, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    show.main([])
    out = capsys.readouterr().out
    assert out.isascii()
    lines = out.splitlines()
    assert max(map(len, lines)) <= min(int(columns), 100)
    rows = [line.split() for line in lines]
    shown = ["0.610", "0.570", "0.457", "0.430", "0.390", "1.23", "117"]
    assert ["InceptionResNetV2", "epochs-15", *shown] in rows
    assert not [word for word in ("generated", "stale", "remove", "unlisted") if word in out]


@pytest.mark.parametrize("columns", ["0", "1", "7"])
def test_any_width_is_taken(folder, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    show.main([])
    assert capsys.readouterr().out


@pytest.mark.parametrize("columns", ["80", "160"])
def test_a_long_name_is_folded_and_whole(folder, plan, columns, monkeypatch, capsys):
    cell(folder, plan, "VGG16", "q" * 90, 0.3)
    monkeypatch.setenv("COLUMNS", columns)
    show.main([])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= min(int(columns), 100)
    assert out.partition("Accuracy by")[0].count("q") == 90


def test_letters_are_explained(folder, plan, capsys):
    show.main([])
    out = capsys.readouterr().out
    assert "117 C\n" in out
    assert "C collapsed: " in out
    assert "D diverged: " not in out
    cell(folder, plan, "VGG16", "lr-1", 0.1, diverged=True, collapsed=True, source="synthetic", made="old")
    show.main([])
    out = capsys.readouterr().out
    assert "117 DCGS\n" in out
    for said in ("D diverged: ", "G generated faces: ", "S stale: "):
        assert out.count(said) == 1


def test_the_baseline_comes_first(folder, plan, capsys):
    cell(folder, plan, "VGG16", "baseline", 0.2)
    show.main([])
    out = capsys.readouterr().out
    assert out.index("epochs-15") < out.index("baseline") < out.index("adam")


@pytest.mark.parametrize("columns", ["80", "100"])
def test_stale_cells_are_named_by_what_has_changed_since(folder, plan, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    for variant, made in (
        ("baseline", {"code": "x"}),
        ("sgd", {"code": "x"}),
        ("zca", {"settings": "x", "faces": "x"}),
        ("raw", "old"),
    ):
        cell(folder, plan, "VGG16", variant, 0.2, made)
    cell(folder, plan, "VGG19", "sgd", 0.2, {"code": "x"})
    show.main([])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    stale = {line.split()[1] for line in lines if line.startswith("VGG16") and line.split()[-1] == "S"}
    assert stale == {"baseline", "sgd", "zca", "raw"}
    assert lines[-3:] == [
        "  code: VGG16 baseline, sgd; VGG19 sgd",
        f"  {OLD}: VGG16 raw",
        "  settings, faces: VGG16 zca",
    ]


def test_after_a_switch_of_the_data_cells_of_generated_faces_say_so(folder, plan, capsys):
    cell(folder, plan, "VGG16", "sgd", 0.2, {"faces": "x"}, source="synthetic")
    show.main([])
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("VGG16")] == ["C", "GS"]
    assert "  faces: VGG16 sgd\n" in out


@pytest.mark.parametrize("columns", ["80", "100"])
def test_a_cell_that_no_list_names_is_named_with_what_removes_it(folder, plan, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    cell(folder, plan, "InceptionResNetV2", "modern-seed-1", 0.2)
    show.main([])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert lines[-3:] == [
        "U unlisted: no list of params.yaml names it.",
        "To remove what is unlisted:",
        "  rm metrics/*/InceptionResNetV2/modern-seed-1.json",
    ]
    marked = [line.split()[:2] for line in lines if line.endswith(" U")]
    assert marked == [["InceptionResNetV2", "modern-seed-1"]]


def test_other_folders_can_be_named(folder, plan, capsys):
    cell(folder / "b", plan, "VGG19", "mine", 0.3, source="synthetic")
    dataset(folder / "b", plan, "synthetic")
    show.main(["--details", "b/metrics/details", "--dataset", "b/metrics/dataset.json"])
    out = capsys.readouterr().out
    assert "mine" in out
    assert "epochs-15" not in out
    assert "generated faces" in out


def test_staleness_is_told_by_params_yaml_as_it_is_now(folder, plan, monkeypatch, capsys):
    monkeypatch.setattr(show, "report_plan", report_plan)
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    for optimizer, stale in (("adam", []), ("sgd", ["  settings: VGG16 adam"])):
        text = params.replace("  adam:\n    optimizer: adam\n", f"  adam:\n    optimizer: {optimizer}\n")
        (folder / "params.yaml").write_text(text, encoding="utf-8")
        show.main(["--networks", str(ROOT / "networks")])
        assert [
            line for line in capsys.readouterr().out.splitlines() if line.startswith("  settings")
        ] == stale


def test_nothing_run(folder, capsys):
    show.main(["--details", "none"])
    assert capsys.readouterr().out == f"Nothing has been run yet: no metrics under {folder / 'none'}.\n"


def test_broken_metrics_are_named(folder):
    (folder / "metrics/details/VGG16/adam.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"VGG16/adam\.json .*'evaluate\*@VGG16-adam'"):
        show.main([])
