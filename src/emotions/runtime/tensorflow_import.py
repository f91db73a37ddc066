"""TensorFlow and Keras, imported with what this project decides and none of the user's settings.

Import both from here and nowhere else. TensorFlow's remarks on GPUs that are not there and on how it
was built are left out: what it says before its logging starts obeys no setting, and several lines of it at
every stage would hide what matters.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import emotions.runtime.matplotlib_import  # noqa: F401  # Keras imports Matplotlib
from emotions.runtime import environment

if not environment.prepared():
    environment.prepare()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_STDERR = 2

sys.stderr.flush()
_kept, _nowhere = os.dup(_STDERR), os.open(os.devnull, os.O_WRONLY)
_home = os.environ.get("KERAS_HOME")
os.dup2(_nowhere, _STDERR)
try:
    # Keras takes its float type, data format, epsilon and more from `keras.json` there, if it finds one.
    with TemporaryDirectory() as _empty:
        os.environ["KERAS_HOME"] = _empty
        import keras
        import tensorflow as tf
        from tensorflow.python.util import _pywrap_util_port
finally:
    os.dup2(_kept, _STDERR)
    os.close(_kept)
    os.close(_nowhere)
    if _home is None:
        os.environ.pop("KERAS_HOME", None)
    else:
        os.environ["KERAS_HOME"] = _home

# Pretrained weights stay where Keras keeps them, by its own rule.
_base = os.path.expanduser("~")  # noqa: PTH111  # where there is no home, pathlib's raises
_base = _base if os.access(_base, os.W_OK) else "/tmp"  # noqa: S108
keras.src.backend.config._KERAS_DIR = str(Path(_base, ".keras")) if _home is None else _home

onednn_enabled: Callable[[], bool] = _pywrap_util_port.IsMklEnabled
"""Whether TensorFlow takes oneDNN's kernels: its own answer, from what it read and the processor."""

__all__ = ["keras", "onednn_enabled", "tf"]
