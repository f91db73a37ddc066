"""Cells as tasks of Ray: on this machine alone, or on a cluster that stands already."""

import os
import secrets
import shutil
import signal
import socket
import tempfile
from dataclasses import dataclass, fields
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self, TypeAlias

import psutil

from emotions.fanout import attempt
from emotions.fanout.job import Job, Outcome
from emotions.runtime import cpu
from emotions.runtime.errors import UserError

Told: TypeAlias = tuple[str, str, str]
"""Cell, kind and text of what a worker says."""

_STORE = 160 * 2**20
"""Bytes of Ray's object store, which holds the bundle and little else."""
_ENOUGH = 10.0
"""Seconds that processes are given to end."""


@dataclass(frozen=True)
class Lost:
    """A cell whose worker or node has died.

    Attributes:
        cell: Its name.
        reason: What Ray says.
    """

    cell: str
    reason: str


class Session:
    """Ray, from its start, or from joining a cluster, to the end of all that was started."""

    def __init__(self, address: str | None, cores: int, gpus: float | None) -> None:
        """Start Ray on loopback, or join the cluster at `address`.

        Args:
            address: HOST:PORT; None for this machine alone.
            cores: That a cell gets.
            gpus: That a cell gets, or a share of one; None for one each where there are GPUs.

        Raises:
            UserError: There is no such cluster, or no machine of it has room for a cell.
        """
        if find_spec("ray") is None:
            raise UserError("Ray is not installed here: `make setup` installs it")
        self._local = address is None
        self._folder = (
            tempfile.mkdtemp(prefix="ray-", dir="/tmp") if self._local else None
        )  # sockets' names are short
        self._cores = cores
        self._running: dict[Any, str] = {}
        try:
            _start(address, self._folder)
            self._gpus = gpus if gpus is not None else float(any(node.get("GPU") for node in _nodes()))
            self._check_room()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def gpus(self) -> float:
        """Return the GPUs that a cell gets."""
        return self._gpus

    def slots(self) -> int:
        """Return how many cells have room at a time."""
        return sum(_fit(node, self._cores, self._gpus) for node in _nodes())

    def open(self, bundle: bytes) -> None:
        """Give the workers the workspace as it stands."""
        import ray

        ray.cloudpickle.register_pickle_by_value(attempt)
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        self._bundle = ray.put(bundle)
        self._inbox = ray.remote(num_cpus=0, scheduling_strategy=here)(attempt.Inbox).remote()
        self._task = ray.remote(attempt.on_ray).options(
            num_cpus=self._cores, num_gpus=self._gpus, max_retries=0, scheduling_strategy="SPREAD"
        )

    def submit(self, job: Job) -> None:
        """Hand a job over; it starts when there is room, in the order in which jobs come."""
        self._running[self._task.remote(self._bundle, job.content(), self._inbox)] = job.cell

    def poll(self, seconds: float) -> tuple[list[Told], list[Outcome | Lost]]:
        """Wait so long at most; return what workers have said since the last call, and what has ended."""
        import ray

        ray.wait(list(self._running), timeout=seconds)
        ended, _ = ray.wait(list(self._running), num_returns=len(self._running), timeout=0)
        told: list[Told] = ray.get(self._inbox.take.remote())
        return told, [self._result(one) for one in ended]

    def _result(self, reference: Any) -> Outcome | Lost:  # noqa: ANN401  # Ray's
        import ray

        cell = self._running.pop(reference)
        try:
            found = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            return Outcome(cell, problem=str(error).strip().splitlines()[-1], log=str(error))
        except ray.exceptions.RayError as error:
            return Lost(cell, " ".join(str(error).split())[:200])
        return Outcome(**{field.name: found[field.name] for field in fields(Outcome) if field.name in found})

    def _check_room(self) -> None:
        if self.slots():
            return
        nodes = _nodes()
        listed = "; ".join(f"{node.get('CPU', 0):g} CPUs and {node.get('GPU', 0):g} GPUs" for node in nodes)
        raise UserError(
            f"--cpus-per-cell {self._cores} --gpus-per-cell {self._gpus:g}: no machine has room for that; "
            f"there {'is one with' if len(nodes) == 1 else f'are {len(nodes)}, with'} {listed or 'nothing'}"
        )

    def _end(self) -> None:
        """Cancel what runs, leave Ray, and wait for the end of what was started here."""
        import ray

        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        started = psutil.Process().children(recursive=True) if self._local else []
        try:
            for reference in self._running:
                ray.cancel(reference, force=True)
            if self._running:
                ray.wait(list(self._running), num_returns=len(self._running), timeout=_ENOUGH)
            ray.shutdown()
            for process in psutil.wait_procs(started, timeout=_ENOUGH)[1]:
                process.kill()
            psutil.wait_procs(started, timeout=_ENOUGH)
            attempt.sweep()
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
        finally:
            signal.signal(signal.SIGINT, before)


def _start(address: str | None, folder: str | None) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address is None:
        # Ray replaces 127.0.0.1 by an address that others reach, unless told that there are no clusters.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    import ray

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address is None:
        ray.init(
            address="local", num_cpus=cpu.cores(), include_dashboard=False, _node_ip_address="127.0.0.1",
            _temp_dir=folder, object_store_memory=_STORE, **quiet,
        )  # fmt: skip
        return
    try:
        _answers(address)  # Ray itself would try for minutes
        ray.init(address=address, **quiet)
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        raise UserError(
            f"--address {address}: no cluster of Ray can be joined there ({str(error).splitlines()[0]}); "
            "this machine must be one of it (`ray start --address …`), with the same versions of Ray and "
            "Python, and with RAY_AUTH_MODE=token and the cluster's token if it asks for one"
        ) from None


def _answers(address: str) -> None:
    """Raise OSError where nothing listens at HOST:PORT, and ValueError where that is no address."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError("allowed: HOST:PORT")
    socket.create_connection((host, int(port)), timeout=_ENOUGH).close()


def _nodes() -> list[dict[str, float]]:
    """Return the resources of each machine that is there."""
    import ray

    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


def _fit(node: dict[str, float], cores: int, gpus: float) -> int:
    cells = int(node.get("CPU", 0) // cores)
    return min(cells, int(node.get("GPU", 0) / gpus + 1e-6)) if gpus else cells
