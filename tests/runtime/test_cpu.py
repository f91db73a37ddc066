"""What is read of the cpu."""

import os
import sys

import pytest

from emotions.runtime import cpu

TWO_CORES = """\
processor\t: 0
model name\t: A processor: fast
flags\t\t: fpu sse4_2 avx {more}

processor\t: 1
model name\t: Another
flags\t\t: fpu avx512f
"""


@pytest.mark.parametrize(
    ("more", "instructions", "lacks"),
    [
        ("", "avx", True),
        ("avx2 fma", "avx2", True),
        ("avx2 avx512f", "avx512f", False),
        ("avx512f avx512_bf16", "avx512_bf16", False),
        ("avx512f avx512_bf16 amx_bf16", "amx_bf16", False),
    ],
)
def test_the_most_able_instructions_are_told(tmp_path, more, instructions, lacks):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(TWO_CORES.format(more=more))
    assert cpu.name(cpuinfo) == "A processor: fast"
    assert cpu.instructions(cpuinfo) == instructions
    assert cpu.lacks_bfloat16(instructions) == lacks


def test_nothing_is_claimed_of_a_processor_that_linux_does_not_describe(tmp_path):
    assert cpu.instructions(tmp_path / "none") == "unknown"
    assert cpu.name(tmp_path / "none")
    assert not cpu.lacks_bfloat16("unknown")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a process choose its cores")
def test_a_process_counts_the_cores_that_it_may_use():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cpu.cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cpu.cores() == len(allowed)
