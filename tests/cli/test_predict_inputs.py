"""What is named as a photo and is none, and folders, patterns and addresses."""

import json
import os
import sys
from pathlib import Path

import pytest
from photographs import call, draw
from PIL import Image

from emotions.predict.predictor import Predictor
from emotions.runtime.errors import UserError


def test_the_good_are_answered_and_the_bad_named(model, tmp_path, capsys):
    bad, good = tmp_path / "bad.jpg", draw(tmp_path / "good.png")
    bad.write_bytes(b"no image")
    words = ["--no-detect", "--json", bad, tmp_path / "none.png", good]
    with pytest.raises(UserError, match="2 of what was named could not be answered"):
        call(model, *words)
    found, errors = capsys.readouterr()
    content = json.loads(found)
    assert [sorted(one) for one in content] == [["error", "file"], ["error", "file"], ["faces", "file"]]
    assert (
        "bad.jpg is no image of a kind that is known here; allowed: JPEG, PNG, WebP, BMP and HEIC" in errors
    )
    assert "none.png can't be read: No such file" in errors


def large(path):
    Image.new("1", (8193, 8192)).save(path)


def cut(path):
    draw(path)
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (Path.touch, "x.png is empty\n"),
        (
            large,
            "x.png has more than 8192x8192 pixels, or 12288x12288 in a baseline JPEG: make it smaller\n",
        ),
        (cut, "x.png is damaged: copy it again from where it came\n"),
        (lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(16)), "pip install pillow-heif\n"),
        (lambda path: Image.new("L", (9, 9)).save(path, "GIF"), "x.png is no image of a kind that is known"),
    ],
)
def test_what_is_wrong_with_a_photo_is_told_with_what_to_do(model, tmp_path, capsys, monkeypatch, make, text):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    make(tmp_path / "x.png")
    with pytest.raises(UserError, match="1 of what was named"):
        call(model, tmp_path / "x.png")
    assert text in capsys.readouterr().err


def test_a_pipe_in_a_folder_is_not_waited_for_and_a_link_to_nothing_is_named(model, tmp_path, capsys):
    (tmp_path / "photos").mkdir()
    os.mkfifo(tmp_path / "photos" / "a.png")
    (tmp_path / "photos" / "b.png").symlink_to("nothing")
    draw(tmp_path / "photos" / "c.png")
    with pytest.raises(UserError, match="1 of what was named"):
        call(model, "--no-detect", tmp_path / "photos")
    found, errors = capsys.readouterr()
    assert len(found.splitlines()) == 1
    assert "b.png can't be read: No such file" in errors


def test_what_is_larger_than_a_photo_or_the_memory_is_named_and_the_others_are_answered(
    model, tmp_path, capsys, monkeypatch
):
    with (tmp_path / "long.jpg").open("wb") as endless:
        endless.truncate(2**40)
    names = [tmp_path / "long.jpg", draw(tmp_path / "wide.png", size=(60, 48)), draw(tmp_path / "good.png")]
    faces = Predictor.faces

    def all_but_wide(predictor, image):
        if image.width == 60:
            raise MemoryError
        return faces(predictor, image)

    monkeypatch.setattr(Predictor, "faces", all_but_wide)
    with pytest.raises(UserError, match="2 of what was named"):
        call(model, "--no-detect", "--json", *names)
    found, errors = capsys.readouterr()
    assert "long.jpg has more than 256 MiB: it is no photo" in errors
    assert "wide.png needs more memory than there is: make it smaller" in errors
    assert [bool(one.get("faces")) for one in json.loads(found)] == [False, False, True]


def test_each_word_that_names_no_photo_keeps_its_name(model, tmp_path, capsys):
    with pytest.raises(UserError, match="2 of what was named"):
        call(model, "--json", tmp_path / "*.tiff", "")
    assert [one["file"] for one in json.loads(capsys.readouterr().out)] == [f"{tmp_path}/*.tiff", ""]


def test_images_that_are_not_read_are_counted_where_a_folder_holds_them(model, tmp_path, capsys):
    (tmp_path / "album" / "deep").mkdir(parents=True)
    for name in ("a.jfif", "b.JPE", "c.avif", "deep/d.TIF", "deep/e.tif", ".f.gif", "notes.txt"):
        draw(tmp_path / "album" / name, format="JPEG")
    call(model, "--no-detect", tmp_path / "album")
    found, errors = capsys.readouterr()
    assert [Path(line.split("  ")[0]).name for line in found.splitlines()] == ["a.jfif", "b.JPE"]
    told = f"note: {tmp_path}/album: passed over 3 of kinds that are not read (.avif, .tif): convert them to"
    assert errors == f"{told} JPEG or PNG\n"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("https://host/p.jpg?token=SECRET", "https://host"),
        ("HTTPS://me:SECRET@host:443/SECRET.jpg", "HTTPS://host"),
        ("s3://bucket/SECRET*.jpg", "s3://bucket"),
    ],
)
def test_of_an_address_scheme_and_host_alone_are_told(model, capsys, word, told):
    with pytest.raises(UserError):
        call(model, "--json", word)
    found, errors = capsys.readouterr()
    assert errors == f"error: {told} is an address: download the photo first, and name its file\n"
    assert json.loads(found)[0]["file"] == told
    assert "SECRET" not in found


def test_a_file_whose_name_starts_like_a_home_or_an_address_is_a_file(model, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "https:" / "host").mkdir(parents=True)
    for name in ("~d.png", "https://host/p.png"):
        draw(name)
    call(model, "--no-detect", "~d.png", "https://host/p.png")
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_folders_that_can_not_be_read_are_named(model, tmp_path, capsys, monkeypatch):
    (tmp_path / "photos" / "shut").mkdir(parents=True)
    draw(tmp_path / "photos" / "a.png")
    scan = os.scandir

    def refuse(path):  # root may read all
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UserError, match="2 of what was named"):
        call(model, "--no-detect", tmp_path / "photos", tmp_path / "photos" / "shut")
    found, errors = capsys.readouterr()
    assert "a.png  up" in found
    assert errors.count(f"{tmp_path}/photos/shut can't be read: Permission denied") == 2
    assert "without photos" not in errors


def test_folders_and_patterns_are_opened_in_order_and_a_name_is_a_name_first(model, tmp_path, capsys):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.png", "a.jpg", "er/c.webp", "[x].png", "notes.txt"):
        draw(tmp_path / "deep" / name, format="PNG")
    call(model, "--no-detect", tmp_path / "deep", tmp_path / "deep/[x].png", tmp_path / "deep/**/*.webp")
    names = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    below = [str(tmp_path / "deep" / name) for name in ("[x].png", "a.jpg", "b.png", "er/c.webp")]
    assert names == [*below, below[0], below[3]]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError):
        call(model, tmp_path / "empty", tmp_path / "*.tiff")
    errors = capsys.readouterr().err
    assert "empty is a folder without photos" in errors
    assert "*.tiff matches no file" in errors
