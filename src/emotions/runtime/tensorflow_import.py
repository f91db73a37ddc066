"""TensorFlow, imported without its remarks on GPUs that are not there and on how it was built.

Import this before anything that imports Keras. What TensorFlow says before its logging starts obeys no
setting; several lines of it at every stage would hide what matters.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_STDERR = 2

sys.stderr.flush()
_kept, _nowhere = os.dup(_STDERR), os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, _STDERR)
try:
    import tensorflow as tf
finally:
    os.dup2(_kept, _STDERR)
    os.close(_kept)
    os.close(_nowhere)

__all__ = ["tf"]
