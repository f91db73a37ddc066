"""Train all stale cells of the pipeline side by side, a core or a GPU each.

python -m emotions.fanout --dry-run                     # which cells, in which order, at what cost
python -m emotions.fanout                               # on all cores of this machine
python -m emotions.fanout --cells 'ResNet50V2-*' --cpus-per-cell 2
python -m emotions.fanout --address HOST:PORT           # on a cluster of Ray that stands already
python -m emotions.fanout cell ResNet50V2-sgd           # one cell, in this process: for other schedulers
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout
from rich.console import Console

from emotions.cli.start import start
from emotions.fanout import one_cell, pipeline, run
from emotions.fanout.setting import scratch
from emotions.runtime.errors import UserError


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; exit with 1 if cells failed, with 130 after Ctrl-C.

    Raises:
        UserError: What the user can put right.
    """
    options = _parser().parse_args(arguments)
    folder = Path.cwd()
    if not (folder / "dvc.yaml").is_file():
        raise UserError(f"{folder} has no dvc.yaml: run this in the root of the project")
    try:
        if options.command == "cell":
            sys.exit(one_cell.run_one(folder, options.name, options.through, options.patience))
        signal.signal(signal.SIGTERM, _end)
        lock = FileLock(scratch(folder) / "lock")
        scratch(folder).mkdir(parents=True, exist_ok=True)
        try:
            with lock.acquire(timeout=0):
                sys.exit(_fan_out(folder, options))
        except Timeout:
            raise UserError(f"another fan-out runs in {folder}: wait for its end, or end it") from None
    except KeyboardInterrupt:
        sys.stderr.write("Ended. What was done is in place; the same command goes on.\n")
        sys.exit(130)


def _fan_out(folder: Path, options: argparse.Namespace) -> int:
    console = Console(highlight=False)
    found = pipeline.read(folder)
    chosen = [name for name in found.cells if not options.cells or _matches(name, options.cells)]
    if not chosen:
        raise UserError(f"--cells {' '.join(options.cells)}: no cell is called so; there are, among others, "
                        f"{', '.join(list(found.cells)[:5])}")  # fmt: skip
    return run.run(
        folder,
        found,
        chosen,
        run.Options(
            cores=options.cpus_per_cell,
            gpus=options.gpus_per_cell,
            address=options.address,
            through=options.through,
            patience=options.patience,
            only_show=options.dry_run,
            only_list=options.list,
        ),
        console,
    )


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        prog="python -m emotions.fanout",
    )  # fmt: skip
    parser.add_argument("--cells", nargs="+", metavar="PATTERN", default=[], help="such as 'ResNet50V2-*'")
    parser.add_argument("--cpus-per-cell", type=_count, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--gpus-per-cell",
        type=_share,
        metavar="N",
        help="or a share, such as 0.25; default: 1 if there are any",
    )
    parser.add_argument("--address", metavar="HOST:PORT", help="of a cluster of Ray; default: this machine")
    _add_through(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="show the cells, their order and cost; only stage plan is run"
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="bring up to date what cells stand on, then print stale cells' names",
    )
    commands = parser.add_subparsers(dest="command", metavar="")
    cell = commands.add_parser("cell", help="run one cell in this process, as from an array of Slurm")
    cell.add_argument("name", metavar="NAME", help="of the cell, such as ResNet50V2-sgd")
    _add_through(cell)
    return parser


def _add_through(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--through", choices=("auto", "cache", "remote"), default="auto",
        help="how results come back: the cache folder, if workers see it, or the DVC remote; default: auto",
    )  # fmt: skip
    parser.add_argument(
        "--patience", type=_seconds, default=600.0, metavar="S",
        help="seconds that a remote which fails is tried again for; default: 600",
    )  # fmt: skip


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: a whole number from 1")
    return int(text)


def _share(text: str) -> float:
    number = _number(text)
    if not (0 <= number <= 1 or number.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: 0, a share below 1, or a whole number")
    return number


def _seconds(text: str) -> float:
    return _number(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is given; allowed: a number from 0")
    return number


def _end(number: int, _: object) -> NoReturn:
    """Leave as after Ctrl-C, so that what was started is ended."""
    sys.exit(128 + number)


if __name__ == "__main__":
    start(main)
