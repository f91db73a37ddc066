"""A process of its own with bounded memory and time."""

import os
import resource

import pytest

from emotions.export import bounded
from emotions.runtime.errors import UserError


def limits(*kinds):
    return [resource.getrlimit(kind)[0] for kind in kinds]


def fail(text):
    raise UserError(text)


def spin():
    while True:
        pass


def take(size):
    return len(bytearray(size))


def test_it_gives_what_the_function_gives_under_limits_of_its_own():
    before = limits(resource.RLIMIT_DATA, resource.RLIMIT_CPU)
    inside = bounded.bounded("m.keras", limits, resource.RLIMIT_DATA, resource.RLIMIT_CPU)
    assert inside == [bounded.MEMORY, bounded.CPU_TIME]
    assert limits(resource.RLIMIT_DATA, resource.RLIMIT_CPU) == before


def test_its_errors_come_back():
    with pytest.raises(UserError, match="what was wrong"):
        bounded.bounded("m.keras", fail, "what was wrong")
    with pytest.raises(MemoryError):
        bounded.bounded("m.keras", take, bounded.MEMORY)


@pytest.mark.parametrize("end", [os.abort, spin])
def test_one_that_crashes_or_does_not_end_is_an_error_in_words(end, monkeypatch):
    monkeypatch.setattr(bounded, "CPU_TIME", 1)
    with pytest.raises(UserError, match=r"m\.keras takes more than 16 GiB of memory or .*not exported"):
        bounded.bounded("m.keras", end)
