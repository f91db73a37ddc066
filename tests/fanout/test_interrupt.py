"""Ctrl-C and its like count even where they are swallowed."""

import signal
from contextlib import suppress

import pytest

from emotions.fanout.interrupt import deferred, interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_that_was_swallowed_is_raised_at_the_next_look(number, capsys):
    class Collected:
        def __del__(self):
            signal.raise_signal(number)

    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, interruptible() as check:  # noqa: PT012
        check()
        Collected()
        check()
    assert ended.value.code == 128 + number
    assert capsys.readouterr().err == "Ended. What was done is in place; the same command goes on.\n"
    assert signal.getsignal(number) is before


def test_what_nohup_ignores_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible() as check, deferred(most=0):
            signal.raise_signal(signal.SIGHUP)
            check()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_may_not_be_cut_short_is_interrupted_at_its_end():
    done = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        with deferred():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")
        done.append("more")
    assert done == ["all of it"]


def test_a_second_one_may_not_have_to_wait():
    with suppress(KeyboardInterrupt), deferred(most=1):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
