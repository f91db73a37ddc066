"""Train all stale cells of the pipeline side by side, a core or a GPU each.

python -m emotions.fanout --dry-run                     # which cells, in which order, at what cost
python -m emotions.fanout                               # on all cores of this machine
python -m emotions.fanout --cells 'ResNet50V2-*' --cpus-per-cell 2
python -m emotions.fanout --address HOST:PORT           # on a cluster of Ray that stands already
python -m emotions.fanout cell ResNet50V2-sgd           # one cell, in this process: for other schedulers
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from filelock import FileLock, Timeout

from emotions.fanout import one_cell, pipeline
from emotions.fanout.interrupt import interruptible
from emotions.fanout.job import scratch
from emotions.fanout.run import Options, run
from emotions.runtime.errors import UserError


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; exit with 1 if cells failed, with 130 after Ctrl-C.

    Raises:
        UserError: What the user can put right.
    """
    options = _parser().parse_args(arguments, Options())
    folder = Path.cwd()
    if not (folder / "dvc.yaml").is_file():
        raise UserError(f"{folder} has no dvc.yaml: run this in the root of the project")
    with interruptible() as check:
        if options.command == "cell":
            status = one_cell.run_one(folder, options.name, options.through, options.patience, check)
        else:
            status = _fan_out(folder, options, check)
    sys.exit(status)


def _fan_out(folder: Path, options: Options, check: Callable[[], None]) -> int:
    scratch(folder).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(scratch(folder) / "lock", timeout=0):
            found = pipeline.read(folder)
            return run(folder, found, _chosen(list(found.cells), options.cells or ["*"]), options, check)
    except Timeout:
        raise UserError(f"another fan-out runs in {folder}: wait for its end, or end it") from None


def _chosen(cells: Sequence[str], patterns: Sequence[str]) -> list[str]:
    fitting = {pattern: {name for name in cells if fnmatchcase(name, pattern)} for pattern in patterns}
    if wrong := [pattern for pattern, names in fitting.items() if not names]:
        raise UserError(
            f"--cells {' '.join(wrong)}: no cell is called so; there are, among others, "
            f"{', '.join(cells[:5])}"
        )
    return [name for name in cells if any(name in names for names in fitting.values())]


def _parser() -> argparse.ArgumentParser:
    travel = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    travel.add_argument(
        "--through", choices=("auto", "cache", "remote"),
        help="how results come back: the cache folder, if workers see it, or the DVC remote; default: auto",
    )  # fmt: skip
    travel.add_argument(
        "--patience", type=_number, metavar="S",
        help="seconds that a remote which fails is tried again for; default: 600",
    )  # fmt: skip
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[travel],
        prog="python -m emotions.fanout", argument_default=argparse.SUPPRESS,
    )  # fmt: skip
    add = parser.add_argument
    add("--cells", nargs="+", metavar="PATTERN", help="such as 'ResNet50V2-*'")
    add("--cpus-per-cell", type=_count, metavar="N", help="default: 1")
    add("--gpus-per-cell", type=_share, metavar="N", help="or a share, as 0.25; default: 1 if there are any")
    add("--address", type=_address, metavar="HOST:PORT", help="of a cluster of Ray; default: this machine")
    add("--dry-run", action="store_true", help="show cells, their order and cost; only stage plan is run")
    add("--list", action="store_true", dest="names",
        help="bring up to date what cells stand on, then print stale cells' names")  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="")
    cell = commands.add_parser(
        "cell", parents=[travel], help="run one cell in this process, as from an array of Slurm"
    )
    cell.add_argument("name", metavar="NAME", help="of the cell, such as ResNet50V2-sgd")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: a whole number from 1")
    return int(text)


def _share(text: str) -> float:
    number = _number(text)
    if not (0 <= number <= 1 or number.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: 0, a share below 1, or a whole number")
    return number


def _address(text: str) -> str:
    if not re.fullmatch(r".+:\d+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: HOST:PORT")
    return text


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: a number from 0")
    return number
