"""What the tests of all sources share."""

import pytest


@pytest.fixture
def path(tmp_path):
    """Where an archive goes; an older one stands there."""
    path = tmp_path / "raw" / "faces.zip"
    path.parent.mkdir()
    path.write_bytes(b"what stood there")
    return path


@pytest.fixture
def untouched(path):
    """A function that tells whether the older archive still stands there, and nothing beside it."""
    older = path.read_bytes()
    return lambda: path.read_bytes() == older and list(path.parent.iterdir()) == [path]
