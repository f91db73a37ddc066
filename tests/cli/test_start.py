"""How commands start and end, as processes of their own."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from emotions.cli.start import find_project, given
from emotions.runtime.errors import UserError

SRC = Path(__file__).parents[2] / "src"


def start(code, *, folder=None, **environment):
    """Run code after what it may need was imported; what it printed, and how it ended."""
    setup = "import os, sys\nfrom pathlib import Path\nfrom emotions.cli.start import *\n"
    return subprocess.run(
        [sys.executable, "-c", setup + code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SRC)} | environment,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("main", "reader", "codes"),
    [
        ("lambda: [print(number) for number in range(10**5)]", "head -1", {b"141"}),
        ("lambda: argparse.ArgumentParser(epilog='x ' * 10**5).parse_args(['-h'])", "true", {b"0", b"141"}),
        ("lambda: print('all of it')", "cat > /dev/null", {b"0"}),
    ],
)
def test_it_ends_quietly_where_nobody_reads_on(main, reader, codes):
    command = f'{sys.executable} -c "import argparse; from emotions.cli.start import *; start({main})"'
    done = subprocess.run(
        ["bash", "-c", f"{command} | {reader} > /dev/null; echo ${{PIPESTATUS[0]}}"],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        capture_output=True,
        check=False,
    )
    assert done.stdout.strip() in codes
    assert done.stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "utf-8:strict", "latin-1"])
def test_any_name_can_be_printed_on_any_terminal(encoding):
    done = start(r"start(lambda: print(os.fsdecode(b'caf\xe9'), 'ä€'))", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"caf\\udce9 ")


def test_an_error_is_one_line():
    done = start(
        "def main():\n    raise UserError('what to do: \\udce9ä')\nstart(main)", PYTHONIOENCODING="ascii"
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.splitlines() == [b"error: what to do: \\udce9\\xe4"]


def test_output_that_is_closed_does_not_matter():
    done = start("os.close(1); sys.stdout = None\nstart(lambda: print('x'))")
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_project_is_found_from_below_it_and_from_elsewhere(tmp_path, monkeypatch):
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert find_project() == tmp_path
    monkeypatch.chdir("/")
    assert find_project() == SRC.parent


@pytest.mark.parametrize("variables", [{}, {"PYTHONSAFEPATH": "1"}])
def test_from_any_folder_the_projects_own_networks_are_found(tmp_path, variables):
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).touch()
    for name in ("networks", "docs"):
        (tmp_path / name).mkdir()
    (tmp_path / "networks" / "my_net.py").write_text("found = True")
    code = "with in_project():\n    import networks.my_net\n    print(networks.my_net.found, Path.cwd().name)"
    done = start(code, folder=tmp_path / "docs", **variables)
    assert (done.stdout.decode().split(), done.stderr) == (["True", tmp_path.name], b"")


def test_paths_on_the_command_line_are_those_of_where_it_was_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/somewhere")
    assert given(Path("a/b")) == tmp_path / "a" / "b"
    assert given(Path("~/x")) == Path("/somewhere/x")
    assert given(".") == tmp_path
    with pytest.raises(UserError, match=r"~nobody-here/x: no home is known of '~nobody-here'"):
        given(Path("~nobody-here/x"))


@pytest.mark.parametrize(
    ("command", "words", "named"),
    [
        ("export", [""], "MODEL"),
        ("export", ["m.keras", "--output", ""], "--output"),
        ("predict", ["a.jpg", "--draw", ""], "--draw"),
        ("show", ["--params="], "--params"),
        ("app", ["--model", ""], "--model"),
    ],
)
def test_an_empty_word_is_no_path(command, words, named, capsys):
    with pytest.raises(SystemExit) as caught:
        importlib.import_module(f"emotions.cli.{command}").main(words)
    assert caught.value.code == 2
    assert f"error: argument {named}: an empty word is given; allowed: a path" in capsys.readouterr().err


@pytest.mark.parametrize("model", ["missing.keras", ".", "/"])
def test_of_an_export_the_model_is_what_is_missing(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^/\S* is missing or no file; allowed: a \.keras file$"):
        importlib.import_module("emotions.cli.export").main([model])


def test_streams_that_were_closed_are_nowhere():
    code = "start(lambda: [print(1), sys.stdout.write('a'), sys.stderr.write('b'), sys.stdin.read()])"
    command = f'{sys.executable} -c "import sys; from emotions.cli.start import *; {code}" <&- >&- 2>&-'
    done = subprocess.run(["bash", "-c", command], env=os.environ | {"PYTHONPATH": str(SRC)}, check=False)
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("code", ["print(1)", "print('x' * 10**6)", "print(1, flush=True)"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_can_not_be_written_is_told_from_a_full_disk(code, unbuffered):
    command = f'{sys.executable} -c "from emotions.cli.start import *; start(lambda: {code})" > /dev/full'
    done = subprocess.run(
        ["bash", "-c", command],
        env=os.environ | {"PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: what is printed can't be written")
    assert done.stderr.count(b"\n") == 1


def test_a_folder_that_is_gone_is_said(tmp_path):
    (tmp_path / "gone").mkdir()
    done = start("Path.cwd().rmdir()\nstart(lambda: print(Path.cwd()))", folder=tmp_path / "gone")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"error: the folder that this was called in is gone")


@pytest.mark.parametrize(("command", "first"), [("check", "in_project"), ("demo", "find_project")])
def test_a_command_without_arguments_takes_none(command, first, monkeypatch):
    main = importlib.import_module(f"emotions.cli.{command}").main
    monkeypatch.setattr(f"emotions.cli.{command}.{first}", None)
    for argument, code in (("--help", 0), ("other", 2)):
        monkeypatch.setattr(sys, "argv", [command, argument])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == code


APP = """
import signal, types
from emotions.cli import app

def serve(*_):
    print(*(signal.getsignal(one).__name__ if callable(signal.getsignal(one)) else signal.getsignal(one).name
            for one in (signal.SIGHUP, signal.SIGTERM)))

sys.modules["emotions.predict.page"] = types.ModuleType("page")
sys.modules["emotions.predict.page"].serve = serve
app.Predictor.load = lambda _: None
signal.signal(signal.SIGHUP, signal.{before})
app.main([])
"""


@pytest.mark.parametrize(
    ("before", "serving"),
    [("SIG_IGN", "SIG_IGN"), ("SIG_DFL", "default_int_handler")],
    ids=["nohup", "shell"],
)
def test_the_page_ends_with_its_terminal_but_under_nohup(before, serving):
    done = start(APP.format(before=before))
    assert done.stdout.decode() == f"{serving} default_int_handler\n", done.stderr.decode()
