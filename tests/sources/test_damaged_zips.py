"""Zips that are cut, flipped or wrong about themselves: their own files come out, or none."""

import io
import random
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_zips import FILES, PACKED, pack

from emotions.runtime.errors import UserError
from emotions.sources.entries import MAX_ENTRY
from emotions.sources.zips import SafeZip, verify


def contents(data, folder):
    """Return what a zip of these bytes holds, or None if it is refused."""
    path = folder / "given.zip"
    path.write_bytes(data)
    try:
        verify(path)
        with SafeZip(path) as archive:
            return {name: archive.read(name) for name in archive.names}
    except UserError:
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("zips")


def test_names_every_damaged_entry(refused):
    packed = bytearray(PACKED["stored"])
    for data in (FILES["Training/Happy/a.jpg"], FILES["c.png"]):
        packed[packed.index(data)] ^= 1
    message = refused(bytes(packed))
    assert "2 entries" in message
    assert "Training/Happy/a.jpg" in message
    assert "c.png" in message

    def read(path):
        with SafeZip(path) as archive:
            archive.read("c.png")

    assert "1 entry" in refused(bytes(packed), read)


def test_an_end_that_announces_other_entries_is_refused(refused):
    packed = bytearray(PACKED["stored"])
    packed[-12] += 1
    assert "directory is not whole" in refused(bytes(packed))


@pytest.mark.parametrize("behind", [b"\n", b"more", b"PK\5\6", b"\0" * 100_000, b"<html>" * 50_000])
@pytest.mark.parametrize("method", PACKED)
def test_bytes_behind_the_end_do_no_harm(folder, method, behind):
    assert contents(PACKED[method] + behind, folder) == FILES
    assert contents(PACKED[method][:-30] + behind, folder) is None


def test_bytes_before_the_start_and_a_comment_do_no_harm(folder):
    packed = io.BytesIO(b"#!/bin/sh\n" * 100)
    packed.seek(0, io.SEEK_END)
    with zipfile.ZipFile(packed, "a") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        archive.comment = b"PK\5\6" + bytes(40)
    assert contents(packed.getvalue(), folder) == FILES


@pytest.mark.parametrize("behind", [b"", b"more"])
def test_a_whole_zip_inside_a_truncated_one_is_not_taken_for_it(folder, behind):
    outer = pack([*FILES.items(), ("inner.zip", PACKED["deflated"])], zipfile.ZIP_STORED)
    for extra in (0, 5):
        cut = outer.index(PACKED["deflated"]) + len(PACKED["deflated"]) + extra
        assert contents(outer[:cut] + behind, folder) is None


def test_zip64_announces_its_entries_elsewhere(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    packed = bytearray(pack(FILES.items()))
    packed[-14:-10] = b"\xff" * 4
    (tmp_path / "whole.zip").write_bytes(packed)
    assert verify(tmp_path / "whole.zip") == len(FILES)
    packed[packed.index(b"PK\6\6") + 32] += 1
    assert "directory is not whole" in refused(bytes(packed))


@pytest.mark.parametrize("method", PACKED)
def test_any_truncation_is_refused(folder, method):
    packed = PACKED[method]
    assert contents(packed, folder) == FILES
    for length in range(len(packed)):
        assert contents(packed[:length], folder) is None


@pytest.mark.parametrize("method", PACKED)
def test_any_flipped_byte_is_refused_or_harmless(folder, method):
    packed = PACKED[method]
    choose = random.Random(0)
    for at in range(len(packed)):
        flipped = bytearray(packed)
        flipped[at] ^= choose.randint(1, 255)
        found = contents(bytes(flipped), folder)
        assert found is None or found == FILES


def test_ends_without_number_are_looked_at_in_a_moment(folder):
    began = time.monotonic()
    assert contents(b"PK\3\4" + b"PK\5\6" * 2**19, folder) is None
    assert time.monotonic() - began < 20  # if each copied what follows it, it would be minutes


def test_entries_that_overlap_are_read_or_refused(folder):
    inner = pack([("b.jpg", b"b")], zipfile.ZIP_STORED)
    record = inner[: inner.index(b"PK\x01\x02")]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jpg", record)
        (inside,) = zipfile.ZipFile(io.BytesIO(inner)).infolist()
        inside.header_offset = len(packed.getvalue()) - len(record)
        archive.filelist.append(inside)
    # Newer versions of `zipfile` refuse them.
    assert contents(packed.getvalue(), folder) in ({"a.jpg": record, "b.jpg": b"b"}, None)


def from_finder(count):
    """A zip of empty files as macOS's Archive Utility ends it: no zip64, the count modulo 65,536."""
    entries, directory = [], []
    for number in range(count):
        name = b"%06d.jpg" % number
        sizes = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        directory.append(b"PK\1\2\0\0" + sizes + struct.pack("<3H2L", 0, 0, 0, 0, len(entries) * 40) + name)
        entries.append(b"PK\3\4" + sizes + name)
    whole = b"".join(directory)
    end = struct.pack("<4H2LH", 0, 0, count % 2**16, count % 2**16, len(whole), 40 * count, 0)
    return b"".join(entries) + whole + b"PK\5\6" + end


def test_more_entries_than_the_end_can_count_are_read_whole(tmp_path, refused):
    count = 2**16 + 3
    packed = from_finder(count)
    (tmp_path / "whole.zip").write_bytes(packed)
    with SafeZip(tmp_path / "whole.zip") as archive:
        assert len(archive.names) == count
        assert archive.read(archive.names[-1]) == b""
    for length in (len(packed) - 1, len(packed) // 2, 40 * count):
        assert "truncated" in refused(packed[:length], SafeZip)


@given(
    method=st.sampled_from(sorted(PACKED)),
    edits=st.lists(
        st.tuples(st.integers(0, 2**16), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6
    ),
)
def test_anything_like_a_zip_is_read_or_refused(folder, method, edits):
    packed = bytearray(PACKED[method])
    for at, data in edits:
        start = at % len(packed)
        packed[start : start + len(data)] = data
    found = contents(bytes(packed), folder)
    assert found is None or all(len(data) <= MAX_ENTRY for data in found.values())


@settings(max_examples=30)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.jpg", fullmatch=True), st.binary(), min_size=1)
)
def test_whatever_was_packed_is_read(folder, files):
    assert contents(pack(files.items()), folder) == files
