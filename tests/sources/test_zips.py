"""What a zip may hold, and what is refused before it is read."""

import io
import stat
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import pytest

from emotions.runtime.errors import UserError
from emotions.sources import entries
from emotions.sources.entries import MAX_ENTRY
from emotions.sources.zips import SafeZip, verify

FILES = {"Training/Happy/a.jpg": bytes(range(60)), "Training/Sad/b.jpg": b"", "c.png": b"c" * 90}


def pack(files, method=zipfile.ZIP_DEFLATED):
    """Return the bytes of a zip of names, or ZipInfos, with their data."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of doubles
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


PACKED = {
    "stored": pack(FILES.items(), zipfile.ZIP_STORED),
    "deflated": pack(FILES.items(), zipfile.ZIP_DEFLATED),
}


def lie(packed, size, crc=None):
    """Return a zip of one entry whose headers declare another size, and another CRC."""
    packed = bytearray(packed)
    directory = packed.index(b"PK\x01\x02")
    for at in (14, directory + 16):
        if crc is not None:
            struct.pack_into("<I", packed, at, crc)
        struct.pack_into("<I", packed, at + 8, size)
    return bytes(packed)


def as_link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def named(name):
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    return info


@pytest.mark.parametrize("method", PACKED)
def test_reads_files_and_passes_over_folders(tmp_path, method):
    path = tmp_path / "given.zip"
    path.write_bytes(PACKED[method])
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("Training/Fear")
    with SafeZip(path) as archive:
        assert archive.names == tuple(FILES)
        assert {name: archive.read(name) for name in archive.names} == FILES
    assert verify(path) == len(FILES)


def test_says_what_a_file_is_that_is_no_zip(refused, tmp_path):
    assert "no CSV of FER2013, but 4 bytes of something else" in refused(b"text")
    assert "truncated" in refused(PACKED["stored"][:-30])
    assert "empty zip" in refused(pack([]))
    with pytest.raises(UserError, match="is missing"):
        SafeZip(tmp_path / "nowhere.zip")
    with pytest.raises(UserError, match="can't be read"):
        SafeZip(tmp_path)
    (tmp_path / "other.zip").write_bytes(b"x")
    with pytest.raises(UserError, match=r"^what came is no zip"):
        verify(tmp_path / "other.zip", called="what came")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("../a.jpg", "leads out"),
        ("Training/../../a.jpg", "leads out"),
        ("Training/..", "leads out"),
        ("../", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:/a.jpg", "absolute"),
        ("c:a.jpg", "absolute"),
        ("..\\a.jpg", "backslash"),
        ("Training\\a.jpg", "backslash"),
        ("a.jpg\0.txt", "no file name"),
        ("", "no file name"),
        ("c.png", "more than once"),
    ],
)
def test_refuses_names_that_mislead(refused, name, text):
    message = refused(pack([*FILES.items(), (named(name), b"x")]), SafeZip)
    assert text in message
    assert repr(name) in message


@pytest.mark.parametrize("name", ["..a.jpg", "a..b/c", "Training/a:b.jpg", "...", "ä.jpg"])
def test_takes_names_that_only_look_odd(tmp_path, name):
    path = tmp_path / "given.zip"
    path.write_bytes(pack([(name, b"x")]))
    assert verify(path) == 1


def test_refuses_links_and_special_files(refused):
    assert "'link': is a link" in refused(pack([(as_link("link"), "/etc/passwd")]), SafeZip)
    pipe = zipfile.ZipInfo("pipe")
    pipe.external_attr = stat.S_IFIFO << 16
    assert "'pipe': is a special file" in refused(pack([(pipe, b"")]), SafeZip)


def test_refuses_encrypted_entries(refused):
    packed = bytearray(pack([("a.jpg", b"x" * 20)]))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    packed[6] |= 1
    assert "'a.jpg': is encrypted" in refused(bytes(packed), SafeZip)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_refuses_methods_that_unpack_without_bound(refused, method):
    assert f"'a.jpg': is packed by method {method}" in refused(pack([("a.jpg", b"x")], method), SafeZip)


def test_names_ten_and_how_many(refused):
    message = refused(pack([(f"../{number}.jpg", b"x") for number in range(13)]), SafeZip)
    assert "13 entries" in message
    assert "and 3 more" in message
    assert message.count("leads out") == 10


def test_refuses_what_declares_too_much(refused, monkeypatch):
    assert f"{MAX_ENTRY + 1:,} bytes" in refused(pack([("a.jpg", bytes(MAX_ENTRY + 1))]), SafeZip)
    monkeypatch.setattr(entries, "MAX_TOTAL", 99)
    assert "100 bytes" in refused(pack([("a.jpg", bytes(60)), ("b.jpg", bytes(40))]), SafeZip)
    monkeypatch.setattr(entries, "MAX_TOTAL", 100)
    refused(pack([("../a.jpg", bytes(60)), ("b.jpg", bytes(40))]), SafeZip)


def test_refuses_more_entries_than_faces_can_need(refused, monkeypatch, tmp_path):
    two = pack([("a.jpg", b"x"), ("b.jpg", b"x")])
    monkeypatch.setattr(entries, "MAX_COUNT", 1)
    with monkeypatch.context() as patched:  # before an object is made of each
        patched.setattr(zipfile, "ZipFile", None)
        assert "holds 2 entries, and 1 are allowed" in refused(two, SafeZip)
        patched.setattr("emotions.sources.zips._DIRECTORY", 50)
        assert "a directory of 102 bytes, and 50 are allowed" in refused(two, SafeZip)
    monkeypatch.setattr(entries, "MAX_COUNT", 2)
    (tmp_path / "given.zip").write_bytes(two)
    with SafeZip(tmp_path / "given.zip") as archive:
        assert len(archive.names) == 2


def test_takes_an_entry_of_the_allowed_size(tmp_path):
    path = tmp_path / "given.zip"
    path.write_bytes(pack([("a.jpg", bytes(MAX_ENTRY))]))
    with SafeZip(path) as archive:
        assert len(archive.read("a.jpg")) == MAX_ENTRY


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bomb_that_lies_about_its_size_is_defused(refused, method):
    bomb = bytes(2 * MAX_ENTRY)
    packed = pack([("a.jpg", bomb)], method)
    for lying in (lie(packed, 100), lie(packed, 100, zlib.crc32(bytes(100)))):
        assert "'a.jpg': declares 100 bytes and holds more" in refused(lying)


def test_no_lie_about_sizes_fills_the_memory(tmp_path):
    path = tmp_path / "given.zip"
    vast = bytearray(PACKED["stored"])
    struct.pack_into("<L", vast, vast.index(b"PK\x01\x02") + 20, 2**31)
    for packed in (lie(pack([("a.jpg", bytes(8 * MAX_ENTRY))]), 100), vast):
        path.write_bytes(packed)
        with SafeZip(path) as archive:
            tracemalloc.start()
            archive.damaged()
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < MAX_ENTRY / 10


def test_a_length_that_is_not_the_declared_one_is_refused(refused):
    packed = pack([("a.jpg", b"x" * 300)])
    assert "declares 200 bytes and holds more" in refused(lie(packed, 200))
    assert "CRC" in refused(lie(packed, 200, zlib.crc32(b"x" * 200)))
    assert "declares 400 bytes and holds 300" in refused(lie(packed, 400))


def test_backslashes_of_a_program_of_windows_part_folders(tmp_path, refused):
    def entry(name):
        info = named(name)
        info.create_system = 0
        return info, b"x"

    path = tmp_path / "given.zip"
    path.write_bytes(pack([entry("Training\\Happy\\"), entry("Training\\Happy\\a.jpg")]))
    with SafeZip(path) as archive:
        assert archive.names == ("Training/Happy/a.jpg",)
        assert archive.read("Training/Happy/a.jpg") == b"x"
    assert "leads out" in refused(pack([entry("..\\a.jpg")]), SafeZip)
    assert "backslash" in refused(pack([entry("a/b\\c.jpg")]), SafeZip)
    assert "more than once" in refused(pack([entry("a/b.jpg"), entry("a\\b.jpg")]), SafeZip)
