"""What the tests of commands share."""

import pytest

from onnx_model import halves


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(halves())
    return path
