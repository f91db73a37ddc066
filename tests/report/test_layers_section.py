"""The section on layers: its pictures, its words, and what it does without."""

import base64
import html
import io
import re

import numpy as np
import pytest
from pages import Page, encoded
from PIL import Image

from emotions.report.html.pictures import enlarge, mosaic, overlay
from emotions.runtime.errors import UserError
from emotions.runtime.tensorflow_import import keras
from emotions.synthetic.portraits import portrait


def images(text):
    """Label -> picture."""
    found = re.findall(r'alt="([^"]*)"[^>]*src="data:image/png;base64,([^"]+)"', text)
    return {
        html.unescape(label): Image.open(io.BytesIO(base64.b64decode(content))) for label, content in found
    }


def section(text):
    return text[text.index('<section id="layers">') : text.index('<section id="tables">')]


def test_each_layer_has_its_name_class_shape_and_scale(project):
    project.layers("VGG16")
    found = images(section(project.render_html()))
    labels = [label for label in found if label[0].isdigit()]
    assert labels == [
        f"{i}. conv_{i}, Conv2D, 24\u00d724\u00d764: 9 of 64 channels, -1.50 to 2.25" for i in range(1, 8)
    ]
    assert found[labels[0]].size == (3 * 24 + 2, 3 * 24 + 2)


def test_each_class_has_a_map_on_a_drawn_face(project):
    project.layers("VGG16")
    text = section(project.render_html())
    labels = [label for label in images(text) if "taken for" in label or "recognised as nothing" in label]
    assert labels == [
        "angry, taken for angry; nothing speaks for it",
        "fear, taken for angry",
        "happy, taken for angry",
        "neutral, taken for angry",
        "sad, taken for angry",
        "surprise, recognised as nothing",
    ]
    assert encoded(portrait("happy", 3)) in text  # of the seven layers
    assert encoded(portrait("sad", 7)) in text
    said = Page(f"<section>{text.split('>', 1)[1]}").text()
    assert "Grad-CAM at last, whose output is 12\u00d712: it tells 144 parts of the face apart" in said
    assert "what the first 7 layers give for a drawn face (happy, seed 3)" in said


def test_why_the_faces_are_drawn(project):
    project.layers("VGG16")
    real = section(project.render_html())
    assert "GENERATED, drawn by a program for it: the licence of the real ones allows" in real
    project.dataset("synthetic")
    assert "GENERATED, drawn by a program for it. A model" in section(project.render_html())


def test_a_map_of_one_pixel_is_called_so(project):
    project.layers("VGG16", height=1)
    text = section(project.render_html())
    assert "whose output is 1\u00d71: one value for the whole face, which tells no place from another" in text


def test_an_output_that_is_no_image_or_no_number_says_so(project):
    project.layers("VGG16", shape=(24, 24, 1), channels=1)
    assert ", 24\u00d724\u00d71: 1 channel, -1.50 to 2.25" in section(project.render_html())
    project.layers("VGG16", shape=(24,), channels=0)
    assert ">7. conv_7, Conv2D, 24: no image<" in section(project.render_html())
    project.layers("VGG16", low=float("nan"))
    assert "9 of 64 channels, no numbers" in section(project.render_html())


def test_a_backbone_without_a_record_is_left_out_and_named(project):
    text = section(project.render_html())
    assert "no outputs of layers here of VGG16, NASNetLarge" in text
    assert "<img" not in text
    project.layers("NASNetLarge")
    text = project.render_html()
    assert "no outputs of layers here of VGG16." in section(text)
    project.layers("VGG16")
    assert "no outputs of layers" not in project.render_html()


def test_a_record_of_a_variant_or_backbone_outside_the_grid_is_left_out(project):
    project.layers("VGG16", "gone")
    project.layers("VGG19")
    text = project.render_html()
    assert "Left out: VGG16-gone, which no list of params.yaml names." in Page(text).text()
    assert "VGG19" not in section(text)
    assert "<img" not in section(text)


def test_a_damaged_record_is_named_with_what_to_do(project):
    project.layers("VGG16")
    (project.folder / "reports/layers/VGG16.npz").write_bytes(b"no")
    with pytest.raises(UserError, match=r"VGG16\.npz can't be read .*--single-item layers@VGG16`"):
        project.render_html()


