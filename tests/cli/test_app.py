"""The page in a real browser that has no network: a photo in, boxes and bars out."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image

from chromium import needs_chromium
from emotions.synthetic.portraits import portrait
from onnx_model import halves

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-app" / "bin" / "python"

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="`make app` or `make test` installs what the page needs"),
]


@pytest.fixture
def page(tmp_path):
    (tmp_path / "temporary").mkdir()
    (tmp_path / "m.onnx").write_bytes(halves(generated=True))
    (tmp_path / "m.md").write_text("# Model card: halves")
    words = [PYTHON, "-m", "emotions.app", "--model", tmp_path / "m.onnx", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    started = subprocess.Popen(
        [*map(str, words)],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(tmp_path / "temporary")},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield started.stdout.readline().strip()
    started.terminate()
    assert started.wait(20) in {0, 130}
    assert list((tmp_path / "temporary").rglob("*.*")) == [], "photos are kept"
    started.stdout.close()


def wait(browser, expression, seconds=30):
    until = time.monotonic() + seconds
    while not browser.evaluate(expression):
        assert time.monotonic() < until, browser.evaluate("document.body.innerText")
        time.sleep(0.2)


def upload(browser, page, path):
    browser.open(page, 1200)
    wait(browser, "!!document.querySelector('input[type=file]')")
    document = browser.call("DOM.getDocument")["root"]["nodeId"]
    field = browser.call("DOM.querySelector", nodeId=document, selector="input[type=file]")["nodeId"]
    browser.call("DOM.setFileInputFiles", nodeId=field, files=[str(path)])


def test_a_photo_gets_boxes_bars_and_the_card_without_a_network(browser, page, tmp_path):
    assert page.startswith("http://127.0.0.1:")
    image = Image.new("RGB", (700, 400), (90, 110, 130))
    for number in range(2):
        face = Image.fromarray(portrait("happy", number)).resize((200, 200))
        image.paste(face, (60 + 300 * number, 100))
    image.save(tmp_path / "photo.jpg")
    upload(browser, page, tmp_path / "photo.jpg")
    wait(browser, "document.body.innerText.includes('Face 2, from the left')")
    text = browser.evaluate("document.body.innerText")
    assert "Model card: halves" in text
    assert "this model was trained on generated faces" in text
    assert "2 faces" in text
    assert {"up", "down", "dark"} <= set(text.split())
    drawn = "[...document.images].filter(one => one.naturalWidth == 700 && one.src.endsWith('.png')).length"
    wait(browser, drawn)
    assert browser.evaluate("!!document.querySelector('[aria-label=Download], [title=Download]')")
    assert not browser.evaluate("!!document.querySelector('[aria-label=Share], [title=Share]')")
    (tmp_path / "bad.jpg").write_text("no image")
    upload(browser, page, tmp_path / "bad.jpg")
    wait(browser, "document.body.innerText.includes('error: bad.jpg is no image of a kind that is known')")
    asked = {one for one in browser.loaded() if not one.startswith(("data:", "blob:"))}
    assert {one for one in asked if not one.startswith(page)} == set()
