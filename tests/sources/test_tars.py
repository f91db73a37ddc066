"""Tars, packed and plain: read whole, or refused."""

import gzip
import tarfile
import tracemalloc

import pytest
from packing import FILES, tar

from emotions.sources.entries import MAX_ENTRY


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
