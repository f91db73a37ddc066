"""Time and memory of functions, each call in alternation with what it is compared with."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from typing import TypeVar

import psutil

_T = TypeVar("_T")


def alternate(rounds: int, *functions: Callable[[], object]) -> list[list[float]]:
    """Call the functions in turn, `rounds` times each after one call that does not count; return seconds."""
    seconds: list[list[float]] = [[] for _ in functions]
    for number in range(rounds + 1):
        for function, kept in zip(functions, seconds, strict=True):
            started = time.perf_counter()
            function()
            if number:
                kept.append(time.perf_counter() - started)
    return seconds


def alone(function: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Call a function in a fresh process; return its seconds, and its peak memory in MB.

    The memory is that of the process and all its children together, above what it held before the call.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_measured, args=(there, function, arguments))
    process.start()
    there.close()  # so that the end of the process is the end of the pipe
    try:
        before = here.recv()
        peak = 0.0
        while not here.poll(0.02):
            peak = max(peak, _memory(process.pid))
        seconds = here.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"the process of {function} ended with {process.exitcode}") from None
    process.join()
    return seconds, peak - before


def separately(function: Callable[..., _T], *arguments: object) -> _T:
    """Return what a function returns in a fresh process, whose TensorFlow nothing has set up yet."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _measured(pipe: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    pipe.send(_memory(psutil.Process().pid))
    started = time.perf_counter()
    function(*arguments)
    pipe.send(time.perf_counter() - started)


def _memory(pid: int | None) -> float:
    total = 0.0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss / 1e6
        except psutil.NoSuchProcess:
            continue
    return total
