"""Ctrl-C counts even where it is swallowed."""

import signal
from contextlib import suppress

import pytest

from emotions.fanout.interrupt import remembered


def test_an_interrupt_that_was_swallowed_is_raised_at_the_next_look():
    before = signal.getsignal(signal.SIGINT)
    with remembered() as check:
        check()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is before
