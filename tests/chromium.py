"""A headless Chromium without a network, driven over its own pipe: no further package is needed."""

import base64
import json
import os
import shutil
import subprocess
import sys

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no name leads anywhere
    "--remote-debugging-pipe",
)

# In a process of its own: what runs between fork and exec must not be Python where TensorFlow has threads.
_LAUNCHER = """
import fcntl, os, sys
high = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
for theirs, ours in zip(high, (3, 4)):
    os.dup2(theirs, ours)
os.execv(sys.argv[3], sys.argv[3:])
"""


PATH = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

needs_chromium = pytest.mark.skipif(PATH is None, reason="no Chromium on the PATH")


class Chromium:
    """Speaks the DevTools protocol: JSON messages that end in a zero byte, on descriptors 3 and 4."""

    def __init__(self, folder):
        (theirs_in, self._out), (self._in, theirs_out) = os.pipe(), os.pipe()

        launcher = [sys.executable, "-c", _LAUNCHER, str(theirs_in), str(theirs_out)]
        self._process = subprocess.Popen(
            [*launcher, PATH, *FLAGS, f"--user-data-dir={folder}"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer, self._number, self._session = b"", 0, None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._session = None
        self.call("Browser.close")
        self._process.wait(20)
        os.close(self._in)
        os.close(self._out)

    def call(self, method, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _receive(self):
        while b"\0" not in self._buffer:
            read = os.read(self._in, 1 << 20)
            assert read, "Chromium has gone"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        content = json.loads(message)
        if "method" in content:
            self.events.append((content["method"], content["params"]))
        return content

    def open(self, address, width, scheme="light", media=""):
        """Load a page in a window of this width and a height of 900, and wait until it has."""
        # The page before is left first, as what it still waits for fails then and would be this page's fault.
        self.events.clear()
        self.call("Page.navigate", url="about:blank")
        while not self._has_loaded():
            self._receive()
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self.call("Page.navigate", url=address)
        while not self._has_loaded():
            self._receive()

    def _has_loaded(self):
        return any(method == "Page.loadEventFired" for method, _ in self.events)

    def evaluate(self, expression):
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def screenshot(self, whole=False):
        """Return a PNG."""
        content = self.call("Page.captureScreenshot", captureBeyondViewport=whole, **self._clip(whole))
        return base64.b64decode(content["data"])

    def _clip(self, whole):
        if not whole:
            return {}
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}

    def complaints(self):
        """Return what the page said on the console, and what failed."""
        loud = {
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Network.loadingFailed",
        }
        return [event for event in self.events if event[0] in loud]

    def loaded(self):
        """Return the addresses that the page asked for."""
        return [
            params["request"]["url"]
            for method, params in self.events
            if method == "Network.requestWillBeSent"
        ]
