"""Cells as tasks of Ray: on this machine alone, or on a cluster that stands already."""

import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import psutil

from emotions.fanout import attempt
from emotions.fanout.interrupt import deferred
from emotions.fanout.job import Job, Outcome
from emotions.runtime import cpu
from emotions.runtime.errors import UserError

Told: TypeAlias = tuple[str, str, str]
"""Cell, kind and text of what a worker says."""

_SHORT = "/tmp"  # noqa: S108  # names of sockets have at most 107 bytes, and TMPDIR may be long
_STORE = 160 * 2**20
"""Bytes of Ray's object store, which holds the bundle and little else."""
_ENOUGH = 10.0
"""Seconds that processes are given to end."""


@contextmanager
def started(address: str | None, cores: int, gpus: float | None) -> Iterator["Workers"]:
    """Start Ray on loopback, or join the cluster at `address`; end all that was started.

    Args:
        address: HOST:PORT; None for this machine alone.
        cores: That a cell gets.
        gpus: That a cell gets, or a share of one; None for one each where there are GPUs.

    Raises:
        UserError: There is no such cluster, or no machine of it has room for a cell.
    """
    if find_spec("ray") is None:
        raise UserError("Ray is not installed here: `make setup` installs it")
    with ExitStack() as stack:
        running: dict[Any, str] = {}
        if address is None:
            folder = stack.enter_context(attempt.own_folder(attempt.home(_SHORT), "ray"))
            stack.callback(_end, running, local=True)
            with deferred():  # a Ray that has half started can crash; and it sets a handler of SIGTERM
                _start(folder)
        else:
            stack.callback(_end, running, local=False)
            with deferred(most=1):  # Ray may try for long
                _join(address)
        workers = Workers(cores, gpus, running)
        workers.check_room()
        yield workers


class Workers:
    """Those of a Ray that runs."""

    def __init__(self, cores: int, gpus: float | None, running: dict[Any, str]) -> None:
        """Take what a cell gets, and the cells that run, by Ray's reference."""
        self._cores, self._running = cores, running
        self.gpus = gpus if gpus is not None else float(any(node.get("GPU") for node in self._nodes()))

    def slots(self) -> int:
        """Return how many cells have room at a time."""
        return sum(self._fit(node) for node in self._nodes())

    def check_room(self) -> None:
        """Refuse what would wait for ever.

        Raises:
            UserError: No machine has room for a cell.
        """
        if not self.slots():
            nodes = [f"{one.get('CPU', 0):g} CPUs and {one.get('GPU', 0):g} GPUs" for one in self._nodes()]
            raise UserError(
                f"--cpus-per-cell {self._cores} --gpus-per-cell {self.gpus:g}: no machine has room for that; "
                f"there {'is one with' if len(nodes) == 1 else f'are {len(nodes)}, with'} {'; '.join(nodes)}"
            )

    def open(self, bundle: bytes) -> None:
        """Give the workers the workspace as it stands."""
        import ray
        from ray.util.queue import Queue
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        ray.cloudpickle.register_pickle_by_value(attempt)
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        self._bundle = ray.put(bundle)
        self._inbox = Queue(actor_options={"num_cpus": 0, "scheduling_strategy": here})
        self._task = ray.remote(attempt.on_ray).options(
            num_cpus=self._cores, num_gpus=self.gpus, max_retries=0, scheduling_strategy="SPREAD"
        )

    def submit(self, job: Job) -> None:
        """Hand a job over; it starts when there is room, in the order in which jobs come."""
        self._running[self._task.remote(self._bundle, asdict(job), self._inbox.actor)] = job.cell

    def poll(self, seconds: float) -> tuple[list[Told], list[Outcome]]:
        """Wait so long at most; return what workers have said since the last call, and what has ended."""
        import ray

        ray.wait(list(self._running), timeout=seconds)
        ended, _ = ray.wait(list(self._running), num_returns=len(self._running), timeout=0)
        told: list[Told] = self._inbox.get_nowait_batch(self._inbox.qsize())
        return told, [self._result(one) for one in ended]

    def _result(self, reference: Any) -> Outcome:  # noqa: ANN401  # Ray's
        import ray

        cell = self._running.pop(reference)
        try:
            return Outcome(**ray.get(reference))
        except ray.exceptions.RayTaskError as error:
            return Outcome(cell, problem=str(error).strip().splitlines()[-1], log=str(error))
        except ray.exceptions.RayError as error:
            return Outcome(cell, problem=" ".join(str(error).split())[:200], died=True)

    def _nodes(self) -> list[dict[str, float]]:
        """Return the resources of each machine that is there."""
        import ray

        return [node["Resources"] for node in ray.nodes() if node["Alive"]]

    def _fit(self, node: dict[str, float]) -> int:
        cells, gpus = int(node.get("CPU", 0) // self._cores), node.get("GPU", 0)
        if not self.gpus:
            return cells
        # A share is of one GPU, so that of two, three cells of 0.6 get but one each.
        return min(cells, int(gpus * int(1 / self.gpus + 1e-6) if self.gpus < 1 else gpus / self.gpus))


def _start(folder: Path) -> None:
    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray replaces 127.0.0.1 by an address that others reach, unless told that there are no clusters.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_worker_niceness": "0",  # or cells would give way to all else, as those of `dvc repro` do not
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }
    import ray

    ray.init(
        address="local", num_cpus=cpu.cores(), include_dashboard=False, _node_ip_address="127.0.0.1",
        _temp_dir=str(folder), object_store_memory=_STORE, log_to_driver=False, logging_level="ERROR",
    )  # fmt: skip


def _join(address: str) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    try:
        host, _, port = address.rpartition(":")
        socket.create_connection((host, int(port)), timeout=_ENOUGH).close()  # Ray would try for minutes
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        raise UserError(
            f"--address {address}: no cluster of Ray can be joined there ({str(error).splitlines()[0]}); "
            "this machine must be one of it (`ray start --address …`), with the same versions of Ray and "
            "Python, and with RAY_AUTH_MODE=token and the cluster's token if it asks for one"
        ) from None


def _end(running: Iterable[Any], *, local: bool) -> None:
    """Cancel what runs, leave Ray, and wait for the end of what was started here."""
    import ray

    with deferred():
        below = psutil.Process().children(recursive=True) if local else []
        left = list(running)
        for reference in left:
            ray.cancel(reference, force=True)
        if left:
            ray.wait(left, num_returns=len(left), timeout=_ENOUGH)
        ray.shutdown()
        for process in psutil.wait_procs(below, timeout=_ENOUGH)[1]:
            process.kill()
        psutil.wait_procs(below, timeout=_ENOUGH)
        attempt.sweep(attempt.home(), "cell")
