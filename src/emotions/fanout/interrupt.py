"""Ctrl-C and its like, not lost where they are swallowed.

Python drops what is raised while an object is collected. Of 300 interrupts at random moments of a delivery, 6
came while `PackBasedObjectStore.__del__` of dulwich ran, which DVC reads git by, and were lost.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the block, and then the process, by a message.

    Gives a function that raises KeyboardInterrupt if one has come: it is called wherever one that was
    swallowed would count. What was ignored before, as under `nohup`, stays ignored.
    """
    came = 0

    def handle(number: int, _: object) -> None:
        nonlocal came
        came = number
        raise KeyboardInterrupt

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    def unraisable(found: "sys.UnraisableHookArgs") -> None:
        if found.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(found)

    before = {one: signal.signal(one, handle) for one in _heard()}
    hook, sys.unraisablehook = sys.unraisablehook, unraisable
    try:
        yield check
    except KeyboardInterrupt:
        sys.stderr.write("Ended. What was done is in place; the same command goes on.\n")
        sys.exit(128 + (came or signal.SIGINT))
    finally:
        sys.unraisablehook = hook
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def deferred(most: float = float("inf")) -> Iterator[None]:
    """Let so many of them wait for the end of a block that would leave something broken, or running.

    What was ignored before stays ignored.
    """
    came: list[int] = []

    def handle(number: int, _: object) -> None:
        came.append(number)
        if len(came) > most:
            raise KeyboardInterrupt

    before = {one: signal.signal(one, handle) for one in _heard()}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def _heard() -> list[signal.Signals]:
    return [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
