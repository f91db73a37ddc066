"""DVC on the whole grid when there is nothing to do."""

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.clock import alternate
from benchmarks.table import Row, comparison, growth
from emotions.cli.demo import make_workspace

_ROOT = Path(__file__).parents[1]
_ROUNDS = 3
yaml = YAML()


def no_op(_: Path) -> Iterator[Row]:
    """Compare `dvc repro` and `dvc status` with as many trivial stages that each read params.yaml.

    These run once with DVC as it installs itself, and once with libyaml, which this project adds to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        ours, plain, quick = (Path(folder, name) for name in ("ours", "plain", "quick"))
        cells = _ours(ours, 1)
        _trivial(plain)
        _trivial(quick)
        (plain / "src" / "sitecustomize.py").write_text('import sys\n\nsys.modules["_ruamel_yaml"] = None\n')
        for command in ("repro", "status"):
            seconds = alternate(_ROUNDS, *(partial(_dvc, place, command) for place in (ours, plain, quick)))
            what = f"`dvc {command}` with nothing to do, {cells} cells"
            against = "as many trivial stages, each with `params:` of its own"
            yield comparison(what, seconds[0], against, seconds[1], "s", "2")
            yield comparison(what, seconds[0], f"{against}, with libyaml", seconds[2], "s")
        grown = [Path(folder, f"times-{factor}") for factor in (1, 2, 4)]
        counts = [_ours(place, factor) for place, factor in zip(grown, (1, 2, 4), strict=True)]
        for command in ("repro", "status"):
            sizes = [f"`dvc {command}`, {cells} cells" for cells in counts]
            seconds = alternate(_ROUNDS, *(partial(_dvc, place, command) for place in grown))
            yield from growth(sizes, seconds, target=True)


def _ours(folder: Path, factor: int) -> int:
    """Make this project with cells that have been run, as far as DVC can tell; return their number."""
    make_workspace(_ROOT, folder)
    params = yaml.load(folder / "params.yaml")
    variants = list(params["grid"]["variants"])
    for copy in range(1, factor):
        for name in variants:
            params["variants"][f"{name}-{copy}"] = {**params["variants"][name], "batch_size": 64 + copy}
            params["grid"]["variants"].append(f"{name}-{copy}")
    yaml.dump(params, folder / "params.yaml")
    _dvc(folder, "repro", "plan")
    return _pretend(folder)


def _trivial(folder: Path) -> int:
    """Make a project of as many stages that write a file each, as plain as a matrix allows."""
    make_workspace(_ROOT, folder)
    stages: dict[str, dict[str, Any]] = {}
    for name, stage in yaml.load(folder / "dvc.yaml")["stages"].items():
        matrix = stage.get("matrix", {})
        out = "-".join(["out/" + name, *(f"${{item.{key}}}" for key in matrix)])
        params = ["seed", "train", "variants.${item.variant}"] if "variant" in matrix else ["data"]
        stages[name] = {"cmd": f"echo > {out}", "params": params, "outs": [out]}
        if matrix:
            stages[name]["matrix"] = dict(matrix)
        if name.startswith("evaluate"):
            stages[name]["deps"] = [out.replace("evaluate", "train")]
    yaml.dump({"stages": stages}, folder / "dvc.yaml")
    return _pretend(folder)


def _pretend(folder: Path) -> int:
    """Write a file for every out and let DVC take them as made; return the number of cells."""
    params = yaml.load(folder / "params.yaml")
    cells = 0
    for name, stage in yaml.load(folder / "dvc.yaml")["stages"].items():
        outs = [out for kind in ("outs", "metrics", "plots") for out in stage.get(kind, [])]
        items = list(_items(stage.get("matrix", {}), params))
        cells += len(items) if name.startswith("train") else 0
        for out, item in itertools.product(outs, items):
            path = folder / _filled(out if isinstance(out, str) else next(iter(out)), item)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{path.name}\n")
    _dvc(folder, "commit", "--force")
    status = _dvc(folder, "status")
    assert "up to date" in status, status
    return cells


def _items(matrix: Mapping[str, str], params: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Give what `item` holds in each stage of a matrix of lists that stand in the params."""
    lists = [reduce(getitem, reference.strip("${}").split("."), params) for reference in matrix.values()]
    for values in itertools.product(*lists):
        yield dict(zip(matrix, values, strict=True))


def _filled(path: str, item: Mapping[str, str]) -> str:
    for key, value in item.items():
        path = path.replace(f"${{item.{key}}}", value)
    return path


def _dvc(folder: Path, *words: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "dvc", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
