"""Telling the expressions in photos, from the command line."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from emotions.cli import predict
from emotions.predict.model_description import WARNING
from emotions.predict.predictor import Predictor
from emotions.runtime.errors import UserError
from emotions.synthetic.portraits import portrait
from onnx_model import halves

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(halves())
    return path


def draw(path, upper=255, lower=51, size=(48, 48), mode="L", **options):
    pixels = np.full(size[::-1], lower, np.uint8)
    pixels[: size[1] // 2] = upper
    Image.fromarray(pixels).convert(mode).save(path, **options)
    return str(path)


def photo(path, faces=1, size=(900, 400), **options):
    """Drawn faces of 200 pixels side by side, the first at 60, 100."""
    image = Image.new("RGB", size, (90, 110, 130))
    for number in range(faces):
        face = Image.fromarray(portrait("happy", number)).resize((200, 200), Image.Resampling.BICUBIC)
        image.paste(face, (60 + 260 * number, 100))
    image.save(path, **options)
    return str(path)


def call(model, *words):
    predict.main(["--model", str(model), *map(str, words)])


def test_each_face_of_a_photo_has_a_line_with_its_box_from_left_to_right(model, tmp_path, capsys):
    name = photo(tmp_path / "party.jpg", faces=3)
    call(model, name)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    for number, line in enumerate(lines):
        file, box, *scores = line.split("  ")
        x, y, width, height = map(int, box.split(","))
        assert file == name
        assert abs(x + width / 2 - (160 + 260 * number)) < 25
        assert abs(y + height / 2 - 200) < 25
        assert 120 < height < 260
        assert sorted(one.split()[0] for one in scores) == ["dark", "down", "up"]
        values = [float(one.split()[1]) for one in scores]
        assert values == sorted(values, reverse=True)


def test_a_photo_without_a_face_is_told_no_expression(model, tmp_path, capsys):
    name = draw(tmp_path / "wall.png", size=(300, 200))
    call(model, name)
    assert capsys.readouterr().out == f"{name}  no face found\n"


def test_cut_out_faces_are_taken_whole(model, tmp_path, capsys):
    names = [draw(tmp_path / "a.png"), draw(tmp_path / "b.png", 0, 0, (200, 100))]
    call(model, "--no-detect", *names)
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{names[0]}  up 1.000  down 0.200  dark 0.100"
    assert second.startswith(f"{names[1]}  dark 0.100  ")


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.jpg", "RGB", {"quality": 95}),
        ("a.png", "RGBA", {}),
        ("a.png", "P", {}),
        ("a.png", "1", {}),
        ("a.webp", "RGB", {"lossless": True}),
        ("a.bmp", "RGB", {}),
    ],
)
def test_formats_and_modes(model, tmp_path, capsys, name, mode, options):
    call(model, "--no-detect", draw(tmp_path / name, 255, 0, mode=mode, **options))
    assert "  up 1.000  dark 0.100  down 0.00" in capsys.readouterr().out


def test_16_bits_and_stored_orientation(model, tmp_path, capsys):
    deep = np.zeros((48, 48), np.uint16)
    deep[:24] = 65535
    Image.fromarray(deep).save(tmp_path / "deep.png")
    turned = Image.Exif()
    turned[0x112] = 3
    draw(tmp_path / "turned.jpg", 255, 0, exif=turned)
    call(model, "--no-detect", tmp_path / "deep.png", tmp_path / "turned.jpg")
    first, second = capsys.readouterr().out.splitlines()
    assert "  up 1.000  dark 0.100" in first
    assert "  down 1.000  dark 0.100" in second


def test_the_box_of_a_photo_that_was_reduced_is_in_its_own_pixels(model, tmp_path, capsys):
    with Image.open(photo(tmp_path / "small.png")) as small:
        small.resize((6300, 2800), Image.Resampling.BILINEAR).save(tmp_path / "large.jpg")
    call(model, tmp_path / "small.png", tmp_path / "large.jpg")
    boxes = [np.array(line.split("  ")[1].split(","), int) for line in capsys.readouterr().out.splitlines()]
    assert np.abs(boxes[1] / 7 - boxes[0]).max() < 15


def test_json_and_csv_have_all(model, tmp_path, capsys):
    names = [photo(tmp_path / 'a "b",\n.png', faces=2), draw(tmp_path / "wall.png", size=(300, 200))]
    call(model, "--json", *names)
    found = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in found] == names
    assert [len(one["faces"]) for one in found] == [2, 0]
    face = found[0]["faces"][0]
    assert set(face["scores"]) == {"up", "down", "dark"}
    assert face["expression"] == max(face["scores"], key=face["scores"].get)
    assert face["box"]["confidence"] > 0.6
    call(model, "--csv", *names)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["file"] for row in rows] == [names[0], names[0], names[1]]
    assert rows[0]["expression"] == face["expression"]
    assert int(rows[0]["x"]) == face["box"]["x"]
    assert float(rows[0]["up"]) == pytest.approx(face["scores"]["up"], abs=1e-6)
    assert rows[2]["x"] == rows[2]["expression"] == rows[2]["up"] == ""


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


def test_drawings_are_copies_and_never_stand_on_a_photo_or_each_other(model, tmp_path, capsys):
    (tmp_path / "other").mkdir()
    names = [photo(tmp_path / "a.png"), photo(tmp_path / "other" / "a.jpg")]
    before = Path(names[0]).read_bytes()
    for _ in range(2):  # copies stand on earlier copies
        call(model, "--draw", tmp_path, *names)
        assert Path(names[0]).read_bytes() == before
    written = sorted(path.name for path in tmp_path.glob("*.png"))
    assert written == ["a-2.png", "a-3.png", "a.png"]
    with Image.open(tmp_path / "a-2.png") as drawn, Image.open(names[0]) as given:
        differs = np.asarray(drawn) != np.asarray(given)
        assert 0 < differs.any(axis=2).mean() < 0.3
        assert drawn.size == given.size


def test_tall_images_and_long_names_are_drawn_too(model, tmp_path):
    names = [draw(tmp_path / f"{'ä' * 125}.png"), draw(tmp_path / "tall.png", size=(100, 60000))]
    call(model, "--no-detect", "--draw", tmp_path / "drawn", *names)
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == ["tall.png", f"{'ä' * 100}.png"]


def test_a_model_of_generated_faces_says_so_at_every_use(tmp_path, capsys):
    (tmp_path / "m.onnx").write_bytes(halves(generated=True))
    image = draw(tmp_path / "a.png")
    call(tmp_path / "m.onnx", "--no-detect", image)
    assert capsys.readouterr().err == f"note: {WARNING}\n"
    call(tmp_path / "m.onnx", "--no-detect", "--json", image)
    assert json.loads(capsys.readouterr().out)[0]["warning"] == WARNING


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("n.onnx", None, "n.onnx can't be read (No such file or directory): name a model's .onnx file"),
        ("m.onnx", b"", "m.onnx is no ONNX file that can be run"),
        ("m.onnx", halves()[:-500], "m.onnx is no ONNX file that can be run"),
        ("m.keras", b"", "m.keras is a Keras model, and an ONNX file is needed: `python -m emotions.export"),
        ("m.onnx", halves(metadata={}), "does not say which classes its scores are of"),
        ("m.onnx", halves(metadata={"classes": "[", "generated": "false"}), "does not say which classes"),
        ("m.onnx", halves(classes=("a", "b")), "and names 2 classes; allowed: (N, 2) float"),
        ("m.onnx", halves(size=32), "it takes tensor(uint8) of ['N', 32, 32, 1]; allowed: (N, 48, 48, 1)"),
        ("m.onnx", halves(kind=1), "it takes tensor(float) of"),
    ],
)
def test_a_model_that_is_none_is_named_in_one_line(tmp_path, name, content, text):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=re.escape(text)) as raised:
        call(path, draw(tmp_path / "a.png"))
    assert "\n" not in str(raised.value)


def test_a_model_reads_no_other_file(tmp_path, monkeypatch):
    onnx.save(
        onnx.load_from_string(halves()), tmp_path / "m.onnx",
        save_as_external_data=True, location="weights.bin", size_threshold=1024,
    )  # fmt: skip
    assert (tmp_path / "weights.bin").is_file()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"m\.onnx is no ONNX file that can be run"):
        call(tmp_path / "m.onnx", draw(tmp_path / "a.png"))


def run(*words, folder, stdin=None, code="from emotions.predict.__main__ import *; start(main)", **variables):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SRC)} | variables,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_it_runs_in_any_folder_on_any_name_without_tensorflow_or_dvc(model, tmp_path):
    names = [os.fsdecode(b"caf\xe9 \n.png"), "-x.png", "Ä €.png"]
    for name in names:
        draw(tmp_path / name)
    heavy = ("tensorflow", "keras", "dvc", "pydantic", "pandas", "matplotlib", "scipy")
    code = (
        "import sys; from emotions.predict.__main__ import *; start(main); "
        f"print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = run("--model", "m.onnx", "--no-detect", "--", *names, folder=tmp_path, code=code)
    assert (done.returncode, done.stderr) == (0, b"")
    *lines, loaded = done.stdout.decode().splitlines()
    assert [line.split("  ")[0] for line in lines] == ["caf\\udce9 \\n.png", "-x.png", "Ä €.png"]
    assert loaded == "[]"


def test_it_leaves_nothing_in_the_home_or_among_temporary_files(model, tmp_path):
    """As ONNX Runtime does, which counts its users for its makers."""
    (tmp_path / "home").mkdir()
    name = draw(tmp_path / "a.png")
    home = str(tmp_path / "home")
    done = run("--model", model, name, folder=tmp_path, HOME=home, TMPDIR=home, XDG_CACHE_HOME=home)
    assert done.returncode == 0
    assert list((tmp_path / "home").rglob("*")) == []


def test_a_photo_may_come_in_by_the_standard_input(model, tmp_path):
    content = Path(draw(tmp_path / "a.png")).read_bytes()
    done = run("--model", "m.onnx", "--no-detect", "-", folder=tmp_path, stdin=content)
    assert done.stdout.decode().splitlines() == ["-  up 1.000  down 0.200  dark 0.100"]
    assert run("--model", "m.onnx", "-", folder=tmp_path, stdin=b"").returncode == 1
    closed = "import sys; sys.stdin = None; from emotions.predict.__main__ import *; start(main)"
    done = run("--model", "m.onnx", "-", folder=tmp_path, code=closed)
    assert done.stderr.startswith(b"error: - is empty\n")


def test_the_released_model_answers_without_being_named(tmp_path, capsys):
    predict.main([photo(tmp_path / "a.png")])
    _, box, best, *others = capsys.readouterr().out.strip().split("  ")
    assert len(others) == 5
    assert len(box.split(",")) == 4
    assert 1 / 6 < float(best.split()[1]) <= 1
