"""An attempt goes on from the furthest checkpoint, and no other attempt writes what it writes."""

import json

import numpy as np
import pytest

from emotions.fanout import checkpoints
from emotions.fanout.checkpoints import epochs, own_folder
from emotions.runtime.atomic_files import write_arrays


def save(file, reached):
    write_arrays(file, {"0": np.zeros(3), "state": np.array(json.dumps({"history": [{}] * reached}))})


class KilledError(Exception):
    pass


def interrupted(common, cell, reached, key="key"):
    """An attempt that gets as far as that; return its folder, in which an orphan may go on."""
    with pytest.raises(KilledError), own_folder(common, cell) as folder:  # noqa: PT012
        save(folder / key / "last.npz", reached)
        raise KilledError
    return folder


def test_an_attempt_goes_on_from_the_furthest_of_all_before_it(tmp_path):
    save(tmp_path / "key" / "last.npz", 2)
    interrupted(tmp_path, "a", 5)
    interrupted(tmp_path, "a", 3)
    with own_folder(tmp_path, "a") as folder:
        assert epochs(folder / "key" / "last.npz") == 5


def test_what_an_orphan_writes_reaches_neither_its_successor_nor_the_common_folder(tmp_path):
    orphans = interrupted(tmp_path, "a", 1)
    with own_folder(tmp_path, "a") as folder:
        save(orphans / "key" / "last.npz", 9)
        assert epochs(folder / "key" / "last.npz") == 1
        save(folder / "key" / "last.npz", 2)
        save(orphans / "key" / "last.npz", 10)
        assert epochs(folder / "key" / "last.npz") == 2
    assert epochs(tmp_path / "key" / "last.npz") == 2
    assert not list((tmp_path / "fanout" / "a").iterdir())


def test_an_orphan_that_ends_well_takes_nothing_from_its_successor(tmp_path):
    with own_folder(tmp_path, "a") as orphans:
        save(orphans / "key" / "last.npz", 1)
        successor = own_folder(tmp_path, "a")
        folder = successor.__enter__()
        save(folder / "key" / "last.npz", 2)
        save(orphans / "key" / "last.npz", 3)
    assert epochs(folder / "key" / "last.npz") == 2
    successor.__exit__(None, None, None)


def test_writing_leaves_the_checkpoint_that_it_began_with_as_it_was(tmp_path):
    save(tmp_path / "key" / "last.npz", 2)
    interrupted(tmp_path, "a", 7)
    assert epochs(tmp_path / "key" / "last.npz") == 2


def test_a_run_that_has_ended_takes_its_checkpoint_away_and_leaves_others(tmp_path):
    save(tmp_path / "ended" / "last.npz", 2)
    save(tmp_path / "other" / "last.npz", 4)
    with own_folder(tmp_path, "a") as folder:
        (folder / "ended" / "last.npz").unlink()
    assert not (tmp_path / "ended").exists()
    assert epochs(tmp_path / "other" / "last.npz") == 4


def test_a_checkpoint_that_another_cell_has_ended_does_not_come_back(tmp_path):
    save(tmp_path / "key" / "last.npz", 2)
    with own_folder(tmp_path, "bystander"), own_folder(tmp_path, "its own") as folder:
        (folder / "key" / "last.npz").unlink()
    assert not (tmp_path / "key").exists()


def test_a_damaged_checkpoint_is_none(tmp_path):
    interrupted(tmp_path, "a", 2)
    save(tmp_path / "key" / "last.npz", 1)
    (damaged,) = (tmp_path / "fanout" / "a").glob("*/key/last.npz")
    damaged.write_bytes(damaged.read_bytes()[:100])
    with own_folder(tmp_path, "a") as folder:
        assert epochs(folder / "key" / "last.npz") == 1


def test_where_the_file_system_has_no_hard_links_it_goes_on_all_the_same(tmp_path, monkeypatch):
    save(tmp_path / "key" / "last.npz", 2)

    def refuse(*_):
        raise OSError

    monkeypatch.setattr(checkpoints.Path, "hardlink_to", refuse)
    with own_folder(tmp_path, "a") as folder:
        assert epochs(folder / "key" / "last.npz") == 2
        save(folder / "key" / "last.npz", 3)
        assert epochs(tmp_path / "key" / "last.npz") == 2
    assert epochs(tmp_path / "key" / "last.npz") == 3
