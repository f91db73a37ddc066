"""Call a function where what it takes is bounded: a hostile model makes Keras take all memory there is."""

import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from emotions.runtime.errors import UserError
from emotions.runtime.parent_watch import end_with_parent

MEMORY = 16 * 2**30
"""Bytes. NASNetLarge, the largest backbone, takes 13.4 GiB to become ONNX."""
CPU_TIME = 1800
"""Seconds, of all threads."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def bounded(
    subject: object,
    function: Callable[_Arguments, _Result],
    *arguments: _Arguments.args,
    **named: _Arguments.kwargs,
) -> _Result:
    """Return what a function of a module gives in a process of its own.

    Args:
        subject: What is to blame if it takes too much, for the message.
        function: What is called.
        arguments: By position.
        named: By name.

    Raises:
        UserError: The process ended, as it does beyond `MEMORY` and `CPU_TIME`; or what the function raises.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_limit, initargs=(MEMORY, CPU_TIME)) as pool:
        try:
            return pool.submit(function, *arguments, **named).result()
        except BrokenProcessPool:
            raise UserError(
                f"{subject} takes more than {MEMORY / 2**30:.0f} GiB of memory or {CPU_TIME // 60} minutes, "
                "or makes TensorFlow crash; it was not exported"
            ) from None


def _limit(memory: int, cpu_time: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the caller says what there is to say
    end_with_parent()
    for kind, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CPU, cpu_time)):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, hard))
