"""What people have: tars, FER2013's CSV, archives in archives."""

import gzip
import io
import os
import tarfile
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from emotions.runtime.errors import UserError
from emotions.sources import entries
from emotions.sources.archive import write_archive
from emotions.sources.entries import MAX_ENTRY
from emotions.sources.zips import SafeZip

FILES = {
    "faces/train/happy/b.jpg": b"b" * 512,
    "faces/train/happy/a.jpg": b"a" * 3,
    "faces/test/sad/c.jpg": b"",
}
PIXELS = [np.random.default_rng(number).integers(0, 256, 48 * 48) for number in range(3)]
CSV = "emotion,pixels,Usage\n" + "".join(
    f"{emotion},{' '.join(map(str, pixels))},{usage}\n"
    for emotion, pixels, usage in zip(
        (3, 1, 6), PIXELS, ("Training", "PublicTest", "PrivateTest"), strict=True
    )
)


def tar(files, mode="w:gz", **options):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, **options) as archive:
        for name, data in files.items():
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def packed(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def take(tmp_path, path):
    """A function that returns the files that are made of a file of these bytes."""

    def made(data, name="given"):
        (tmp_path / name).write_bytes(data)
        write_archive(str(tmp_path / name), path)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
        with SafeZip(path) as archive:
            return {name: archive.read(name) for name in archive.names}

    return made


@pytest.fixture
def refuse(tmp_path, path, untouched):
    """A function that returns the message with which a file of these bytes is refused."""

    def message(data, name="given"):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError) as caught:
            write_archive(str(tmp_path / name), path)
        assert untouched()
        return str(caught.value)

    return message


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2"])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_is_read(take, mode, form):
    long = {"faces/train/" + "x" * 200 + "/ä.jpg": b"x"} if form != tarfile.USTAR_FORMAT else {}
    assert take(tar(FILES | long, mode, format=form)) == FILES | long


def test_a_tar_of_a_folder_itself_is_read(take):
    folder = tarfile.TarInfo("./")
    folder.type = tarfile.DIRTYPE
    assert take(tar({folder: b""} | {f"./{name}": data for name, data in FILES.items()})) == FILES


def test_equal_tars_give_equal_bytes(take, path):
    found = []
    for date in (0, 10**9):
        infos = {tarfile.TarInfo(name): data for name, data in FILES.items()}
        for info in infos:
            info.mtime = date
        take(tar(infos))
        found.append(path.read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2"])
def test_a_truncated_tar_is_refused(refuse, mode):
    data = tar(FILES, mode)
    whole = data.rstrip(b"\0") if mode == "w" else data
    for length in {len(whole) // 2, len(whole) - 1, 1100} - {len(data)}:
        if length < len(whole):
            assert "truncated or damaged" in refuse(data[:length])


def test_a_tar_with_a_damaged_header_is_refused_and_not_cut_short(refuse):
    data = bytearray(tar(FILES, "w"))
    data[1024 + 5] ^= 1
    assert "truncated or damaged tar" in refuse(bytes(data))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_tar_with_more_behind_its_end_is_refused_and_not_cut_short(refuse, take, pack):
    whole = tar(FILES, "w")
    header = whole.index(b"faces/train/happy/a.jpg")
    hole = whole[:header] + bytes(512) + whole[header + 512 :]
    for damaged in (hole, whole + whole, whole + bytes(2 * 2**20) + b"x"):
        assert "truncated or damaged tar (more stands behind its end" in refuse(pack(damaged))
    assert take(pack(whole + bytes(2 * 2**20))) == FILES


def link(kind):
    info = tarfile.TarInfo("train/happy/l.jpg")
    info.type, info.linkname = kind, "/etc/passwd"
    return {info: b""}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../a.jpg": b""}, "leads out"),
        ({"/a.jpg": b""}, "absolute"),
        (link(tarfile.SYMTYPE), "is a link"),
        (link(tarfile.LNKTYPE), "is a link"),
        (link(tarfile.FIFOTYPE), "special file"),
        ({"a.jpg": bytes(MAX_ENTRY + 1)}, "allowed"),
    ],
)
def test_what_is_unsafe_in_a_tar_is_refused(refuse, files, said):
    assert said in refuse(tar(FILES | files))


