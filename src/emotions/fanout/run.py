"""A whole fan-out, from the question which cells are stale to the table of those that failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from emotions.fanout import cost, pipeline
from emotions.fanout.board import Board
from emotions.fanout.dvc import dvc, patiently
from emotions.fanout.head import Failure, Head, confirm
from emotions.fanout.interrupt import remembered
from emotions.fanout.job import Through
from emotions.fanout.order import arrange, continued
from emotions.fanout.pipeline import Pipeline
from emotions.fanout.ray_session import Session
from emotions.fanout.setting import Setting, packed, places, scratch, variables
from emotions.runtime import cpu

_PLAN = "plan"
"""The one stage that a dry run runs: it reads `params.yaml`, and cells are stale or not by what it writes."""
_TAIL = 10


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        cores: That a cell gets.
        gpus: That a cell gets, or a share of one; None for one each where there are any.
        address: Of a cluster; None for this machine alone.
        through: How results travel.
        patience: Seconds that a remote which fails is tried again for.
        only_show: Show cells and cost, and run nothing but stage `plan`.
        only_list: Bring up to date what cells stand on, and print the names of those that are stale.
    """

    cores: int
    gpus: float | None
    address: str | None
    through: Through
    patience: float
    only_show: bool = False
    only_list: bool = False


@dataclass(frozen=True)
class _Planned:
    """What is to be run: stages and settings of each stale cell, its cost, and the cell it waits for."""

    stale: dict[str, tuple[str, ...]]
    plans: dict[str, Mapping[str, Any]]
    costs: dict[str, cost.Cost]
    after: dict[str, str]

    def arranged(self, slots: int) -> tuple[list[str], float | None]:
        return arrange(list(self.stale), self.costs, self.after, slots)


def run(folder: Path, found: Pipeline, chosen: Sequence[str], options: Options, console: Console) -> int:
    """Run the stale ones of the chosen cells; return the exit status, which is 1 if any failed.

    Raises:
        UserError: What the user can put right.
    """
    if options.only_show:
        _plan(folder, found, console)
    elif found.upstream:
        quiet = ["--quiet"] if options.only_list else []
        dvc("repro", *quiet, *found.upstream, folder=folder, show=True)
    cells = [found.cells[name] for name in chosen]
    changed = pipeline.status(folder, [stage for cell in cells for stage in cell.stages])
    stale = pipeline.stale(cells, folder, changed)
    if not options.only_list:
        console.print(f"{len(stale)} of {len(chosen)} cells are to be run.", soft_wrap=True)
    if not stale:
        return 0
    plans = {name: cost.plan_of(found.cells[name], folder) for name in stale}
    unknown = cost.unrecorded(found, plans, folder)
    say = (lambda _: None) if options.only_list else console.print
    macs = cost.network_macs(unknown, folder, scratch(folder) / "macs.json", say)
    costs = cost.costs(found, plans, folder, options.cores, macs)
    planned = _Planned(stale, plans, costs, continued(plans))
    if not options.only_show and not options.only_list:
        failures = _train(folder, found, planned, options, console)
        _tell(failures, console)
        return 1 if failures else 0
    slots = max(cpu.cores() // options.cores, 1)
    order, hours = planned.arranged(slots)
    if options.only_list:
        console.print("\n".join(order), soft_wrap=True)
    else:
        console.print(_costs(order, planned))
        console.print(_hours(hours, slots, options.cores), soft_wrap=True)
    return 0


def _plan(folder: Path, found: Pipeline, console: Console) -> None:
    """Run stage `plan`, and say what else is not up to date."""
    if _PLAN in found.upstream:
        dvc("repro", "--single-item", _PLAN, folder=folder)
    changed = pipeline.status(folder, found.upstream)
    if above := [name for name in found.upstream if name in changed]:
        console.print(
            f"First of all run: {', '.join(above)}; if what they give changes, more cells are stale.",
            soft_wrap=True,
        )


def _train(
    folder: Path, found: Pipeline, planned: _Planned, options: Options, console: Console
) -> list[Failure]:
    """Run what is planned on workers; return the cells that failed."""
    variables(options.cores, options.gpus)  # what it refuses is refused before Ray starts
    with (
        places(folder, found, options.through, options.patience) as where,
        Session(options.address, options.cores, options.gpus) as workers,
    ):
        slots = workers.slots()
        order, hours = planned.arranged(slots)
        console.print(_hours(hours, slots, options.cores), soft_wrap=True)
        setting = Setting(found, planned.stale, where, options.cores, variables(options.cores, workers.gpus))
        if where.remote and (options.through == "remote" or (options.address and options.through == "auto")):
            patiently(lambda: dvc("push", *setting.pushed(), folder=folder), options.patience, console.print)
        workers.open(packed(folder, found, planned.stale, planned.plans.values()))
        with Board(order, scratch(folder) / "log", console) as board, remembered() as interrupted:
            failures = Head(folder, setting, planned.after, workers, board).run(order, interrupted)
            board.say(f"ended: {board.counts()}")
    return failures + confirm(folder, setting, failures)


def _costs(order: Sequence[str], planned: _Planned) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("cell", overflow="fold")
    table.add_column("MACs", justify="right", no_wrap=True)
    table.add_column("hours", justify="right", no_wrap=True)
    table.add_column("by the rate of", overflow="fold")
    for name in order:
        one = planned.costs[name]
        goes_on = f"; goes on from {planned.after[name]}" if name in planned.after else ""
        hours = "" if one.hours is None else f"{one.hours:.2f}"
        macs = "" if one.macs is None else f"{one.macs:.2g}"
        table.add_row(name, macs, hours, (one.source or "unknown") + goes_on)
    return table


def _hours(hours: float | None, slots: int, cores: int) -> str:
    at_a_time = f"{slots} at a time, on {cores} core{'s' if cores > 1 else ''} each"
    if hours is None:
        return f"{at_a_time}; no cell was recorded that would tell how long they take."
    return f"{at_a_time}: about {hours:.1f} hours."


def _tell(failures: Sequence[Failure], console: Console) -> None:
    for failure in failures:
        console.rule(f"[bold]{failure.cell}[/] failed", align="left")
        console.print(failure.problem, soft_wrap=True, markup=False)
        for line in failure.log.splitlines()[-_TAIL:]:
            console.print(f"  {line}", soft_wrap=True, markup=False)
        if failure.file:
            console.print(f"All of it: {failure.file}", soft_wrap=True, markup=False)
    if failures:
        names = ", ".join(sorted({failure.cell for failure in failures}))
        console.print(f"\nFailed: {names}. The same command runs these again.", soft_wrap=True, markup=False)
