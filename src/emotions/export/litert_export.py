"""Make a LiteRT file (`.tflite`) of a Keras model, for phones and small machines."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotions.export.reference import call_once, compare
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model


def write_litert(model: Model, path: Path) -> float:
    """Write a model of (N, 48, 48, 1) uint8 pixels as LiteRT, whole and checked or not at all.

    Returns:
        The largest difference between its scores and Keras's.

    Raises:
        UserError: LiteRT is not installed, the model can't be converted, or its scores differ from Keras's by
            more than 1e-4.
    """
    interpreter()
    call_once(model)
    with atomic_write(path) as temporary:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                model.export(temporary, format="litert", verbose=False)
        except Exception as error:  # the converter raises what its parts happen to raise
            raise UserError(
                f"the model can't be written as LiteRT: {' '.join(str(error).split())[:300]}"
            ) from None
        return compare(model, LiteRT(temporary.read_bytes()).scores, path)


class LiteRT:
    """A LiteRT model, run one face at a time on one thread."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = interpreter()(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def one(self, image: NDArray[np.generic]) -> NDArray[np.float32]:
        """Return the scores of one image as the model takes it: (1, H, W, 1) in, (classes,) out."""
        self._interpreter.set_tensor(self._input, image)
        self._interpreter.invoke()
        scores: NDArray[np.float32] = self._interpreter.get_tensor(self._output)[0]
        return scores

    def scores(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the scores of (N, 48, 48) uint8 faces: (N, classes) float32."""
        return np.stack([self.one(face[np.newaxis, ..., np.newaxis]) for face in faces])


def interpreter() -> Any:  # noqa: ANN401  # LiteRT has no types
    """Return LiteRT's class `Interpreter`.

    Raises:
        UserError: It is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415  # an extra
    except ImportError:
        raise UserError("LiteRT is not installed: pip install 'emotions[litert]', or `make setup`") from None
    return Interpreter
