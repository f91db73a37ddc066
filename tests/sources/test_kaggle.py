"""Downloads by Kaggle's own client, from a server on loopback that has every fault."""

import io
import json
import os
import subprocess
import sys
import termios
import time
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from emotions.runtime.errors import UserError
from emotions.settings.data import Kaggle
from emotions.sources import kaggle
from kaggle_server import serving
from socks_server import socks

MIB = 1 << 20


@pytest.fixture(scope="module")
def body():
    """A zip of 8 MB: more than six attempts of one MiB each can bring."""
    noise = np.random.default_rng(0).bytes(8 * MIB)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(8):
            archive.writestr(
                f"Training/Training/Happy/{number}.jpg", noise[number * MIB : (number + 1) * MIB]
            )
    return packed.getvalue()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home without credentials."""
    for name in [
        name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("KAGGLE_")
    ]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / ".kaggle").mkdir(parents=True)
    return tmp_path / "home" / ".kaggle"


@pytest.fixture
def server(body, home, monkeypatch):
    with serving(body) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def clients(monkeypatch, server):
    """The process ids of the clients that were started; to wait for one that stalls takes no time."""
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(self.pid)

        def communicate(self, timeout=None):
            assert 30 < timeout <= 60
            if server.fault == "stall":
                assert server.stalled.wait(30)
                timeout = 0.1
            return super().communicate(timeout=timeout)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


def download(path, attempts=2, version=None):
    settings = Kaggle(dataset="apollo2506/faces", version=version, deadline_s=60.0)
    kaggle.write_archive(settings, path, attempts=attempts, backoff_s=0.01)


@pytest.mark.parametrize("version", [None, 3])
def test_takes_the_version_that_is_asked_for_without_credentials(server, path, body, version, capfd):
    download(path, version=version)
    assert path.read_bytes() == body
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    (asked,) = server.asked
    assert (asked["ownerSlug"], asked["datasetSlug"]) == ("apollo2506", "faces")
    assert asked.get("datasetVersionNumber") == version
    assert server.authorization == [None]
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("KAGGLE_API_TOKEN", "Bearer secret"),
        ("access_token", "Bearer secret"),
        ("kaggle.json", "Basic c29tZWJvZHk6c2VjcmV0"),
    ],
)
def test_uses_credentials_from_each_place(server, path, home, monkeypatch, place, expected):
    if place == "KAGGLE_API_TOKEN":
        monkeypatch.setenv(place, "secret")
    elif place == "access_token":
        (home / place).write_text("secret")
    else:
        (home / place).write_text(json.dumps({"username": "somebody", "key": "secret"}))
    download(path)
    assert server.authorization == [expected]


def test_a_token_with_an_end_of_line_serves_and_is_never_told(server, path, monkeypatch, capfd):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_secret\n")
    download(path)
    assert server.authorization == ["Bearer KGAT_secret"]
    server.fault = "403"
    with pytest.raises(UserError) as caught:
        download(path)
    assert "KGAT_secret" not in str(caught.value) + "".join(capfd.readouterr())


def test_a_home_that_can_not_be_written_does_no_harm(server, path, body, monkeypatch, capfd):
    monkeypatch.setenv("HOME", "/proc/nobody")
    download(path)
    assert path.read_bytes() == body
    assert "/proc/nobody/.config/kaggle can't be made" in capfd.readouterr().err


def test_a_variable_of_the_environment_at_fault_is_named(server, path, monkeypatch, untouched):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such.pem")
    with pytest.raises(UserError, match=r"REQUESTS_CA_BUNDLE is /no/such\.pem"):
        download(path)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv("http_proxy", "http://me:pass word@127.0.0.1:x")
    with pytest.raises(UserError) as caught:
        download(path)
    assert "pass word" not in str(caught.value)
    assert untouched()


def test_a_socks_proxy_leads_there(server, path, body, monkeypatch):
    pytest.importorskip("socks")
    monkeypatch.delenv("http_proxy")
    with socks(server.server_port) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{proxy.server_address[1]}")
        download(path)
    assert path.read_bytes() == body
    assert b"localhost" in proxy.asked


def test_a_full_disk_is_named(server, path, monkeypatch, untouched):
    outcome = kaggle.Outcome("disk", "No space left on device", 28)
    monkeypatch.setattr(kaggle, "_attempt", lambda *arguments: outcome)
    with pytest.raises(
        UserError, match=rf"No space left on device \({path.parent} has .* bytes left\): free"
    ):
        download(path)
    assert untouched()


def test_waits_as_long_as_it_is_told_after_429(server, path, body, monkeypatch):
    server.fault, server.retry_after = "429-once", "7"
    pauses = []
    monkeypatch.setattr(kaggle, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pauses.append))
    download(path)
    assert pauses == [7]
    assert path.read_bytes() == body


@pytest.mark.parametrize(
    ("fault", "ranges"),
    [
        ("cut", [None, None, f"bytes={MIB}-"]),
        # What came instead of the rest is thrown away: the last attempt starts anew.
        ("busy", [None, None, f"bytes={MIB}-", None, None]),
    ],
)
def test_resumes_a_broken_download(server, path, body, fault, ranges):
    server.fault = fault
    download(path, attempts=3)
    assert path.read_bytes() == body
    assert server.ranges == ranges


@pytest.mark.parametrize(
    ("fault", "requests", "texts"),
    [
        ("401", 1, ["401", "KAGGLE_API_TOKEN", "access_token", "kaggle.com/settings"]),
        ("403", 1, ["403", "kaggle.com/datasets/apollo2506/faces", "accept the terms"]),
        ("404", 1, ["404", "data.kaggle.dataset"]),
        ("418", 1, ["418"]),
        ("429", 2, ["429", "2 attempts", "wait"]),
        ("500", 2, ["500", "2 attempts"]),
        ("hang-up", 2, ["2 attempts", "without response"]),
        ("cut-always", 2, ["broke", "2 attempts"]),
        ("stall", 1, ["data.kaggle.deadline_s, 60 s"]),
        ("corrupt", 1, ["1 entry", "Training/Training/Happy/", "CRC"]),
        ("not-a-zip", 1, ["a web page, such as one to sign in"]),
    ],
)
def test_a_fault_leaves_what_stood_there(server, path, fault, requests, texts, clients, untouched):
    server.fault = fault
    start = time.monotonic()
    with pytest.raises(UserError) as caught:
        download(path)
    assert time.monotonic() - start < 30
    assert server.stalled.is_set() == (fault == "stall")
    assert len(server.asked) == requests
    for text in [*texts, "data.source: archive", "data.archive.path"]:
        assert text in str(caught.value)
    assert untouched()
    assert len(clients) == requests
    for client in clients:
        with pytest.raises(ProcessLookupError):
            os.kill(client, 0)


def test_a_pause_that_passes_the_deadline_is_not_waited_for(server, path):
    server.fault, server.retry_after = "429", "3600"
    start = time.monotonic()
    with pytest.raises(UserError, match=r"429.*deadline_s"):
        download(path)
    assert time.monotonic() - start < 20
    assert len(server.asked) == 1


def test_says_at_once_that_kaggle_cannot_be_reached(server, path, monkeypatch):
    with serving(b"") as gone:
        closed = gone.server_port
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed}")
    start = time.monotonic()
    with pytest.raises(UserError) as caught:
        download(path, attempts=kaggle.ATTEMPTS)
    assert time.monotonic() - start < 20
    for text in ["can't be reached", "Connection refused", "2 attempts", "make demo", "data.source: archive"]:
        assert text in str(caught.value)


def test_the_client_itself_notices_silence(server, tmp_path):
    server.fault = "stall"
    short = "from emotions.sources import kaggle_client as client; client._READ_S = 0.5; client.main()"
    done = subprocess.run(
        [sys.executable, "-c", short, "apollo2506/faces", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    outcome = json.loads(done.stdout)
    assert outcome["kind"] == "broken"
    assert "timed out" in outcome["detail"]


def test_shows_a_bar_on_a_terminal(server, tmp_path):
    ours, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    command = [sys.executable, "-m", "emotions.sources.kaggle_client", "apollo2506/faces", str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True, timeout=30)
    os.close(terminal)
    assert b"100%|" in os.read(ours, 1 << 16)
    os.close(ours)
    assert json.loads(done.stdout)["kind"] == "done"


def test_neither_a_far_deadline_nor_a_word_of_the_clients_own_in_a_secret_does_harm(
    server, path, body, monkeypatch
):
    monkeypatch.setenv("AUTH_STATE", "done")
    kaggle.write_archive(Kaggle(dataset="apollo2506/faces", version=None, deadline_s=1e9), path)
    assert path.read_bytes() == body


def test_a_client_that_dies_is_reported(server, path, monkeypatch):
    monkeypatch.setattr(kaggle.kaggle_client, "__name__", "emotions.no_such_module")
    with pytest.raises(UserError, match=r"client failed \(its process ended with 1\)"):
        download(path)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        (None, 0, 0),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("2.5", 2.5, 2.5),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 1e8, 1e11),
    ],
)
def test_reads_retry_after(header, least, most):
    assert least <= kaggle._seconds(header) <= most
