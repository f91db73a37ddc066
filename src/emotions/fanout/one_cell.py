"""Run one cell of a workspace in a clone, without any engine: a scheduler such as Slurm calls this."""

import difflib
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from emotions.fanout import pipeline
from emotions.fanout.attempt import attempt
from emotions.fanout.cost import plan_of
from emotions.fanout.delivery import deliver
from emotions.fanout.job import Outcome, Through
from emotions.fanout.setting import jobs, packed, places
from emotions.runtime.errors import UserError


def run_one(folder: Path, name: str, through: Through, patience: float, check: Callable[[], None]) -> int:
    """Run a cell if it is stale, on the cores that this process has, and put its results in place.

    Any number of these may run at a time in one workspace, each on a cell of its own.

    Args:
        folder: The workspace.
        name: The cell's.
        through: How results travel.
        patience: Seconds that a remote which fails is tried again for.
        check: Called before it is run; it raises what has ended this process.

    Returns:
        The exit status: 1 if the cell failed.

    Raises:
        UserError: There is no such cell, or what it stands on is not up to date.
    """
    found = pipeline.read(folder)
    if name not in found.cells:
        near = difflib.get_close_matches(name, found.cells) or list(found.cells)[:5]
        raise UserError(f"cell {name}: there is none; there are, among others, {', '.join(near)}")
    cell = found.cells[name]
    if above := pipeline.status(folder, cell.needs):
        raise UserError(
            f"{name} stands on what is not up to date: run `dvc repro {' '.join(above)}` first, once for all"
        )
    if not (stale := pipeline.stale([cell], folder)):
        sys.stdout.write(f"{name} is up to date\n")
        return 0
    with places(folder, found, through, patience) as where:
        bundle = packed(folder, found, stale, [plan_of(cell, folder)])
        job = asdict(jobs(found, stale, where)[name])
        check()
        outcome = Outcome(**attempt(bundle, job, lambda line: print(line, flush=True)))
    if outcome.problem:
        sys.stderr.write(f"{outcome.log}\nerror: {name}: {outcome.problem}\n")
        return 1
    deliver(folder, [outcome], patience)
    sys.stdout.write(f"{name} is done in {outcome.seconds:.0f} s\n")
    return 0