def test_no_tar_fills_the_memory_or_the_time(refuse, monkeypatch):
    monkeypatch.setattr("emotions.sources.tars.MAX_TOTAL", 50 * 2**20)
    vast = tarfile.TarInfo("x.jpg")
    vast.size = 2**40
    pax = tarfile.TarInfo("x")
    pax.type, pax.size = tarfile.XHDTYPE, 2**30
    back = bytearray(tar({"a.jpg": b"x"}, "w"))
    back[124:136] = b"\xff" * 12  # a size of -1
    checksum = sum(back[:148]) + 8 * 32 + sum(back[156:512])
    back[148:156] = b"%06o\0 " % checksum
    tracemalloc.start()
    for data in (vast.tobuf() + bytes(4096), pax.tobuf() + bytes(60 * 2**20), bytes(back)):
        assert "tar" in refuse(gzip.compress(data)) or "allowed" in refuse(gzip.compress(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300 * 2**20


def faces_of_csv(files):
    return {name: np.asarray(Image.open(io.BytesIO(data))).ravel().tolist() for name, data in files.items()}


KNOWN = {
    "Training/Happy/00001.png": PIXELS[0].tolist(),
    "Testing/Disgust/00002.png": PIXELS[1].tolist(),
    "Testing/Neutral/00003.png": PIXELS[2].tolist(),
}


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        ("\ufeff" + CSV).encode(),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("emotion,pixels,Usage", "emotion, pixels, Usage").encode(),
        CSV.replace(",", ";").encode(),
        CSV.replace(",", "\t").encode("utf-16"),
        ("\n" + CSV.replace("\n", "\n\n")).encode(),
        gzip.compress(CSV.encode()),
        tar({"fer2013/fer2013.csv": CSV.encode(), "fer2013/README": b"", "fer2013/fer2013.bib": b""}),
        packed({"data/fer2013.csv": CSV.encode(), "train.csv": b"emotion,pixels\n"}),
        packed({"fer2013.tar.gz": tar({"fer2013/fer2013.csv": CSV.encode()})}),
        packed({"preview.png": b"x", "fer2013.csv": CSV.encode()}),
        ("Unnamed: 0," + CSV[:-1].replace("\n", "\n9,")).encode(),
        ('"âge; ans; (1)",' + CSV[:-1].replace("\n", "\n9,")).encode(),
        ('"' + CSV[:-1].replace(",", '","').replace("\n", '"\n"') + '"').encode(),
        CSV.replace("Training", "train").replace("PublicTest", "Test").replace("Private", "").encode(),
        CSV.replace("\n3,", "\n3.0,").encode(),
    ],
    ids=range(17),
)
def test_fer2013_is_read_as_it_was_published(take, data):
    assert faces_of_csv(take(data)) == KNOWN


def test_the_order_of_columns_does_not_matter(take):
    rows = [line.split(",") for line in CSV.splitlines()]
    for end in ("\n", "\r"):
        turned = "".join(f"{row[2]},{row[1]},{row[0]}{end}" for row in rows)
        assert faces_of_csv(take(turned.encode())) == KNOWN


def test_a_validation_split_of_a_table_stays_one(take):
    assert "Validation/Disgust/00002.png" in take(CSV.replace("PublicTest", "val").encode())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",Usage", "", "without usage"),
        ("PublicTest", "Prova", "line 3 (Usage 'Prova')"),
        ("3,", "7,", "line 2 (emotion 7)"),
        ("3,", "3.5,", "line 2 (emotion 3.5)"),
        ("3,", "nan,", "line 2 (emotion nan)"),
        ("3,", "x,", "line 2 (could not convert"),
        (" ", " 256 ", "line 2 (bytes must be in range"),
        (",Training", " 1,Training", "line 2 (2,305 pixels)"),
    ],
)
def test_a_line_that_is_no_face_is_named(refuse, old, new, said):
    assert said in refuse(CSV.replace(old, new, 1).encode())


def test_a_table_without_faces_or_with_half_a_line_is_refused(refuse):
    assert "holds no faces" in refuse(CSV.splitlines()[0].encode())
    assert "line 4" in refuse(CSV[:-3000].encode())
    assert "no whole FER2013" in refuse(gzip.compress(CSV.encode())[:-100])
    assert "no whole FER2013" in refuse(CSV.splitlines()[0].encode() + b"\n" + b"1" * 10**6)


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
@settings(deadline=None, max_examples=40)
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
