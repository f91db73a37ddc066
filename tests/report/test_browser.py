"""The page in a real browser that has no network."""

import io

import numpy as np
import pytest
from PIL import Image

from chromium import needs_chromium

pytestmark = needs_chromium


@pytest.fixture
def address(whole):
    return whole("synthetic").html.as_uri()


WIDTHS = (390, 800, 1400)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_light_or_dark_fits_is_silent_and_loads_nothing(browser, address, width, scheme):
    browser.open(address, width, scheme)
    pixels = np.asarray(Image.open(io.BytesIO(browser.screenshot())).convert("L"))
    assert pixels.shape == (900, width)
    ground = np.bincount(pixels.ravel(), minlength=256).argmax()
    assert ground > 220 if scheme == "light" else ground < 40
    assert 0.01 < (np.abs(pixels.astype(int) - ground) > 60).mean() < 0.5
    browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.evaluate("[innerWidth, document.documentElement.scrollWidth <= innerWidth]") == [
        width,
        True,
    ]
    assert browser.complaints() == []
    assert {one for one in browser.loaded() if not one.startswith("data:")} == {address}
    assert browser.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")


def test_no_part_is_empty_or_beyond_the_edge(browser, address):
    browser.open(address, 390)
    sizes = browser.evaluate(
        "[...document.querySelectorAll('section, svg, table')].filter(one => one.checkVisibility())"
        ".map(one => [one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert len(sizes) > 15
    assert all(width > 50 and height > 20 for width, height in sizes)
    # The one chart that is wider scrolls, and says so.
    beyond = "[...document.querySelectorAll('svg')].filter(one => one.getBoundingClientRect().right > 390)"
    assert browser.evaluate(f"{beyond}.every(one => one.closest('.forest'))")


def test_on_paper_nothing_is_folded_and_all_is_light(browser, address):
    browser.open(address, 800, "dark", media="print")
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    hidden = (
        "[...document.querySelectorAll('details figure')].filter(one => !one.getBoundingClientRect().height)"
    )
    assert browser.evaluate(f"{hidden}.length") == 0
