"""What tests of the fan-out share."""

import tempfile

import pytest
from stub_project import Stub


@pytest.fixture(scope="session")
def stub_template(tmp_path_factory):
    return Stub.make(tmp_path_factory.mktemp("stub"))


@pytest.fixture
def make_stub(stub_template, tmp_path, monkeypatch):
    """A function that makes a project of stub cells; its clones stay in this test's folder."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)  # what this process has looked up before
    monkeypatch.delenv("EMOTIONS_CHECKPOINTS", raising=False)
    monkeypatch.delenv("EMOTIONS_THREADS", raising=False)
    return lambda cells: Stub.copy(stub_template, tmp_path, cells)
