"""What is read of the cpu."""

import os
import sys

import pytest

from emotions.runtime import cpu
from emotions.runtime.errors import UserError

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
    assert cpu.lacks_avx512(instructions) == lacks


def test_nothing_is_claimed_of_a_processor_that_linux_does_not_describe(tmp_path):
    assert cpu.instructions(tmp_path / "none") == "unknown"
    assert cpu.name(tmp_path / "none")
    assert not cpu.lacks_avx512("unknown")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a process choose its cores")
def test_a_process_counts_the_cores_that_it_may_use():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cpu.cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cpu.cores() == len(allowed)


@pytest.mark.parametrize(
    ("limits", "cores"),
    [
        ({}, 8),
        ({"": "max 100000"}, 8),
        ({"": "50000 100000"}, 1),
        ({"a/b": "300000 100000", "a": "150000 100000", "": "max 100000"}, 2),
        ({"a/b/c": "1000 100000"}, 8),
    ],
)
def test_a_container_limits_the_cores_of_its_processes(tmp_path, monkeypatch, limits, cores):
    own = tmp_path / "cgroup"
    own.write_text("1:cpu:/other\n0::/a/b\n")
    for group, limit in limits.items():
        (tmp_path / "groups" / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / group / "cpu.max").write_text(f"{limit}\n")
    found = cpu.quota(own, tmp_path / "groups")
    monkeypatch.setattr(cpu, "quota", lambda: found)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cpu.cores() == cores


def test_without_control_groups_nothing_is_limited(tmp_path):
    assert cpu.quota(tmp_path / "none", tmp_path) == float("inf")


def test_there_are_as_many_threads_as_cores_or_as_asked_for(monkeypatch):
    monkeypatch.delenv("EMOTIONS_THREADS", raising=False)
    assert cpu.threads() == cpu.cores()
    monkeypatch.setenv("EMOTIONS_THREADS", "3")
    assert cpu.threads() == 3


@pytest.mark.parametrize("asked", ["", "0", "-1", "1.5", "two", "²", "1025", " 2"])
def test_no_other_number_of_threads_is_taken(monkeypatch, asked):
    monkeypatch.setenv("EMOTIONS_THREADS", asked)
    with pytest.raises(UserError, match=r"EMOTIONS_THREADS is .*; allowed: a whole number from 1 to 1024"):
        cpu.threads()
