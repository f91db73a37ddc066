"""Finding faces."""

import numpy as np
import pytest
from PIL import Image

from emotions.predict.detector import FaceDetector
from emotions.synthetic.portraits import portrait


@pytest.fixture(scope="module")
def detector():
    return FaceDetector()


def scene(side, size=(1600, 1200)):
    image = Image.new("RGB", size, (90, 110, 130))
    face = Image.fromarray(portrait("neutral", 1)).resize((side, side), Image.Resampling.BICUBIC)
    image.paste(face, (size[0] // 2 - side // 2, size[1] // 2 - side // 2))
    return np.asarray(image)


@pytest.mark.parametrize("side", [120, 400, 1100])
def test_one_face_is_found_once_whatever_its_size(detector, side):
    (box,) = detector.boxes(scene(side))
    assert abs(box.x + box.width / 2 - 800) < 0.2 * side
    assert abs(box.y + box.height / 2 - 600) < 0.2 * side
    assert 0.5 * side < box.height < 1.3 * side


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (48, 48), (5000, 40)])
def test_there_is_no_face_where_there_is_nothing(detector, size):
    assert detector.boxes(np.full((*size, 3), 100, np.uint8)) == []