def test_a_cell_of_another_list_is_shown_beside_the_baseline_of_its_backbone(project):
    project.plan(["VGG16"], {"baseline": {}, "wide": {"batch_size": 9}}, others=[["VGG16", "wide"]])
    project.layers("VGG16")
    project.layers("VGG16", "wide", name="VGG16-wide")
    assert re.findall(r"<summary>(VGG[^ <]+)", section(project.render_html())) == [
        "VGG16-baseline",
        "VGG16-wide",
    ]


@pytest.mark.parametrize(
    ("recorded", "evaluated", "said"),
    [
        ("m", "m", "VGG16-baseline: what"),
        ("m", "x", "VGG16-baseline (of another model than the one that was evaluated): what"),
        (None, "m", "VGG16-baseline (it is not recorded of which model): what"),
        ("m", None, "VGG16-baseline (it is not recorded of which model): what"),
    ],
)
def test_a_record_says_if_its_model_may_not_be_the_evaluated_one(project, recorded, evaluated, said):
    project.cell("VGG16", "baseline", 0.3, model_sha256=evaluated)
    project.layers("VGG16", model_sha256=recorded)
    assert said in section(project.render_html())


def test_eleven_backbones_take_less_than_a_third_of_5_mb(project):
    project.layers("NASNetLarge")
    before = len(project.render_html())
    project.layers("VGG16", shape=(37, 37, 64))  # as large as InceptionV3's, which are the largest
    after = len(project.render_html()) + (project.folder / "reports/layers/VGG16.npz").stat().st_size
    assert 11 * (after - before) < 5_000_000 / 3


def image(element):
    return next(iter(images(element).values()))


def test_a_mosaic_has_all_tiles_in_their_shades_and_clear_lines_between():
    levels = np.arange(15, dtype=np.uint8)[:, np.newaxis, np.newaxis].repeat(2, axis=1).repeat(3, axis=2)
    shown = np.asarray(image(mosaic(levels, "")).convert("RGBA"))
    assert shown.shape == (4 * 3 - 1, 4 * 4 - 1, 4)
    assert shown[0, ::4, 0].tolist() == [0, 18, 36, 55]
    assert shown[9, 8].tolist() == [255, 255, 255, 255]
    assert set(shown[2, :, 3]) == set(shown[:, 3, 3]) == set(shown[9:, 11:, 3].ravel()) == {0}
    assert len(mosaic(np.zeros((9, 40, 40), np.uint8), "")) < 9 * 40 * 40 / 2 * 4 / 3 + 1500


def test_an_overlay_leaves_the_face_where_nothing_speaks_for_the_class():
    heat = np.zeros((48, 48), np.float32)
    heat[:24] = 1
    shown = np.asarray(image(overlay("sad", 7, heat, "")).convert("RGB")).astype(int)
    face = portrait("sad", 7).astype(int)
    assert (np.abs(shown[24:] - face[24:, :, np.newaxis]) <= 16).all()
    red, green, blue = np.moveaxis(shown[:24], 2, 0)
    assert (red > 170).all()
    assert (red > green + 60).all()
    assert (green > blue).all()


def test_a_map_is_enlarged_bilinearly_and_its_highest_value_becomes_1():
    large = enlarge(np.array([[0, 0], [0, 4]], np.float32))
    assert large.shape == (48, 48)
    assert (large[0, 0], large[47, 47], large.max()) == (0, 1, 1)
    assert large[47, 23] == pytest.approx(0.5, abs=0.03)
    assert (np.diff(large, axis=0) >= 0).all()
    small = np.random.default_rng(0).random((5, 3), dtype=np.float32)
    same = np.asarray(keras.ops.image.resize(small[..., np.newaxis], (48, 48), "bilinear"))[..., 0]
    assert enlarge(small) == pytest.approx(same / same.max(), abs=1e-3)
    assert not enlarge(np.zeros((3, 3), np.float32)).any()
    assert (enlarge(np.ones((1, 1), np.float32)) == 1).all()
