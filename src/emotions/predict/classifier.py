"""Run a model's ONNX file on the processor."""

import os
from pathlib import Path
from typing import Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from emotions.data.faces import SIZE
from emotions.predict.model_description import ModelDescription
from emotions.runtime import cpu
from emotions.runtime.errors import UserError

_BATCH = 64
"""Faces at a time: more need memory and are no quicker."""
_FATAL = 4  # ONNX Runtime's level: what it has to say is in its exceptions


class Classifier:
    """A model that gives each face's scores.

    Attributes:
        description: Its classes, and whether its faces were generated.
    """

    def __init__(self, session: onnxruntime.InferenceSession, description: ModelDescription) -> None:
        self.description = description
        self._session = session
        self._input = session.get_inputs()[0].name

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an ONNX file that stage `release` or `python -m emotions.export` wrote.

        It is taken as bytes, so it can name no other file, and an ONNX file carries no code. It computes on
        as many threads as `emotions.runtime.cpu` says.

        Raises:
            UserError: The file is missing, no ONNX file, or no model of this project.
        """
        if path.suffix in {".keras", ".h5"}:
            raise UserError(
                f"{path} is a Keras model, and an ONNX file is needed: `python -m emotions.export {path}` "
                "makes one beside it"
            )
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UserError(
                f"{path} can't be read ({error.strerror}): name a model's .onnx file by --model; stage "
                "`release` and `python -m emotions.export` write them"
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cpu.threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL
        # Or it would look for weights that a model names in the current folder.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its kinds have no common one of their own
            raise UserError(
                f"{path} is no ONNX file that can be run: {_first_line(error)}; `python -m emotions.export` "
                "makes it again"
            ) from None
        return cls(session, _describe(session, path))

    def scores(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the scores of (N, 48, 48) uint8 faces: (N, classes) float32.

        Raises:
            UserError: The model fails, or gives what is no score.
        """
        classes = len(self.description.classes)
        try:
            parts = [
                self._session.run(None, {self._input: faces[start : start + _BATCH, ..., np.newaxis]})[0]
                for start in range(0, len(faces), _BATCH)
            ]
        except Exception as error:
            raise UserError(f"the model can't be run: {_first_line(error)}") from None
        scores: NDArray[np.float32] = np.concatenate(parts or [np.zeros((0, classes), np.float32)])
        if scores.shape != (len(faces), classes) or not np.isfinite(scores).all():
            raise UserError("the model gives what are no scores: it is damaged, or was no good to begin with")
        return scores


def _describe(session: onnxruntime.InferenceSession, path: Path) -> ModelDescription:
    inputs, outputs = session.get_inputs(), session.get_outputs()
    given = [(one.type, list(one.shape)[1:]) for one in (*inputs, *outputs)]
    try:
        description = ModelDescription.of_metadata(session.get_modelmeta().custom_metadata_map)
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UserError(
            f"{path} does not say which classes its scores are of: `python -m emotions.export` writes them "
            "into it"
        ) from None
    classes = len(description.classes)
    if len(inputs) != 1 or given[:1] != [("tensor(uint8)", [SIZE, SIZE, 1])]:
        raise UserError(
            f"{path} is no model of this project: it takes {_shapes(inputs)}; allowed: (N, 48, 48, 1) uint8"
        )
    if len(outputs) != 1 or given[1:] != [("tensor(float)", [classes])]:
        raise UserError(
            f"{path} gives {_shapes(outputs)}, and names {classes} classes; allowed: (N, {classes}) float"
        )
    return description


def _shapes(values: list[onnxruntime.NodeArg]) -> str:
    return ", ".join(f"{one.type} of {one.shape}" for one in values)[:200] or "nothing"


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
