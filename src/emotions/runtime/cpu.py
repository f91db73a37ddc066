"""The processor that this process runs on, without TensorFlow."""

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_INSTRUCTIONS = ("amx_bf16", "avx512_bf16", "avx512f", "avx2", "avx", "sse4_2")
"""Sets of vector instructions, as Linux calls them on x86: the first that a processor has is what tells the
kernels that TensorFlow's oneDNN takes, and so the last bits of what it computes."""


def cores() -> int:
    """Return how many cores this process may use, as TensorFlow counts them: under taskset, not all."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def name(cpuinfo: Path = _CPUINFO) -> str:
    """Return the model's name."""
    return _described(cpuinfo).get("model name") or platform.processor() or platform.machine()


def instructions(cpuinfo: Path = _CPUINFO) -> str:
    """Return the first of `_INSTRUCTIONS` that the processor has, or `unknown` if none can be found."""
    flags = _described(cpuinfo).get("flags", "").split()
    return next((one for one in _INSTRUCTIONS if one in flags), "unknown")


def lacks_bfloat16(instructions: str) -> bool:
    """Tell whether it is known that bfloat16 is slow with these: an x86 processor without AVX-512."""
    return instructions in {"avx2", "avx", "sse4_2"}


def _described(cpuinfo: Path) -> Mapping[str, str]:
    """Read the first processor's lines of `key : value`; none where there is no such file."""
    if not cpuinfo.is_file():
        return {}
    first = cpuinfo.read_text(encoding="utf-8").split("\n\n", 1)[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
