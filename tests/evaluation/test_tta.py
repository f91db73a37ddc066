"""Views of test images, and the scores that are averaged over them."""

import numpy as np
import pytest

from emotions.evaluation.tta import views
from emotions.settings.evaluate import TestTimeAugmentation


def look(images, **settings):
    return list(views(images, TestTimeAugmentation.model_validate({"flip": False, "crop": None} | settings)))


def test_flipping_doubles_the_views(faces):
    images = faces.images("test")
    plain, mirrored = look(images, flip=True)
    np.testing.assert_array_equal(plain, images)
    np.testing.assert_array_equal(mirrored, images[:, :, ::-1])
    assert len(look(images, flip=True, crop=44)) == 10


def test_crops_are_the_four_corners_enlarged():
    images = np.zeros((1, 48, 48, 1), np.uint8)
    images[:, :24, 24:] = 200
    whole, *corners = look(images, crop=24)
    assert [corner.mean() for corner in corners] == [0, 200, 0, 0]
    assert all(corner.shape == whole.shape and corner.dtype == np.uint8 for corner in corners)


def test_a_crop_may_be_no_larger_than_the_faces(cell):
    with pytest.raises(ValueError, match="crop"):
        cell(test_time_augmentation={"flip": True, "crop": 48})
