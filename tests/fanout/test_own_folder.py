"""A folder of a process's own goes with it, however it ends."""

import multiprocessing

import pytest

from emotions.fanout.attempt import home, own_folder


def hold(parent, pipe):
    with own_folder(parent, "cell") as folder:
        pipe.send(folder)
        pipe.recv()


@pytest.fixture
def start(tmp_path):
    """A function that starts a process with such a folder; it gives both."""
    context = multiprocessing.get_context("fork")
    started = []

    def run():
        ours, theirs = context.Pipe()
        started.append((context.Process(target=hold, args=(tmp_path, theirs)), ours))
        started[-1][0].start()
        return started[-1][0], ours.recv()

    yield run
    for process, _ in started:
        process.kill()
        process.join()


def test_the_next_one_removes_what_a_killed_process_left_and_nothing_of_one_that_lives(start, tmp_path):
    _, living = start()
    killed, left = start()
    (left / "file").touch()
    (tmp_path / "cell-of-someone-else").mkdir()
    killed.kill()
    killed.join()
    assert left.is_dir()
    with own_folder(tmp_path, "cell") as own:
        assert not left.exists()
        assert living.is_dir()
    assert not own.exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        "cell-of-someone-else", living.name, f"{living.name}.lock",
    }  # fmt: skip


def test_a_home_that_is_someone_elses_is_refused(tmp_path):
    own = home(tmp_path)
    assert own.stat().st_mode & 0o777 == 0o700
    own.rename(tmp_path / "moved")
    own.symlink_to(tmp_path / "moved")
    with pytest.raises(PermissionError, match="belongs to someone else"):
        home(tmp_path)
