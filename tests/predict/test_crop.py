"""What is cut out of a photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotions.predict.crop import SIDE, cut_out, square
from emotions.predict.detector import Box


def box_of(left, upper, side):
    """A box whose square is this."""
    return Box(
        left + side / 2 - side / SIDE / 2, upper + side / 2 - side / SIDE / 2, side / SIDE, side / SIDE, 1
    )


def test_the_square_has_the_boxs_middle_and_grows_with_its_area():
    left, upper, side = square(Box(10, 20, 40, 90, 1))
    assert side == pytest.approx(SIDE * 60)
    assert (left + side / 2, upper + side / 2) == pytest.approx((30, 65))


@pytest.mark.parametrize(("x", "y"), [(0, 0), (7, 31), (52, 16)])
def test_a_square_of_48_pixels_is_taken_as_it_is(x, y):
    grey = np.random.default_rng(0).integers(0, 256, (100, 120), dtype=np.uint8)
    found = cut_out(grey, box_of(x, y, 48))
    assert np.abs(found.astype(int) - grey[y : y + 48, x : x + 48]).max() <= 1


def test_beyond_the_edge_the_edge_goes_on():
    grey = np.tile(np.arange(100, dtype=np.uint8), (100, 1))
    found = cut_out(grey, box_of(-24, 0, 48))
    assert (found[:, :24] == 0).all()
    assert found[0, -1] == pytest.approx(23, abs=1)


@given(
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
    width=st.floats(1, 900),
    height=st.floats(1, 900),
    tone=st.integers(0, 255),
)
def test_any_box_gives_a_face_of_the_tones_there(x, y, width, height, tone):
    found = cut_out(np.full((30, 50), tone, np.uint8), Box(x, y, width, height, 1))
    assert (found.shape, found.dtype) == ((48, 48), np.uint8)
    assert (found == tone).all()
