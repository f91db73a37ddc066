"""What is said of an error of the system."""

import errno
import os
import tempfile
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


def test_a_place_whose_folder_can_not_be_looked_at_does_not_hide_the_message(monkeypatch, tmp_path):
    def refused(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(Path, "is_dir", refused)
    assert f"{tmp_path} has " in system_message(error(errno.ENOSPC), [tmp_path / "a"])


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.ENXIO])
def test_a_broken_disk_or_share_is_said(number):
    assert "(data/x): check the disk, or the connection to the share" in system_message(
        error(number, "data/x")
    )


def test_that_no_folder_for_temporary_files_can_be_written_is_said(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    with pytest.raises(FileNotFoundError) as caught, tempfile.TemporaryDirectory():
        pass
    message = system_message(caught.value)
    assert message.startswith("No usable temporary directory found in ['/nowhere']: ")
    assert "set TMPDIR" in message


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EBADF])
def test_what_is_a_bug_is_not_explained_away(number):
    assert system_message(error(number, "x")) is None
