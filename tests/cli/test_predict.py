"""Telling the expressions in photos, from the command line."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from photographs import call, draw, photo
from PIL import Image

from emotions.cli import predict
from emotions.predict.model_description import WARNING
from emotions.runtime.errors import UserError
from onnx_model import halves


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


def test_the_released_model_answers_without_being_named(tmp_path, capsys):
    predict.main([photo(tmp_path / "a.png")])
    _, box, best, *others = capsys.readouterr().out.strip().split("  ")
    assert len(others) == 5
    assert len(box.split(",")) == 4
    assert 1 / 6 < float(best.split()[1]) <= 1
