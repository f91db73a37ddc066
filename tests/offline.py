"""A page in real headless Chromium that has no network."""

import re
import shutil
import subprocess

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--proxy-server=127.0.0.1:9",  # where nothing listens
    "--proxy-bypass-list=<-loopback>",  # for no address at all
    "--enable-logging=stderr",
    "--virtual-time-budget=20000",
    "--dump-dom",
]


def opened(page, profile):
    """Return the page's document once its scripts ran, and what they said on the console."""
    words = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", page.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, re.findall(r":CONSOLE.*?\] (.*)", done.stderr)
