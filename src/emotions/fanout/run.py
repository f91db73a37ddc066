"""A whole fan-out, from the question which cells are stale to the table of those that failed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from emotions.fanout import cost, pipeline, ray_session
from emotions.fanout.board import Board
from emotions.fanout.delivery import deliver
from emotions.fanout.dvc import dvc, patiently
from emotions.fanout.head import Head
from emotions.fanout.job import Outcome, Through, scratch
from emotions.fanout.order import arrange, continued
from emotions.fanout.pipeline import Pipeline
from emotions.fanout.setting import check_threads, jobs, packed, places
from emotions.runtime import cpu

_PLAN = "plan"
"""The one stage that a dry run runs: it reads `params.yaml`, and cells are stale or not by what it writes."""
_TAIL = 10


@dataclass
class Options:
    """What the command line says; `--help` tells of each."""

    cells: list[str] = field(default_factory=list)
    cpus_per_cell: int = 1
    gpus_per_cell: float | None = None
    address: str | None = None
    through: Through = "auto"
    patience: float = 600.0
    dry_run: bool = False
    names: bool = False
    command: str | None = None
    name: str = ""


def run(
    folder: Path, found: Pipeline, chosen: Sequence[str], options: Options, check: Callable[[], None]
) -> int:
    """Run the stale ones of the chosen cells; return the exit status, which is 1 if any failed.

    Raises:
        UserError: What the user can put right.
    """
    cores, patience, through = options.cpus_per_cell, options.patience, options.through
    check_threads(cores)
    console = Console(highlight=False, markup=False, soft_wrap=True, quiet=options.names)
    if options.dry_run:
        _plan(folder, found, console)
    elif found.upstream:
        dvc("repro", *found.upstream, folder=folder, show=True)
    stale = pipeline.stale([found.cells[name] for name in chosen], folder)
    check()
    console.print(f"{len(stale)} of {len(chosen)} cells are to be run.")
    if not stale:
        return 0
    plans = {name: cost.plan_of(found.cells[name], folder) for name in stale}
    costs, after = cost.costs(found, plans, folder, cores), continued(plans)
    costs |= {name: cost.EVALUATION for name, stages in stale.items() if len(stages) == 1}
    if options.dry_run or options.names:
        slots = max(cpu.cores() // cores, 1)
        order, hours = arrange(list(stale), costs, after, slots)
        console.print(_costs(order, costs, after), soft_wrap=False)
        console.print(_hours(hours, slots, cores))
        if options.names:
            print("\n".join(order))
        return 0
    with (
        places(folder, found, through, patience) as where,
        ray_session.started(options.address, cores, options.gpus_per_cell) as workers,
    ):
        slots = workers.slots()
        order, hours = arrange(list(stale), costs, after, slots)
        console.print(_hours(hours, slots, cores))
        told = jobs(found, stale, where, cores, workers.gpus)
        if where.remote and (through == "remote" or (options.address and through == "auto")):
            inputs = dict.fromkeys(stage for job in told.values() for stage in job.inputs)
            patiently(lambda: dvc("push", *inputs, folder=folder), patience, console.print)
        check()
        workers.open(packed(folder, found, stale, plans.values()))
        with Board(order, scratch(folder) / "log", console) as board:
            head = Head(told, after, workers, board,
                        lambda done, again: deliver(folder, done, 0.0 if again else patience, board.say),
                        scratch(folder) / "logs")  # fmt: skip
            failures = head.run(order, check)
            board.say(f"ended: {board.counts()}")
    failed = {failure.cell for failure in failures}
    left = pipeline.stale([found.cells[name] for name in stale if name not in failed], folder)
    failures += [
        Outcome(name, problem=f"it was changed meanwhile, says DVC: `dvc status {stages[0]}`")
        for name, stages in left.items()
    ]
    _tell(failures, scratch(folder) / "logs", console)
    return 1 if failures else 0


def _plan(folder: Path, found: Pipeline, console: Console) -> None:
    """Run stage `plan`, and say what else is not up to date."""
    if _PLAN in found.upstream:
        dvc("repro", "--single-item", _PLAN, folder=folder)
    changed = pipeline.status(folder, found.upstream)
    if above := [name for name in found.upstream if name in changed]:
        console.print(
            f"First of all run: {', '.join(above)}; if what they give changes, more cells are stale."
        )


def _costs(order: Sequence[str], costs: Mapping[str, cost.Cost], after: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("cell", overflow="fold")
    table.add_column("MACs", justify="right", no_wrap=True)
    table.add_column("hours", justify="right", no_wrap=True)
    table.add_column("by the rate of", overflow="fold")
    for name in order:
        one = costs[name]
        goes_on = f"; goes on from {after[name]}" if name in after else ""
        hours = "" if one.hours is None else f"{one.hours:.2f}"
        macs = "" if one.macs is None else f"{one.macs:.2g}"
        table.add_row(name, macs, hours, (one.source or "unknown") + goes_on)
    return table


def _hours(hours: float | None, slots: int, cores: int) -> str:
    at_a_time = f"{slots} at a time, on {cores} core{'s' if cores > 1 else ''} each"
    if hours is None:
        return f"{at_a_time}; no cell was recorded that would tell how long they take."
    return f"{at_a_time}: about " + (f"{hours:.1f} h." if hours >= 1 else f"{max(hours * 60, 1):.0f} min.")


def _tell(failures: Sequence[Outcome], logs: Path, console: Console) -> None:
    for failure in failures:
        console.rule(f"{failure.cell} failed", align="left")
        console.print(failure.problem)
        for line in failure.log.splitlines()[-_TAIL:]:
            console.print(f"  {line}")
        if failure.log:
            console.print(f"More of it: {logs / failure.cell}.log")
    if failures:
        names = ", ".join(sorted({failure.cell for failure in failures}))
        console.print(f"\nFailed: {names}. The same command runs these again.")
