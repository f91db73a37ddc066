"""Archives in archives and in folders, and what is no archive."""

import gzip
import io
import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import CSV, FILES, packed, tar
from test_fer2013 import KNOWN, faces_of_csv

from emotions.runtime.errors import UserError
from emotions.sources import entries
from emotions.sources.archive import write_archive
from emotions.sources.entries import MAX_ENTRY
from emotions.sources.zips import SafeZip


@pytest.mark.parametrize("outer", [packed, tar])
def test_one_archive_in_another_is_read(take, outer):
    assert (
        take(outer({"a/archive.zip": packed(FILES), "a/README.md": b"x", "__MACOSX/._a.zip": b"x"})) == FILES
    )
    assert take(outer({"archive.tgz": outer({"archive.zip": packed(FILES)})})) == FILES


def test_an_inner_archive_may_be_larger_than_a_face(take):
    faces = {f"train/happy/{number}.jpg": np.random.default_rng(number).bytes(2**20) for number in range(12)}
    assert take(packed({"archive.zip": packed(faces)})) == faces


def test_a_folder_around_one_archive_is_read(tmp_path, path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "archive.zip").write_bytes(packed(FILES))
    write_archive(str(tmp_path / "given"), path)
    assert path.read_bytes() == packed(FILES)


def test_where_there_is_doubt_it_says_so(refuse, take):
    two = packed({"train.zip": packed(FILES), "test.zip": packed(FILES)})
    assert "several archives, test.zip, train.zip: unpack them" in refuse(two)
    deep = packed(FILES)
    for _ in range(5):
        deep = packed({"a.zip": deep})
    assert "archives deep" in refuse(deep)
    halves = {"train.csv": CSV.encode(), "test.csv": CSV[:-1].encode()}
    assert "halves of a table, test.csv, train.csv: take the whole" in refuse(packed(halves))
    assert take(packed({"a.zip": packed(FILES)} | FILES)) == {"a.zip": packed(FILES)} | FILES
    assert faces_of_csv(take(packed(halves | {"icml_face_data.csv": CSV.encode() + b"\n"}))) == KNOWN


@pytest.mark.parametrize("suffix", [".jfif", "", ".png"])
@pytest.mark.parametrize("beside", ["labels.csv", "labels.parquet", "a.zip", "a.7z.001"])
def test_files_in_folders_of_classes_are_the_data_set_whatever_lies_beside(take, suffix, beside):
    files = {name.replace(".jpg", suffix): data for name, data in FILES.items()} | {beside: b"x" * 9000}
    assert take(packed(files)) == files


def test_the_larger_of_an_archive_and_images_beside_it_is_taken(take):
    assert take(packed({"preview.png": b"x", "archive.zip": packed(FILES)})) == FILES
    images = {"happy/a.png": b"x" * 9000, "labels.csv": b"name,label\n"}
    assert take(packed(images)) == images


@pytest.mark.parametrize(
    "name", ["a.zip.001", "a.7z.02", "a.tar.gz.aa", "a.zip.partb", "a.z01", "a.r00", "a.PART2.rar"]
)
def test_a_part_of_an_archive_is_called_one(refuse, name):
    assert f"{name} is one part of several: join them" in refuse(tar(FILES), name)
    assert f"parts of an archive, {name}, b.zip.002: join" in refuse(packed({name: b"x", "b.zip.002": b"x"}))


def test_the_last_part_of_a_split_zip_is_called_one(tmp_path, refuse):
    (tmp_path / "given.z01").write_bytes(b"x")
    assert "given.zip is one part of several" in refuse(packed(FILES)[9:], "given.zip")


def test_an_inner_archive_is_trusted_no_more(refuse):
    message = refuse(packed({"a.zip": packed({"../x.jpg": b""})}))
    assert "a.zip in " in message
    assert "leads out" in message


def test_a_bomb_of_archives_is_refused(refuse, monkeypatch):
    monkeypatch.setattr(entries, "MAX_TOTAL", 10**6)
    monkeypatch.setattr("emotions.sources.containers.MAX_TOTAL", 10**6)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.zip", bytes(2 * 10**6))
    assert "allowed" in refuse(bomb.getvalue())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it, and set data.archive.path"),
        (b"Rar!\x1a\x07", "a RAR archive: unpack it"),
        (b"\xfd7zXZ\0", "packed by xz: unpack it"),
        (b"PAR1", "a Parquet file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"outs:\n- md5: x\n", "dvc pull"),
        (b"", "is empty"),
        (b"<!doctype html><title>Emotions</title>", "a web page"),
        (b"some text", "is no zip, no tar and no CSV of FER2013, but 9 bytes"),
        (b"]\0\0\x80\0", "packed by xz"),
        (b"\x89HDF\r\n", "an HDF5 file: write its images"),
        (b"\x89PNG", "one image: set data.archive.path to the folder"),
        (b"md5: x\nouts:\n- md5: x\n", "dvc pull"),
        (b'{"emotion": 3, "pixels": "1 2"}\n', "is no zip"),
        (gzip.compress(packed(FILES)), "in it is a zip: unpack it"),
        (packed({"a/b.7z": b"7z\xbc\xaf", "README.md": b""}), "given is a 7z archive: unpack it"),
        (tar({"train.parquet": b"PAR1"}), "a Parquet file: write its images"),
        (packed({"train.parquet": b"PAR1", "test.parquet": b"PAR1"}), "a Parquet file: write its images"),
        (packed({"train.dvc": b"outs:\n- md5: x\n", "test.dvc": b"outs:\n- md5: x\n"}), "dvc pull"),
        (b"PK\3\4", "truncated or damaged zip"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(refuse, data, said):
    assert said in refuse(data)


@pytest.mark.parametrize("secret", [b"KGAT_0123\n", b'{"username":"me","key":"KGAT_0123"}', b"\0\1KGAT_0123"])
def test_nothing_is_shown_of_a_file_that_was_named_by_mistake(refuse, secret):
    message = refuse(secret, "access_token")
    assert "access_token is no zip" in message
    assert "KGAT" not in message


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


@pytest.mark.parametrize("whole", [tar(FILES, "w"), tar(FILES), CSV.encode()], ids=["tar", "gz", "csv"])
@settings(max_examples=40)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 2**16), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5
    )
)
def test_anything_like_it_is_read_or_refused(room, whole, edits):
    data = bytearray(whole)
    for at, part in edits:
        start = at % len(data)
        data[start : start + len(part)] = part
    (room / "given").write_bytes(data)
    try:
        write_archive(str(room / "given"), room / "out" / "faces.zip")
    except UserError:
        return
    with SafeZip(room / "out" / "faces.zip") as archive:
        assert archive.names


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_has_no_end_is_not_read(tmp_path, path, untouched, make):
    make(tmp_path / "given")
    with pytest.raises(UserError, match="neither a file nor a folder"):
        write_archive(str(tmp_path / "given"), path)
    assert untouched()


def test_what_programs_keep_in_a_folder_is_left_out(tmp_path, path):
    for name, data in (FILES | {".git/objects/pack": bytes(MAX_ENTRY + 1), "@eaDir/x.jpg": b"x"}).items():
        (tmp_path / "given" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "given" / name).write_bytes(data)
    write_archive(str(tmp_path / "given"), path)
    with SafeZip(path) as archive:
        assert sorted(archive.names) == sorted(FILES)
