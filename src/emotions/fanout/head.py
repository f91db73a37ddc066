"""Lead a fan-out: hand cells to workers, and put what they give back in its place."""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from emotions.fanout.board import Board
from emotions.fanout.job import Job, Outcome
from emotions.fanout.ray_session import Workers
from emotions.runtime.atomic_files import write_text
from emotions.runtime.errors import UserError

_TRIES = 3
"""So many workers may die on a cell; then it is the cell that kills them."""
_POLL = 2.0
"""Seconds between looks, which take from the cores that cells train on; the end of a cell cuts them short."""
_AHEAD = 2
"""So many times the slots are handed over at once, so that none is idle while results are put in place."""


class Head:
    """Runs cells on workers until each is done or has failed, and puts in place what is done as it comes."""

    def __init__(
        self,
        jobs: Mapping[str, Job],
        after: Mapping[str, str],
        workers: Workers,
        board: Board,
        deliver: Callable[[Sequence[Outcome], bool], None],
        logs: Path,
    ) -> None:
        """Take what a fan-out needs.

        Args:
            jobs: By the cell's name.
            after: The cell that one waits for, where there is one; it starts even if that fails.
            workers: Who runs them.
            board: Who is told.
            deliver: Puts results in place, or raises UserError; it is told whether this is tried again.
            logs: A folder for those of cells that fail.
        """
        self._jobs, self._after, self._workers = jobs, after, workers
        self._board, self._deliver, self._logs = board, deliver, logs
        self._deaths: Counter[str] = Counter()
        self._failures: list[Outcome] = []

    def run(self, order: Sequence[str], check: Callable[[], None] = lambda: None) -> list[Outcome]:
        """Run cells, the first to start first; return those that failed, in no order.

        Args:
            order: The cells.
            check: Called again and again; it raises what ends the run.
        """
        waiting, running = list(order), set[str]()
        ended: list[Outcome] = []
        while waiting or running:
            check()
            if not (slots := self._workers.slots()):
                ended += [Outcome(name, problem="no machine is left") for name in [*running, *waiting]]
                break
            ready = [one for one in waiting if self._after.get(one) not in {*waiting, *running}]
            for name in ready[: max(_AHEAD * slots - len(running), 0)]:
                waiting.remove(name)
                running.add(name)
                self._workers.submit(self._jobs[name])
            self._take(ended)
            told, ended = self._workers.poll(_POLL)
            for message in told:
                self._board.told(*message)
            running.difference_update(one.cell for one in ended)
            again = [one for one in ended if one.died and self._tries_again(one)]
            waiting = [one.cell for one in again] + waiting
            ended = [one for one in ended if one not in again]
        self._take(ended)
        return self._failures

    def _tries_again(self, lost: Outcome) -> bool:
        """Tell whether a cell whose worker has died goes on elsewhere."""
        self._deaths[lost.cell] += 1
        if self._deaths[lost.cell] == _TRIES:
            return False
        self._board.set(lost.cell, "waiting", f"its worker died ({lost.problem}); it goes on elsewhere")
        return True

    def _take(self, outcomes: Sequence[Outcome], *, again: bool = False) -> None:
        """Put in place what is done, and keep what failed."""
        for outcome in outcomes:
            if outcome.problem:
                self._fail(outcome, f"its worker died {_TRIES} times: " if outcome.died else "")
        if not (done := [outcome for outcome in outcomes if not outcome.problem]):
            return
        try:
            self._deliver(done, again)
        except UserError as error:
            if len(done) == 1:
                self._fail(replace(done[0], problem=str(error)), "its results could not be put in place: ")
            else:  # one of them may be at fault
                for outcome in done:
                    self._take([outcome], again=True)
        else:
            for outcome in done:
                self._board.set(outcome.cell, "done", f"done in {outcome.seconds:.0f} s")

    def _fail(self, outcome: Outcome, how: str) -> None:
        outcome = replace(outcome, problem=how + outcome.problem)
        self._failures.append(outcome)
        with contextlib.suppress(OSError):  # as on a full disk; the last lines are shown all the same
            write_text(self._logs / f"{outcome.cell}.log", outcome.log + "\n")
        self._board.set(outcome.cell, "failed", f"failed: {outcome.problem.splitlines()[0]}")
