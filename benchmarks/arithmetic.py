"""How much arithmetic a step of training takes, and how much this machine can do."""

import time

import numpy as np

from benchmarks.clock import separately
from benchmarks.inputs import PLAN, cell_of
from emotions.models.backbones import classifier
from emotions.models.cost import PASSES, macs

_SIZE = 4096


def training_flops(backbone: str) -> float:
    """Count the floating-point operations that an image costs in training, a MAC as two."""
    # In a process of its own: ten networks would fill the memory of this one.
    return 2.0 * PASSES * separately(_macs, backbone)


def matrix_product() -> float:
    """Multiply two square matrices in single precision on all cores; return GFLOP/s."""
    matrix = np.ones((_SIZE, _SIZE), np.float32)
    product = matrix @ matrix  # threads and memory are there when the clock starts
    started = time.perf_counter()
    np.matmul(matrix, matrix, out=product)
    return 2 * _SIZE**3 / (time.perf_counter() - started) / 1e9


def _macs(backbone: str) -> int:
    cell = cell_of(backbone)
    return macs(classifier(cell, cell.input_size, len(PLAN.classes)))
