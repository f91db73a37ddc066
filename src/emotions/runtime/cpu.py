"""The processor that this process runs on, without TensorFlow."""

import math
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from emotions.runtime.errors import UserError

THREADS = "EMOTIONS_THREADS"
_MOST_THREADS = 1024

_CPUINFO = Path("/proc/cpuinfo")
_GROUP, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
_INSTRUCTIONS = ("amx_bf16", "avx512_bf16", "avx512f", "avx2", "avx", "sse4_2")
"""Sets of vector instructions, as Linux calls them on x86: the first that a processor has is what tells the
kernels that TensorFlow's oneDNN takes, and so the last bits of what it computes."""


def cores() -> int:
    """Return how many cores this process may use: under taskset or in a container, not all."""
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return math.ceil(min(allowed, quota()))


def quota(group: Path = _GROUP, groups: Path = _GROUPS) -> float:
    """Return how many cores' time Linux gives the process's control groups (version 2), or infinity.

    More threads than that are stopped again and again until the next period.
    """
    try:
        lines = group.read_text(encoding="utf-8").splitlines()
    except OSError:
        return math.inf
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    limits = [math.inf]
    for part in (PurePosixPath(own), *PurePosixPath(own).parents):
        try:
            most, period = (groups / part / "cpu.max").read_text(encoding="utf-8").split()
        except OSError:
            continue
        if most != "max":
            limits.append(int(most) / int(period))
    return min(limits)


def threads() -> int:
    """Return how many threads compute: as many as `cores`, or as the user asks for by EMOTIONS_THREADS.

    Raises:
        UserError: It holds no such number.
    """
    asked = os.environ.get(THREADS)
    if asked is None:
        return cores()
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= _MOST_THREADS):
        raise UserError(
            f"{THREADS} is {asked!r}; allowed: a whole number from 1 to {_MOST_THREADS}, or unset it for as "
            "many threads as the process has cores"
        )
    return int(asked)


def name(cpuinfo: Path = _CPUINFO) -> str:
    """Return the model's name."""
    return _described(cpuinfo).get("model name") or platform.processor() or platform.machine()


def instructions(cpuinfo: Path = _CPUINFO) -> str:
    """Return the first of `_INSTRUCTIONS` that the processor has, or `unknown` if none can be found."""
    flags = _described(cpuinfo).get("flags", "").split()
    return next((one for one in _INSTRUCTIONS if one in flags), "unknown")


def lacks_avx512(instructions: str) -> bool:
    """Tell whether it is known that these are of an x86 processor without AVX-512."""
    return instructions in {"avx2", "avx", "sse4_2"}


def _described(cpuinfo: Path) -> Mapping[str, str]:
    """Read the first processor's lines of `key : value`; none where there is no such file."""
    if not cpuinfo.is_file():
        return {}
    first = cpuinfo.read_text(encoding="utf-8").split("\n\n", 1)[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
