"""What is checked before DVC starts."""

import shutil
from pathlib import Path

import pytest

from emotions.cli.check import check
from emotions.runtime.errors import UserError

PARAMS = Path(__file__).parents[2] / "params.yaml"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PARAMS, tmp_path)
    return tmp_path


def test_the_committed_params_pass_with_and_without_a_lock(folder):
    check(folder)
    (folder / "dvc.lock").write_text("schema: '2.0'\n")
    check(folder)


def test_a_lock_that_a_kill_left_empty_is_recognised(folder):
    (folder / "dvc.lock").write_text("")
    with pytest.raises(UserError, match=r"dvc\.lock is empty.*git checkout dvc\.lock"):
        check(folder)


@pytest.mark.parametrize("backbones", ["VGG16", "null", "{a: b}"])
def test_a_grid_that_dvc_can_not_read_is_named(folder, backbones):
    text = (folder / "params.yaml").read_text()
    start, end = text.index("  backbones: ["), text.index("  variants: [")
    (folder / "params.yaml").write_text(f"{text[:start]}  backbones: {backbones}\n{text[end:]}")
    with pytest.raises(UserError, match=r"grid\.backbones: .* is given; allowed: a list"):
        check(folder)


@pytest.mark.parametrize("name", ["params.yaml", "dvc.yaml", "dvc.lock"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: f"<<<<<<< ours\n{text}=======\n>>>>>>> theirs\n".encode(), "conflict"),
        (lambda text: (text + "stages: {}\nstages: {}\n").encode(), "not YAML"),
        (lambda text: b"- a\n", ""),
    ],
)
def test_what_dvc_refuses_is_said_first(folder, name, change, said):
    for other in ("dvc.yaml", "dvc.lock"):
        shutil.copy(PARAMS.parent / other, folder)
    check(folder)
    (folder / name).write_bytes(change((folder / name).read_text()))
    with pytest.raises(UserError) as caught:
        check(folder)
    assert name in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["config", "config.local"])
def test_settings_of_dvc_with_a_conflict_are_named(folder, name):
    (folder / ".dvc").mkdir()
    (folder / ".dvc" / name).write_text("<<<<<<< ours\n[core]\n=======\n>>>>>>> theirs\n")
    with pytest.raises(UserError, match=rf"{name} holds a conflict that git left, at line 1"):
        check(folder)


def test_a_secret_in_a_line_that_is_no_setting_is_not_shown(folder):
    (folder / ".dvc").mkdir()
    (folder / ".dvc" / "config.local").write_text(
        "['remote \"s\"']\n    url = s3://b\n    password hunter2\n"
    )
    with pytest.raises(UserError, match=r"config\.local .* at line 3") as caught:
        check(folder)
    assert "hunter2" not in str(caught.value)


def change(folder, *replacements):
    text = (folder / "params.yaml").read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "params.yaml").write_text(text)


def test_names_in_no_list_are_noted(folder):
    assert check(folder) == []
    change(
        folder,
        (
            "variants:                             #",
            "variants:\n  mine: {epochs: 3}\n  base: {}\n  on: {extends: base} #",
        ),
        ("DenseNet169, ", ""),
    )
    notes = check(folder)
    assert [note.split("; ")[0] for note in notes] == [
        "backbones in no list, so that no stage runs them: DenseNet169",
        "variants in no list, so that no stage runs them: mine, on",
    ]


def test_cells_of_other_classes_are_told_with_what_to_do(folder):
    for cell in ("VGG16/sgd", "CompactCNN/modern", "Gone/sgd"):
        path = folder / "metrics" / "details" / f"{cell}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"classes": ["angry", "fear", "happy", "neutral", "sad", "surprise"]}')
    (folder / "metrics/details/VGG16/adam.json").write_text("{")
    assert check(folder) == []
    change(folder, ("classes: [angry, ", "classes: ["))
    again, gone = check(folder)
    assert "dvc repro --glob 'evaluate*@VGG16-sgd'" in again
    assert "dvc repro --glob 'evaluate*@CompactCNN-modern'" in again
    assert "rm metrics/*/Gone/sgd.json" in gone


def test_after_a_value_that_is_refused_stands_how_to_take_it_out(folder):
    change(folder, ("seed: 0", "seed: no"))
    with pytest.raises(UserError, match=r"seed: .*\n.*git checkout params\.yaml"):
        check(folder)


def test_an_archive_that_dvc_would_remove_is_refused_and_still_there(folder):
    shutil.copy(PARAMS.with_name("dvc.yaml"), folder)
    archive = folder / "data" / "raw" / "faces.zip"
    archive.parent.mkdir(parents=True)
    archive.touch()
    change(folder, ("source: kaggle ", "source: archive "), ("path: null ", "path: data/raw/faces.zip "))
    with pytest.raises(UserError, match=r"data\.archive\.path: .*move it elsewhere: DVC writes there"):
        check(folder)
    assert archive.exists()


def test_what_no_value_can_cause_is_not_laid_to_one(folder):
    change(folder, ("seed: 0", "<<<<<<< HEAD\nseed: 0"))
    with pytest.raises(UserError) as refused:
        check(folder)
    assert "conflict" in str(refused.value)
    assert "-S" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("dvc.lock", "schema: '3.0'\nstages: {}\n", "invalid schema version"),
        ("dvc.lock", "schema: '2.0'\nstages: {a: {cmd: x, outs: 3}}\n", "expected a list"),
        ("dvc.lock", "\0" * 4096, "is empty, as a kill"),
        ("dvc.lock", "a: 1\n||||||| base\n", "a conflict that git left, at line 2"),
        ("dvc.lock", "<<<<<<<\r\na: 1\r\n", "a conflict that git left, at line 1"),
        ("dvc.lock", "a: 1\na: 2\n", r"is not YAML, line 2, column 1: found duplicate key \"a\""),
        ("dvc.yaml", "stages: {a: {comand: x}}\n", "extra keys not allowed"),
        (".dvc/config", "[core\n", "is not what DVC takes .* at line 1"),
        (".dvc/config", "[core]\n    nonsense = 1\n", "is not what DVC takes .*nonsense"),
        (".dvc/config.local", "[core]\na = 1\na = 2\n", "is not what DVC takes .* at line 3"),
        (".dvc/config.local", "[core]\na\nb\n", "is not what DVC takes .* at line 2"),
        ("metrics/runs/a/b.json", "<<<<<<< HEAD\n{}\n", "a conflict that git left"),
    ],
)
def test_what_dvc_does_not_take_is_named_on_one_line(folder, name, content, said):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    with pytest.raises(UserError, match=said) as caught:
        check(folder)
    assert "\n" not in str(caught.value)
