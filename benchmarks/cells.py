"""Training of a cell: images a second, arithmetic, start and memory, for each backbone.

The sides of a comparison are processes that live at the same time. All but one stand still, stopped by a
signal, so that a slow minute of the machine falls on all of them.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.arithmetic import matrix_product, training_flops
from benchmarks.inputs import faces_of
from benchmarks.table import Row, comparison, figure
from emotions.data.zca import measure

_SIDES = ("exact", "fast", "generator")
_ROUNDS = 4
_TURN = 8.0
"""Seconds that a side runs before the next takes its turn; at least two steps."""
_BATCH = 64


class Side:
    """A process of `benchmarks.cell_process`, stopped but when it is its turn.

    Attributes:
        before: Seconds from the start of the process to its first step.
        tracing: Seconds of that step.
        memory: The most it has held, in MB.
    """

    def __init__(self, side: str, backbone: str, faces: Path, statistics: Path) -> None:
        """Start it."""
        self._started = time.perf_counter()
        words = [sys.executable, "-m", "benchmarks.cell_process", side, backbone, str(faces), str(statistics)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.before = self.tracing = self.memory = 0.0

    def first_step(self) -> None:
        """Wait for the first step, and stop it."""
        self._line()
        self.before = time.perf_counter() - self._started
        self.tracing = self._line()["seconds"]
        self._signal(signal.SIGSTOP)

    def turn(self) -> float:
        """Let it run for a while; return images a second, without the step that stood still."""
        resumed = time.perf_counter()
        self._signal(signal.SIGCONT)
        steps: list[float] = []
        while len(steps) < 2 or time.perf_counter() - resumed < _TURN:
            line = self._line()
            if line["began"] >= resumed:  # on one clock for all processes
                steps.append(line["seconds"])
        self.memory = _peak(self._process.pid)
        self._signal(signal.SIGSTOP)
        return _BATCH / float(np.median(steps))

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def _line(self) -> dict[str, float]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(map(str, self._process.args))} ended early")  # type: ignore[arg-type]
        said: dict[str, float] = json.loads(line)
        return said

    def _signal(self, number: int) -> None:
        os.kill(self._process.pid, number)


def _peak(pid: int) -> float:
    """Read the most memory that a process has held, in MB, as Linux keeps it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def backbone(name: str, archive: Path) -> Iterator[Row]:
    """Measure the cell `baseline` of a backbone."""
    with tempfile.TemporaryDirectory() as folder:
        faces, statistics = Path(folder, "faces.npz"), Path(folder, "statistics.npz")
        prepared = faces_of(archive)
        prepared.save(faces)
        measure(prepared.images("train"), 0.1)[0].save(statistics)
        yield from _rows(name, faces, statistics)


def _rows(backbone: str, faces: Path, statistics: Path) -> Iterator[Row]:
    sides: list[Side] = []
    try:
        for name in _SIDES:
            # Known before it has traced, so that it is ended whatever happens; one at a time traces.
            sides.append(Side(name, backbone, faces, statistics))
            sides[-1].first_step()
        rates: list[list[float]] = [[], [], []]
        product = []
        for _ in range(_ROUNDS):
            for side, kept in zip(sides, rates, strict=True):
                kept.append(side.turn())
            product.append(matrix_product())
    finally:
        for side in sides:
            side.end()
    exact, fast, generator = rates
    flow = "`ImageDataGenerator.flow` into `fit`"
    unit = "images/s"
    yield comparison(f"{backbone}, `deterministic: true`", exact, flow, generator, unit, "above 1")
    yield comparison(f"{backbone}, `deterministic: false`", fast, flow, generator, unit, "above 1")
    yield comparison(f"{backbone}, price of determinism", exact, "`deterministic: false`", fast, unit)
    flops = training_flops(backbone)
    arithmetic = [flops * rate / 1e9 for rate in exact]
    matrices = "product of two 4096 by 4096 matrices"
    yield comparison(f"{backbone}, arithmetic", arithmetic, matrices, product, "GFLOP/s")
    before, tracing = sides[0].before, sides[0].tracing
    yield Row(
        f"{backbone}, start to the end of the first step",
        figure(before + tracing, "s"),
        "that step alone, which traces",
        figure(tracing, "s"),
        target=f"under 10 s above; it is {figure(before, 's')}",
    )
    target = "under 3,000 MB" if backbone == "ResNet50V2" else ""
    yield Row(f"{backbone}, peak memory", figure(sides[0].memory, "MB"), target=target)
