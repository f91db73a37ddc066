"""The SHA-256 of a file."""

import pytest

from emotions.runtime.file_hash import sha256


def test_it_is_that_of_the_whole_content(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc" * 1_000_000)
    # printf 'abc%.0s' {1..1000000} | sha256sum
    assert sha256(path) == "f4096a131e7e6ebfa7a512b5c299e13b065df34d15624ee1202ab394cc4d7e90"


def test_a_file_that_is_missing_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        sha256(tmp_path / "nowhere")
