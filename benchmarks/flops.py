"""How much arithmetic a network takes, and how much this machine can do."""

import subprocess
import sys
import time
from functools import cache

from emotions import hardware  # noqa: F401  # isort: skip  # before Keras imports TensorFlow

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.profiler.model_analyzer import profile
from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

from benchmarks.inputs import cell_of

_SIZE = 4096


@cache
def forward_flops(backbone: str) -> float:
    """Count the floating-point operations of one image forwards, a multiplication and an addition as two."""
    # In a process of its own: ten networks would fill the memory of this one.
    words = [sys.executable, "-m", "benchmarks.flops", backbone]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1])


def matrix_product() -> float:
    """Multiply two square matrices in single precision on all cores; return GFLOP/s."""
    matrix = np.ones((_SIZE, _SIZE), np.float32)
    product = matrix @ matrix  # threads and memory are there when the clock starts
    started = time.perf_counter()
    np.matmul(matrix, matrix, out=product)
    return 2 * _SIZE**3 / (time.perf_counter() - started) / 1e9


def _count(backbone: str) -> int:
    size = cell_of(backbone).input_size
    model = getattr(keras.applications, backbone)(weights=None, input_shape=(size, size, 3), classes=6)
    function = tf.function(lambda images: model(images, training=False))
    graph = function.get_concrete_function(tf.TensorSpec((1, size, size, 3))).graph
    options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output().build()
    return int(profile(graph, options=options).total_float_ops)


if __name__ == "__main__":
    print(_count(sys.argv[1]))
