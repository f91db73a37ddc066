"""What the command says and refuses before anything is trained, and that it trains nothing then."""

import pytest
from filelock import FileLock
from stub_project import ended

from emotions.fanout.command import main


def test_a_second_fan_out_in_one_workspace_is_refused(make_stub):
    project = make_stub({"a": {}})
    folder = project.path / ".dvc" / "tmp" / "fanout"
    folder.mkdir(parents=True)
    with FileLock(folder / "lock"):
        assert "another fan-out runs in" in project.fanout("--dry-run", status=1)


def test_a_dry_run_runs_no_cell_and_leaves_what_they_stand_on(make_stub):
    project = make_stub({"a": {}, "b": {}})
    (project.path / "data.txt").write_text("old")
    said = project.fanout("--dry-run", "--cells", "a*", "b")
    assert "First of all run: prepare" in said
    assert "2 of 2 cells are to be run." in said
    assert not project.trained()
    assert (project.path / "data.txt").read_text() == "old"


def test_a_list_names_one_stale_cell_a_line(make_stub):
    project = make_stub({"a": {}, "b": {}, "c": {}})
    assert project.fanout("--list", "--cells", "[ac]").splitlines() == ["a", "c"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--cells", "z*"], "--cells z*: no cell is called so; there are, among others, a"),
        (["--cells", "a", "z"], "--cells z: no cell is called so; there are, among others, a"),
        (["--through", "remote"], "DVC has no default remote"),
        (["cell", "b"], "cell b: there is none; there are, among others, a"),
        (["--cpus-per-cell", "2"], "EMOTIONS_THREADS is '1' and --cpus-per-cell 2"),
    ],
)
def test_what_can_not_be_is_said_before_a_cell_starts(make_stub, words, message):
    project = make_stub({"a": {}})
    said = project.fanout(*words, status=1, EMOTIONS_THREADS="1")
    assert message in said
    assert not project.trained()


def test_an_address_where_nothing_listens_is_an_error_at_once(make_stub):
    project = make_stub({"a": {}})
    said = ended(project.start("--address", "127.0.0.1:1"), status=1)
    assert "--address 127.0.0.1:1: no cluster of Ray can be joined there" in said
    assert not project.trained()


def test_what_stages_print_is_no_name_of_a_cell(make_stub):
    project = make_stub({"a": {}})
    script = project.path / "prepare.py"
    script.write_text(script.read_text() + "print('35,340 faces')\n")
    out, err = project.start("--list").communicate()
    assert out == "a\n"
    assert "35,340 faces" in err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--cpus-per-cell", "0"), ("--cpus-per-cell", "0.5"), ("--gpus-per-cell", "1.5"),
     ("--gpus-per-cell", "-1"), ("--patience", "long"), ("--patience", "inf"), ("--address", "somewhere")],
)  # fmt: skip
def test_a_number_that_makes_no_sense_is_refused_with_what_is_allowed(option, value, capsys):
    with pytest.raises(SystemExit):
        main([f"{option}={value}"])
    assert f"'{value}' is given; allowed: " in capsys.readouterr().err
