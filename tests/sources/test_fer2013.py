"""FER2013 as the table that it was published as."""

import gzip
import io

import numpy as np
import pytest
from packing import CSV, PIXELS, packed, tar
from PIL import Image

from emotions.sources import entries


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


@pytest.mark.parametrize(("bound", "most"), [("MAX_TOTAL", 5000), ("MAX_COUNT", 2)])
def test_no_table_fills_the_disk_or_the_time(refuse, monkeypatch, bound, most):
    monkeypatch.setattr(entries, bound, most)
    assert f"and {most:,} are allowed: take the data set" in refuse(CSV.encode())
    if bound == "MAX_COUNT":
        assert "and 2 are allowed" in refuse(gzip.compress(CSV.splitlines()[0].encode() + b"\n" * 10**6))


def test_a_table_without_faces_or_with_half_a_line_is_refused(refuse):
    assert "holds no faces" in refuse(CSV.splitlines()[0].encode())
    assert "line 4" in refuse(CSV[:-3000].encode())
    assert "no whole FER2013" in refuse(gzip.compress(CSV.encode())[:-100])
    assert "no whole FER2013" in refuse(CSV.splitlines()[0].encode() + b"\n" + b"1" * 10**6)
