"""The command as a process: what it imports, leaves behind and reads from a pipe."""

import os
import subprocess
import sys
from pathlib import Path

from photographs import draw

SRC = Path(__file__).parents[2] / "src"


def run(*words, folder, stdin=None, code="from emotions.predict.__main__ import *; start(main)", **variables):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SRC)} | variables,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_it_runs_in_any_folder_on_any_name_without_tensorflow_or_dvc(model, tmp_path):
    names = [os.fsdecode(b"caf\xe9 \n.png"), "-x.png", "Ä €.png"]
    for name in names:
        draw(tmp_path / name)
    heavy = ("tensorflow", "keras", "dvc", "pydantic", "pandas", "matplotlib", "scipy")
    code = (
        "import sys; from emotions.predict.__main__ import *; start(main); "
        f"print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = run("--model", "m.onnx", "--no-detect", "--", *names, folder=tmp_path, code=code)
    assert (done.returncode, done.stderr) == (0, b"")
    *lines, loaded = done.stdout.decode().splitlines()
    assert [line.split("  ")[0] for line in lines] == ["caf\\udce9 \\n.png", "-x.png", "Ä €.png"]
    assert loaded == "[]"


def test_it_leaves_nothing_in_the_home_or_among_temporary_files(model, tmp_path):
    """As ONNX Runtime does, which counts its users for its makers."""
    (tmp_path / "home").mkdir()
    name = draw(tmp_path / "a.png")
    home = str(tmp_path / "home")
    done = run("--model", model, name, folder=tmp_path, HOME=home, TMPDIR=home, XDG_CACHE_HOME=home)
    assert done.returncode == 0
    assert list((tmp_path / "home").rglob("*")) == []


def test_a_photo_may_come_in_by_the_standard_input(model, tmp_path):
    content = Path(draw(tmp_path / "a.png")).read_bytes()
    done = run("--model", "m.onnx", "--no-detect", "-", folder=tmp_path, stdin=content)
    assert done.stdout.decode().splitlines() == ["-  up 1.000  down 0.200  dark 0.100"]
    assert run("--model", "m.onnx", "-", folder=tmp_path, stdin=b"").returncode == 1
    closed = "import sys; sys.stdin = None; from emotions.predict.__main__ import *; start(main)"
    done = run("--model", "m.onnx", "-", folder=tmp_path, code=closed)
    assert done.stderr.startswith(b"error: - is empty\n")
