"""Numbers in texts: as many digits as are right, and differences that add up."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotions.report import text

numbers = st.floats(-1e12, 1e12, allow_subnormal=False)


def test_the_examples_hold():
    failed, attempted = doctest.testmod(text)
    assert failed == 0
    assert attempted > 0


@given(numbers)
def test_three_digits_are_right_and_short(value):
    shown = text.number(value)
    assert float(shown) == pytest.approx(value, rel=0.005)
    assert len(shown.lstrip("-")) <= len("1.23e-100")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_difference_adds_up_as_shown(ours, theirs):
    shown = text.share_difference(ours, theirs)
    assert float(shown) == pytest.approx(float(text.share(ours)) - float(text.share(theirs)), abs=1e-9)
    assert shown == "0.000" if float(shown) == 0 else shown[0] in "+-"


def test_what_is_not_known_is_blank():
    assert text.share(None) == text.number(None) == text.count(None) == ""
    assert text.share_difference(None, 0.1) == text.share_difference(0.1, None) == ""
