"""What is said of an error of the system."""

import errno
import os
from pathlib import Path

import pytest

from emotions.runtime.errors import system_message


def error(number, *names):
    return OSError(number, os.strerror(number), *names)


def test_a_file_is_named_with_what_to_do():
    message = system_message(error(errno.EACCES, "data/x"))
    assert message == "Permission denied (data/x): check the permissions, then run the same command again"


def test_a_full_disk_without_a_name_names_every_place_that_was_written_to(tmp_path):
    message = system_message(error(errno.ENOSPC), [tmp_path / "a" / "b.npz", Path("/dev/shm/x"), tmp_path])
    assert message.startswith("No space left on device (/")
    assert message.count(" bytes left") == 2
    assert f"{tmp_path} has " in message
    assert "/dev/shm has " in message
    assert message.endswith(": free some disk space, then run the same command again")


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EBADF])
def test_what_is_a_bug_is_not_explained_away(number):
    assert system_message(error(number, "x")) is None
