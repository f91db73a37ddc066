"""The grid side by side: cells an hour, what a cell costs besides its training, and how machines add up."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.table import Row, comparison, figure
from emotions.cli.demo import make_workspace
from emotions.runtime import cpu

_ROOT = Path(__file__).parents[1]
_TARGETS = {"ResNet50V2": "1.25", "NASNetMobile": "1.8"}
_VARIANTS = ("baseline", "sgd", "adam", "raw")
_TRAINING = {"train/epochs": 2, "data/source": "synthetic", "data/synthetic": {"train": 1200, "test": 300}}
_OVERHEADS, _SLEEP = 8, 2.0
_NODES, _CELLS, _LONG_SLEEP = (1, 2, 4, 8), 100, 30.0
_TOKEN = "0123456789abcdef" * 4  # of a cluster that lives for a benchmark, on loopback
yaml = YAML()


def cells(_: Path) -> Iterator[Row]:
    """Compare four cells side by side, a core each, with `dvc repro`, which gives each all cores in turn."""
    for backbone, target in _TARGETS.items():
        with tempfile.TemporaryDirectory() as folder:
            rates = []
            for name, command in (
                ("ours", ("-m", "emotions.fanout")),
                ("dvc", ("-m", "dvc", "repro", *(f"evaluate@{backbone}-{name}" for name in _VARIANTS))),
            ):
                place = Path(folder, name)
                _workspace(
                    place, {"grid": {"backbones": [backbone], "variants": list(_VARIANTS)}} | _TRAINING
                )
                _python(place, "-m", "dvc", "repro", "prepare", "zca")
                started = time.perf_counter()
                _python(place, *command)
                rates.append([len(_VARIANTS) / (time.perf_counter() - started) * 3600])
            what = f"{backbone}, {len(_VARIANTS)} cells of 2 epochs on 1,080 generated faces"
            yield comparison(what, rates[0], "`dvc repro`", rates[1], "cells/h", target)


def same(_: Path) -> Iterator[Row]:
    """Compare the bytes of two cells of CompactCNN with those of `dvc repro` on one core."""
    grid = {"backbones": ["CompactCNN"], "variants": ["baseline", "sgd"]}
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name in ("ours", "dvc"):
            place = Path(folder, name)
            _workspace(place, {"grid": grid} | _TRAINING)
            if name == "ours":
                _python(place, "-m", "emotions.fanout")
            else:
                one = min(os.sched_getaffinity(0))
                both = [f"evaluate@CompactCNN-{variant}" for variant in grid["variants"]]
                _python(place, "-m", "dvc", "repro", *both,
                        cores={one})  # fmt: skip
            files = [
                file for kind in ("models", "history", "predictions") for file in place.glob(f"{kind}/*/*")
            ]
            found.append({
                str(file.relative_to(place)): file.read_bytes() for file in files if file.suffix != ".json"
            })  # fmt: skip
        equal = sum(found[1].get(name) == content for name, content in found[0].items())
        assert found[0]
        yield Row(
            "models, histories and predictions of two cells of CompactCNN", f"{equal} files equal",
            "`dvc repro` on one core", f"{len(found[1])} files", target=f"{len(found[1])} equal",
        )  # fmt: skip


def overhead(archive: Path) -> Iterator[Row]:
    """Measure the time between trainings, with the whole pipeline and a trainer that sleeps, in turn."""
    for through, target in (("cache", "under 5 s"), ("S3", "under 10 s")):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "workspace")
            _sleeping(place, _OVERHEADS, _SLEEP, archive)
            _python(place, "-m", "dvc", "repro", "prepare", "zca")
            words = ["-m", "emotions.fanout", "--cpus-per-cell", str(cpu.cores())]
            if through == "S3":
                with _s3() as url:
                    for option in (("add", "--default", "store", "s3://store/dvc"),
                                   ("modify", "store", "endpointurl", url)):  # fmt: skip
                        _python(place, "-m", "dvc", "remote", *option)
                    _python(place, *words, "--through", "remote")
            else:
                _python(place, *words)
            seconds = _span(place) / _OVERHEADS - _SLEEP
            yield Row(f"overhead a cell, {through}", figure(seconds, "s"), target=target, times=_OVERHEADS)


def nodes(_: Path) -> Iterator[Row]:
    """Run cells that sleep on 1, 2, 4 and 8 nodes of Ray on this machine, a cell at a time each.

    Fewer than eight nodes run as many of the cells a node as eight do, and take as long.
    """
    first = 0.0
    for count in _NODES:
        number = _CELLS * count // max(_NODES)
        with tempfile.TemporaryDirectory() as folder, _cluster(count) as address:
            place = Path(folder, "workspace")
            _sleeping(place, number, _LONG_SLEEP)
            _python(place, "-m", "dvc", "repro", "prepare", "zca")
            _python(place, "-m", "emotions.fanout", "--address", address)
            rate = number / _span(place) * 3600
        first = first or rate
        yield Row(
            f"{number} cells of {_LONG_SLEEP:.0f} s on {count} node{'s' if count > 1 else ''}",
            figure(rate, "cells/h"),
            f"{count} times one node" if count > 1 else "",
            figure(first * count, "cells/h") if count > 1 else "",
            rate / first / count if count > 1 else None,
            target="0.9" if count == max(_NODES) else "",
        )


def _workspace(folder: Path, changes: Mapping[str, Any]) -> None:
    """Copy the project without results, and change params; cells that are not of `grid` are left out."""
    make_workspace(_ROOT, folder)
    params = yaml.load(folder / "params.yaml")
    nobody: dict[str, Any] = {
        name: {"backbones": [], "variants": []} for name in ("recipes", "diagnostics", "release")
    }
    for key, value in {**nobody, **changes}.items():
        *sections, last = key.split("/")
        section = params
        for name in sections:
            section = section[name]
        section[last] = value
    yaml.dump(params, folder / "params.yaml")


def _sleeping(folder: Path, number: int, seconds: float, archive: Path | None = None) -> None:
    """Make the project with so many cells, whose stages write their files; the trainer sleeps before."""
    variants = [f"lr-{one}" for one in range(number)]
    changes: dict[str, Any] = {"grid": {"backbones": ["CompactCNN"], "variants": variants}} | _TRAINING
    changes |= {f"variants/{name}": {"learning_rate": 0.001 * (one + 1)} for one, name in enumerate(variants)}
    changes["variants/baseline"] = {}
    if archive:
        changes |= {"data/source": "archive", "data/archive": {"path": str(archive)}}
    _workspace(folder, changes)
    pipeline = yaml.load(folder / "dvc.yaml")
    for name, stage in pipeline["stages"].items():
        if name.startswith(("train", "evaluate")):
            outs = [out for kind in ("outs", "plots") for out in stage.get(kind, [])]
            paths = " ".join(out if isinstance(out, str) else next(iter(out)) for out in outs)
            waits = seconds if name.startswith("train") else 0
            writes = "mkdir -p $(dirname $out) && echo $out > $out"
            stage["cmd"] = f"sleep {waits} && for out in {paths}; do {writes}; done"
    yaml.dump(pipeline, folder / "dvc.yaml")


def _python(folder: Path, *words: str, cores: Iterable[int] = ()) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(folder / "src")}
    command = ["taskset", "--cpu-list", ",".join(map(str, cores))] if cores else []
    done = subprocess.run([*command, sys.executable, *words], cwd=folder, env=environment,
                          capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _span(folder: Path) -> float:
    """Return the seconds from the start of the first cell to the end of the last, as the log has them."""
    log = (folder / ".dvc" / "tmp" / "fanout" / "log").read_text(encoding="utf-8")
    times = [
        datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S")  # both of one clock
        for line in log.splitlines()
        if re.search(r": started on |: done in ", line)
    ]
    return (times[-1] - times[0]).total_seconds()


@contextmanager
def _s3() -> Iterator[str]:
    """Run moto's server with an empty bucket `store`; give its address."""
    import boto3

    os.environ |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "--port", "0"], stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    try:
        assert server.stderr
        url = next(found[0] for line in server.stderr if (found := re.search(r"http://127[.\d]+:\d+", line)))
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket="store")
        yield url
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


@contextmanager
def _cluster(count: int) -> Iterator[str]:
    """Run so many nodes of Ray on loopback, with a CPU each; give the cluster's address."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
                   "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": _TOKEN}  # fmt: skip
    from ray.cluster_utils import Cluster

    options = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
    head = options | {"node_ip_address": "127.0.0.1", "include_dashboard": False}
    made = Cluster(initialize_head=True, shutdown_at_exit=True, head_node_args=head)
    try:
        for _ in range(count - 1):
            made.add_node(**options)
        yield made.address
    finally:
        made.shutdown()
