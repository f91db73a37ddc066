"""A zip whose bytes depend on names and contents alone."""

import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotions.runtime.deterministic_zip import write_zip


@settings(max_examples=25)
@given(
    files=st.dictionaries(st.from_regex(r"[a-zé]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary()),
    clock=st.floats(0, 4e9),
)
def test_bytes_depend_on_names_and_contents_alone(tmp_path_factory, files, clock):
    path = tmp_path_factory.getbasetemp() / "some.zip"
    write_zip(path, files.items())
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.namelist() == list(files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: clock)
        patch.setattr("sys.platform", "win32")
        write_zip(path, files.items())
    assert path.read_bytes() == first
