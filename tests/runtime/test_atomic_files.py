"""Files are whole or not there."""

import errno
import json
import math
import multiprocessing
import os

import numpy as np
import pytest

from emotions.runtime.atomic_files import atomic_write, write_arrays, write_json, write_text


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "old")

    def fill_the_disk():
        with atomic_write(path) as temporary:
            temporary.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill_the_disk()
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_goes_at_the_next_call(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=die_while_writing, args=(tmp_path / "a",))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert not (tmp_path / "a").exists()
    write_text(tmp_path / "a", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def die_while_writing(path):
    with atomic_write(path) as temporary:
        temporary.write_text("half")
        os._exit(9)


def test_the_temporary_file_keeps_the_name_and_stands_on_the_same_file_system(tmp_path):
    with atomic_write(tmp_path / "model.keras") as temporary:
        assert temporary.name == "model.keras"
        assert tmp_path in temporary.parents
        temporary.touch()


def test_lists_of_plain_values_and_flat_members_of_lists_stand_on_one_line(tmp_path):
    content = {
        "a": [1, None],
        "b": [[1, 2], [3]],
        "c": [{"x": 1, "y": "\u00e9"}, {"z": []}],
        "d": {},
        "e": [],
    }
    write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads(text) == content
    assert [line.strip() for line in text.splitlines()] == [
        "{",
        '"a": [1, null],',
        '"b": [',
        "[1, 2],",
        "[3]",
        "],",
        '"c": [',
        '{"x": 1, "y": "\u00e9"},',
        "{",
        '"z": []',
        "}",
        "],",
        '"d": {},',
        '"e": []',
        "}",
    ]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_is_strict(tmp_path, number):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", {"loss": number})
    assert not list(tmp_path.iterdir())


def test_json_keeps_the_order(tmp_path):
    write_json(tmp_path / "a.json", {"b": 1, "a": None})
    assert (tmp_path / "a.json").read_text() == '{\n  "b": 1,\n  "a": null\n}\n'
    assert json.loads((tmp_path / "a.json").read_text()) == {"b": 1, "a": None}


def test_arrays_are_the_same_bytes_and_no_pickles(tmp_path):
    arrays = {"a": np.arange(3), "b": np.array(["x", "yy"])}
    for name in ("1.npz", "2.npz"):
        write_arrays(tmp_path / name, arrays)
    assert (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()
    with pytest.raises(ValueError, match="pickle"):
        write_arrays(tmp_path / "3.npz", {"c": np.array([object()])})
    assert not (tmp_path / "3.npz").exists()
