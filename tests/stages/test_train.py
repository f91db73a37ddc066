"""Stage `train`: short of disk, twice, for longer; where it runs, and that it runs alone."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from emotions.runtime import cpu, hardware
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from emotions.stages import command, train

OUTS = ("model.keras", "history.csv", "timing.json")


@pytest.fixture
def folder(tmp_path, faces, statistics, cell, monkeypatch):
    faces.save(tmp_path / "faces.npz")
    statistics.save(tmp_path / "statistics.npz")
    (tmp_path / "plan").mkdir()
    for name, epochs in (("cell", 2), ("longer", 3)):
        settings = cell("Dropping", epochs=epochs, learning_rate=0.001, optimizer="rmsprop")
        (tmp_path / "plan" / f"{name}.json").write_text(settings.model_dump_json())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


@pytest.fixture
def run(folder, monkeypatch, capsys, eagerly):
    """A function that calls the stage as a new process would; it returns how it exits and what it says."""

    def run(cell="cell"):
        words = [f"cell=plan/{cell}.json", "faces=faces.npz", "statistics=statistics.npz"]
        words += [f"{out.partition('.')[0]}={out}" for out in OUTS]
        monkeypatch.setattr(sys, "argv", ["train", *(f"--{word}" for word in words)])
        keras.backend.clear_session()  # layers without a name of their own are counted
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            command.run(train.main)
        return caught.value.code, capsys.readouterr().err

    return run


def outs(folder):
    """The bytes of model and history; nothing else may be left over."""
    assert {path.name for path in folder.iterdir()} == {
        "plan", "faces.npz", "statistics.npz", ".checkpoints", *OUTS,
    }  # fmt: skip
    assert not [path for path in (folder / ".checkpoints").iterdir() if path.suffix != ".lock"]
    return [(folder / name).read_bytes() for name in OUTS[:2]]


def test_short_of_disk_it_leaves_nothing_and_run_again_it_makes_the_same_bytes(folder, run):
    (folder / "plan" / "longer.json").unlink()
    assert run()[0] == 0
    expected = outs(folder)
    for name in OUTS:
        (folder / name).unlink()

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10**4, before[1]))
    try:
        message, _ = run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert message.startswith("error: File too large")
    assert not any((folder / name).exists() for name in OUTS)

    assert run()[0] == 0
    assert outs(folder) == expected


def test_a_cell_of_more_epochs_goes_on_where_the_shorter_one_ended(folder, run):
    code, said = run("longer")
    assert code == 0
    assert "epoch 1/3" in said
    expected = outs(folder)

    assert run()[0] == 0
    assert list((folder / ".checkpoints").glob("*/last.npz"))
    code, said = run("longer")
    assert code == 0
    assert "epoch 2/3" not in said
    assert "epoch 3/3" in said
    assert outs(folder) == expected


def test_it_ends_when_the_process_that_started_it_is_killed():
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'from emotions.runtime.parent_watch import"
        " end_with_parent; import time; end_with_parent(0.1); print(1, flush=True); time.sleep(60)'],"
        " stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); child.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and alive(child):
        time.sleep(0.1)
    assert not alive(child)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_trainer_of_the_same_run_waits(tmp_path):
    code = (
        "import sys; from pathlib import Path; from emotions.runtime.lock import one_trainer\n"
        "with one_trainer(Path('run.lock')):\n"
        "    print('in', flush=True); sys.stdin.readline(); print('out', flush=True)"
    )
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    options = {"cwd": tmp_path, "text": True, **pipes}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, **options) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen(command, **options) as second:
            assert "waiting for it to end" in second.stderr.readline()
            first.kill()  # a lock dies with its holder
            assert second.communicate("\n")[0] == "in\nout\n"


@pytest.mark.parametrize("own_group", [False, True])
def test_a_process_under_dvc_goes_on_in_a_group_of_its_own_too(own_group):
    code = "from emotions.runtime.parent_watch import end_with_parent; end_with_parent(); print('on')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DVC_STAGE": "train"},
        start_new_session=own_group,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "on\n", done.stderr


@pytest.mark.parametrize(
    ("precision", "instructions", "warned"),
    [("mixed_bfloat16", "avx2", True), ("mixed_bfloat16", "avx512_bf16", False), ("float32", "avx2", False)],
)
def test_it_says_where_bfloat16_is_slow(tmp_path, cell, monkeypatch, capsys, precision, instructions, warned):
    (tmp_path / "cell.json").write_text(cell(precision=precision).model_dump_json())
    monkeypatch.setattr(cpu, "instructions", lambda: instructions)
    monkeypatch.setattr(hardware, "configure", lambda *_, **__: None)
    with pytest.raises(UserError, match="none"):
        train.main(tmp_path / "cell.json", *[tmp_path / "none"] * 5)
    assert ("mixed_bfloat16 is slow here" in capsys.readouterr().err) == warned
