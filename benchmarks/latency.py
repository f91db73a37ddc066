"""Recognition on one core: what one face takes, and how many a second pass in batches of 64."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.clock import alternate, separately
from benchmarks.inputs import BACKBONES, PLAN, cell_of
from benchmarks.table import Row, comparison
from emotions.data.faces import SIZE
from emotions.data.pixel_statistics import Statistics
from emotions.models.build import build
from emotions.runtime import hardware
from emotions.runtime.tensorflow_import import tf

_OWN = "CompactCNN"
_BATCH = 64
_ROUNDS = 7
_CALLS = 5
"""Of one face in a round, as a single call is over before the machine's speed can be told."""


def latency(_: Path) -> Iterator[Row]:
    """Compare CompactCNN with each other backbone, both untrained: weights change no speed."""
    for name in BACKBONES:
        if name != _OWN:
            one, many = separately(_seconds, name)
            yield comparison(f"one face, {_OWN}", one[0], name, one[1], "s")
            rates = [[_BATCH / seconds for seconds in side] for side in many]
            yield comparison(f"batches of {_BATCH}, {_OWN}", rates[0], name, rates[1], "images/s")


def _seconds(name: str) -> tuple[list[list[float]], list[list[float]]]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    hardware.configure(0)
    statistics = Statistics(mean=0.5, std=0.25, whitening=np.zeros((SIZE**2, SIZE**2), np.float32))
    images = np.random.default_rng(0).integers(0, 256, (_BATCH, SIZE, SIZE, 1), dtype=np.uint8)
    recognise = [
        tf.function(partial(build(cell_of(backbone), statistics, len(PLAN.classes)), training=False))
        for backbone in (_OWN, name)
    ]

    def calls(function: tf.types.experimental.PolymorphicFunction, count: int, faces: int) -> None:
        for _ in range(count):
            function(images[:faces]).numpy()

    one = alternate(_ROUNDS, *(partial(calls, function, _CALLS, 1) for function in recognise))
    many = alternate(_ROUNDS, *(partial(calls, function, 1, _BATCH) for function in recognise))
    return [[seconds / _CALLS for seconds in side] for side in one], many
