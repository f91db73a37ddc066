"""Processes that train, of which one at a time runs: a slow minute of the machine falls on all of them.

All but one, or but those that are measured together, stand still, stopped by a signal.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs import cell_of
from emotions.runtime import cpu, environment

_TURN = 8.0
"""Seconds that a side runs before the next takes its turn; at least two steps."""
BATCH = 64


class Side:
    """A process of `benchmarks.cell_process`, stopped but when it is its turn.

    Attributes:
        before: Seconds from the start of the process to its first step.
        tracing: Seconds of that step.
        memory: The most it has held, in MB.
    """

    def __init__(
        self,
        side: str,
        backbone: str,
        faces: Path,
        statistics: Path,
        cores: set[int] | None = None,
        held_to: str = "",
    ) -> None:
        """Start it, on these cores alone and with oneDNN held to these instructions, if they are named."""
        self._started = time.perf_counter()
        words = [sys.executable, "-m", "benchmarks.cell_process", side, backbone, str(faces), str(statistics)]
        self._process = subprocess.Popen(
            words, env=variables(side, backbone, held_to), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if cores:
            os.sched_setaffinity(self._process.pid, cores)  # before it has any other thread
        self.before = self.tracing = self.memory = 0.0

    def first_step(self) -> None:
        """Wait for the first step, and stop it."""
        self._line()
        self.before = time.perf_counter() - self._started
        self.tracing = self._line()["seconds"]
        self._stop()

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
        self._stop()
        return BATCH / float(np.median(steps))

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

    def _stop(self) -> None:
        """Stop it, and wait until it stands still."""
        self._signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def _signal(self, number: int) -> None:
        os.kill(self._process.pid, number)


@contextmanager
def alive(described: Iterable[tuple[Any, ...]]) -> Iterator[Sequence[Side]]:
    """Start processes by what `Side` takes, take each to its first step, and end them all."""
    sides: list[Side] = []
    try:
        for arguments in described:
            # Known before it has traced, so that it is ended whatever happens; one at a time traces.
            sides.append(Side(*arguments))
            sides[-1].first_step()
        yield sides
    finally:
        for side in sides:
            side.end()


def variables(side: str, backbone: str, held_to: str = "") -> dict[str, str]:
    """Return the environment of a side's process: as decided, or as TensorFlow ships.

    Args:
        side: What it runs.
        backbone: What it trains.
        held_to: The instructions that oneDNN may use, as `cpu.instructions` has them; empty for all.
    """
    given = environment.inherited() | ({"ONEDNN_MAX_CPU_ISA": held_to.upper()} if held_to else {})
    if side in {"shipped", "generator"}:
        # Neither yes nor no, so that TensorFlow takes its default and the project leaves it alone.
        return given | {"TF_ENABLE_ONEDNN_OPTS": "0" if cpu.lacks_avx512(held_to) else ""}
    instructions = held_to or cpu.instructions()
    decided = environment.decide(cell_of(backbone).onednn, given, platform.machine(), instructions)
    return {name: value for name, value in (given | decided).items() if value is not None}


def _peak(pid: int) -> float:
    """Read the most memory that a process has held, in MB, as Linux keeps it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6
