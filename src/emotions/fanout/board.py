"""How far each cell is, and how that is shown: one live table on a terminal, one line an event in a log."""

import contextlib
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

_EPOCH = re.compile(r"epoch (?P<epoch>\d+/\d+)")
_ACCURACY = re.compile(r"\bval_accuracy (\S+)")
_LEFT = re.compile(r"(\S+) left$")
_STAGE = re.compile(r"Running stage '(\w+)@")
_STATES = ("done", "running", "waiting", "failed")


@dataclass(frozen=True)
class Row:
    """A cell.

    Attributes:
        state: One of done, running, waiting, failed.
        worker: The machine, and the node of Ray on it.
        epoch: Such as 3/10, or the stage that runs.
        accuracy: On validation, in the last whole epoch.
        left: The time until training ends.
    """

    state: str = "waiting"
    worker: str = ""
    epoch: str = ""
    accuracy: str = ""
    left: str = ""


def said(row: Row, line: str) -> Row:
    """Return a cell's row after its trainer or DVC has said a line."""
    if stage := _STAGE.search(line):
        return replace(row, epoch=stage[1].partition("_")[0], left="")
    epoch, accuracy, left = _EPOCH.search(line), _ACCURACY.search(line), _LEFT.search(line)
    return replace(
        row,
        epoch=epoch["epoch"] if epoch else row.epoch,
        accuracy=accuracy[1] if accuracy else row.accuracy,
        left=left[1] if left else row.left,
    )


class Board:
    """Keeps the rows of all cells, shows them on a terminal, and writes events to a log."""

    def __init__(self, cells: Sequence[str], log: Path, console: Console) -> None:
        self.rows = dict.fromkeys(cells, Row())
        self._console = console
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=2, transient=True)

    def __enter__(self) -> "Board":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def told(self, cell: str, kind: str, text: str) -> None:
        """Take in what a worker says: that it `started` a cell, and where, or a line that was `said`."""
        if kind == "started":
            if self.rows[cell].state in {"done", "failed"}:  # said before it ended, and heard after
                return
            self.set(cell, "running", f"started on {text}", worker=text)
            return
        self.rows[cell] = said(self.rows[cell], text)
        self._write(f"{cell}: {text}", shown=not self._console.is_terminal)

    def set(self, cell: str, state: str, event: str, worker: str = "") -> None:
        """Put a cell into a state, and tell of it."""
        self.rows[cell] = replace(self.rows[cell], state=state, worker=worker or self.rows[cell].worker)
        self._write(f"{cell}: {event}", shown=True)

    def say(self, event: str) -> None:
        """Tell of what is of no cell."""
        self._write(event, shown=True)

    def counts(self) -> str:
        """Return how many cells are in each state."""
        found = Counter(row.state for row in self.rows.values())
        return ", ".join(f"{found[state]} {state}" for state in _STATES)

    def _write(self, event: str, *, shown: bool) -> None:
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {event}"
        with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8") as log:  # as on a full disk
            log.write(line + "\n")
        if shown:
            self._console.print(Text(line), soft_wrap=True)

    def _render(self) -> Group:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for header in ("cell", "worker", "epoch", "accuracy", "left"):
            table.add_column(header, no_wrap=True)
        for cell, row in self.rows.items():
            if row.state == "running":
                table.add_row(cell, row.worker, row.epoch, row.accuracy, row.left)
        return Group(table, Text(self.counts()))
