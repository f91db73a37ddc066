import io
import os
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from emotions.prepare import shares
from emotions.prepare.decode import decode_each
from emotions.prepare.shares import decode_shared
from emotions.runtime.errors import UserError


def image(number, kind):
    pixels = np.random.default_rng(number).integers(0, 256, (48, 48), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, kind)
    return content.getvalue()


GOOD = [image(number, kind) for number in range(3) for kind in ("PNG", "JPEG")]
BAD = [b"", b"?", GOOD[0][:-40], GOOD[1][:-200]]


@pytest.fixture
def started(monkeypatch):
    """The helpers that have been started."""
    helpers = []

    class Watched(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            helpers.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    return helpers


@settings(max_examples=5, deadline=None)
@given(st.lists(st.sampled_from(GOOD + BAD), max_size=40), st.integers(2, 3))
def test_any_number_of_processes_gives_the_same(contents, processes):
    assert decode_shared(iter(contents), len(contents), processes) == decode_each(contents)


def test_helpers_decode_their_shares(started, monkeypatch):
    contents, here = 5 * GOOD, []
    monkeypatch.setattr(
        shares, "decode_each", lambda given: decode_each(here.append(content) or content for content in given)
    )
    assert decode_shared(contents, 30, processes=3) == decode_each(contents)
    assert here == contents[16:]
    assert [helper.returncode for helper in started] == [0, 0]


@pytest.mark.parametrize(
    ("count", "cores", "helpers"), [(5, 8, 0), (6, 1, 0), (6, 2, 1), (6, 64, 1)], ids=str
)
def test_helpers_come_with_many_images_and_cores(started, monkeypatch, count, cores, helpers):
    monkeypatch.setattr(shares, "FEW", 6)
    monkeypatch.setattr(shares, "cores", lambda: cores)
    assert decode_shared(GOOD[:count], count) == decode_each(GOOD[:count])
    assert len(started) == helpers


def test_a_share_is_decoded_here_if_its_helper_fails(monkeypatch):
    monkeypatch.setattr(shares, "_HELPER", "import os, sys; sys.stdin.buffer.read(); os._exit(9)")
    contents = GOOD + BAD
    assert decode_shared(contents, len(contents), processes=2) == decode_each(contents)


def test_a_share_is_decoded_here_if_its_helper_does_not_start(monkeypatch):
    def refuse(*_, **__):
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert decode_shared(GOOD + BAD, 10, processes=3) == decode_each(GOOD + BAD)


@pytest.mark.parametrize("error", [UserError("damaged"), KeyboardInterrupt()], ids=repr)
def test_no_helper_outlives_an_error(started, error):
    def contents():
        yield from GOOD
        raise error

    with pytest.raises(type(error)) as caught:
        decode_shared(contents(), 10, processes=3)
    assert caught.value is error
    assert [helper.poll() is None for helper in started] == [False, False]


def test_the_first_fault_comes_out(started):
    def contents():
        yield GOOD[0]
        raise UserError("the first")

    with pytest.raises(UserError, match="the first"):
        decode_shared(contents(), 10, processes=3)
    assert not started


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_no_helper_outlives_a_killed_process():
    large = io.BytesIO()
    Image.new("1", (4096, 4096)).save(large, "PNG")
    code = f"""
import os, signal, subprocess, time
from emotions.prepare import shares

def contents():
    for _ in range(2000):
        yield {large.getvalue()!r}
    helper = started[0]
    while not os.lseek(share.fileno(), 0, os.SEEK_CUR):
        time.sleep(0.05)
    print(helper.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

class Watched(subprocess.Popen):
    def __init__(self, command, stdin, **options):
        global share
        share = stdin
        super().__init__(command, stdin=stdin, **options)
        started.append(self)

started = []
subprocess.Popen = Watched
shares.decode_shared(contents(), 5000, processes=2)
"""
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    helper = int(killed.stdout)
    for _ in range(100):
        try:
            if psutil.Process(helper).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.1)
    os.kill(helper, signal.SIGKILL)
    pytest.fail("the helper went on")
