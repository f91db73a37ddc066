"""What the tests of all sources share."""

import pytest

from emotions.runtime.errors import UserError
from emotions.sources.archive import write_archive
from emotions.sources.zips import SafeZip, verify


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


@pytest.fixture
def take(tmp_path, path):
    """A function that returns the files that are made of a file of these bytes."""

    def made(data, name="given"):
        (tmp_path / name).write_bytes(data)
        write_archive(str(tmp_path / name), path)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
        with SafeZip(path) as archive:
            return {name: archive.read(name) for name in archive.names}

    return made


@pytest.fixture
def refuse(tmp_path, path, untouched):
    """A function that returns the message with which a file of these bytes is refused."""

    def message(data, name="given"):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError) as caught:
            write_archive(str(tmp_path / name), path)
        assert untouched()
        return str(caught.value)

    return message


@pytest.fixture
def refused(tmp_path):
    """A function that returns the message with which a file of these bytes is refused."""

    def message(data, check=verify):
        path = tmp_path / "given.zip"
        path.write_bytes(data)
        with pytest.raises(UserError) as caught:
            check(path)
        assert str(path) in str(caught.value)
        return str(caught.value)

    return message
