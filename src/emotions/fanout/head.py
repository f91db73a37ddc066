"""Lead a fan-out: bring up to date what cells stand on, hand cells to workers, put results in place."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from emotions.fanout.board import Board
from emotions.fanout.delivery import deliver
from emotions.fanout.job import Job, Outcome
from emotions.fanout.pipeline import status
from emotions.fanout.ray_session import Lost, Told
from emotions.fanout.setting import Setting, scratch
from emotions.runtime.atomic_files import write_text
from emotions.runtime.errors import UserError

_TRIES = 3
"""So many workers may die on a cell; then it is the cell that kills them."""
_POLL = 0.5


class Workers(Protocol):
    """What a fan-out needs of an engine; see `emotions.fanout.ray_session.Session`."""

    def slots(self) -> int:
        """Return how many cells have room at a time."""
        ...

    def submit(self, job: Job) -> None:
        """Hand a job over."""
        ...

    def poll(self, seconds: float) -> tuple[list[Told], list[Outcome | Lost]]:
        """Return what workers have said, and what has ended."""
        ...


@dataclass(frozen=True)
class Failure:
    """A cell that has no result.

    Attributes:
        cell: Its name.
        problem: Why.
        log: The last lines of what its worker said.
        file: All that is kept of it; None where nothing was said.
    """

    cell: str
    problem: str
    log: str
    file: Path | None


class Head:
    """Runs cells on workers until each is done or has failed, and puts in place what is done as it comes."""

    def __init__(
        self, folder: Path, setting: Setting, after: Mapping[str, str], workers: Workers, board: Board
    ) -> None:
        """Take what a fan-out needs.

        Args:
            folder: The workspace.
            setting: Of the fan-out.
            after: The cell that one waits for, where there is one; it starts even if that fails.
            workers: Who runs them.
            board: Who is told.
        """
        self._folder, self._setting, self._after = folder, setting, after
        self._workers, self._board = workers, board
        self._deaths: Counter[str] = Counter()
        self._failures: list[Failure] = []

    def run(self, order: Sequence[str], check: Callable[[], None] = lambda: None) -> list[Failure]:
        """Run cells, the first to start first; return those that failed, in no order.

        Args:
            order: The cells.
            check: Called again and again; it raises what ends the run.
        """
        waiting, running = list(order), set[str]()
        while waiting or running:
            check()
            for name in [one for one in waiting if self._after.get(one) not in running.union(waiting)]:
                waiting.remove(name)
                running.add(name)
                self._workers.submit(self._setting.job(name))
            told, ended = self._workers.poll(_POLL)
            for message in told:
                self._board.told(*message)
            running.difference_update(one.cell for one in ended)
            waiting = [
                one.cell for one in ended if isinstance(one, Lost) and self._tries_again(one)
            ] + waiting
            self._take([one for one in ended if isinstance(one, Outcome)])
        return self._failures

    def _tries_again(self, lost: Lost) -> bool:
        """Tell whether a cell whose worker has died goes on elsewhere."""
        self._deaths[lost.cell] += 1
        if self._deaths[lost.cell] == _TRIES:
            self._fail(Outcome(lost.cell, problem=f"its worker died {_TRIES} times: {lost.reason}"))
        elif not self._workers.slots():
            self._fail(Outcome(lost.cell, problem=f"its worker died, and no machine is left: {lost.reason}"))
        else:
            self._board.set(lost.cell, "waiting", f"its worker died ({lost.reason}); it goes on elsewhere")
            return True
        return False

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.problem:
                self._fail(outcome)
        done = [outcome for outcome in outcomes if not outcome.problem]
        for outcome, problem in _delivered(self._folder, done, self._setting.places.patience):
            if problem:
                self._fail(replace(outcome, problem=problem))
            else:
                self._board.set(outcome.cell, "done", f"done in {outcome.seconds:.0f} s")

    def _fail(self, outcome: Outcome) -> None:
        self._failures.append(_failure(outcome, self._folder))
        self._board.set(outcome.cell, "failed", f"failed: {outcome.problem.splitlines()[0]}")


def confirm(folder: Path, setting: Setting, failures: Sequence[Failure]) -> list[Failure]:
    """Ask DVC whether the cells that did not fail are done; return those that it takes for stale."""
    failed = {failure.cell for failure in failures}
    cells = {name: setting.pipeline.cells[name] for name in setting.stale if name not in failed}
    changed = status(folder, [stage for cell in cells.values() for stage in cell.stages])
    return [
        Failure(name, f"DVC takes it for stale, as if it was changed meanwhile: {changed[stage]}", "", None)
        for name, cell in cells.items()
        for stage in cell.stages
        if stage in changed
    ]


def _delivered(folder: Path, done: Sequence[Outcome], patience: float) -> list[tuple[Outcome, str]]:
    """Put results in place; return each with what went wrong, which is blank mostly."""
    if not done:
        return []
    try:
        deliver(folder, done, patience)
    except UserError as error:
        if len(done) > 1:  # one of them may be at fault
            return [each for one in done for each in _delivered(folder, [one], patience)]
        return [(done[0], f"its results could not be put in place: {error}")]
    return [(one, "") for one in done]


def _failure(outcome: Outcome, folder: Path) -> Failure:
    file = None
    if outcome.log:
        file = scratch(folder) / "logs" / f"{outcome.cell}.log"
        try:
            write_text(file, outcome.log + "\n")
        except OSError:  # as on a full disk; the last lines are shown all the same
            file = None
    return Failure(outcome.cell, outcome.problem, outcome.log, file)
