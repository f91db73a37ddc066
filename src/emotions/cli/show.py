"""Print the metrics of all runs in the terminal.

    python -m emotions.show [--runs metrics/runs] [--details metrics/details] [--dataset metrics/dataset.json]

It shows every run that the folders hold, in ASCII, so that it can be piped and pasted.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.box import Box
from rich.console import Console
from rich.table import Table

from emotions.cli.start import start
from emotions.report.grid import Cell, read_all, read_dataset
from emotions.report.text import number, share

WIDEST = 100
"""Columns; a wider terminal is not filled."""

# Each line: left, fill, divider, right.
_RULED = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
_NUMBERS = ("train", "valid.", "test", "unseen", "F1", "loss", "img/s")


def tabulate(cells: Sequence[Cell]) -> Table:
    """Make the table, one row a cell, a rule between backbones."""
    table = Table(box=_RULED, show_edge=False, padding=0, header_style="bold")
    table.add_column("backbone", overflow="fold")
    table.add_column("variant", overflow="fold")
    for header in _NUMBERS:
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("")
    for i, cell in enumerate(cells):
        last = i + 1 == len(cells) or cells[i + 1].backbone != cell.backbone
        table.add_row(*_row(cell), end_section=last)
    return table


def _row(cell: Cell) -> list[str]:
    run, details = cell.run, cell.details
    splits = (run.train, run.validation, run.test, run.test_unseen)
    return [
        cell.backbone,
        cell.variant,
        *(share(scores.accuracy) for scores in splits),
        share(run.test.macro_f1),
        number(run.test.loss),
        number(details.images_per_second),
        "D" * details.diverged + "C" * details.collapsed,
    ]


def captions(cells: Sequence[Cell], generated: bool) -> list[str]:
    """Return the lines under the table: what the faces are, and what its words and letters mean."""
    lines = [
        "Accuracy by split; unseen is test without the images that training also holds.",
        "F1 (macro) and loss on test; img/s: images a second in training.",
    ]
    if any(cell.details.diverged for cell in cells):
        lines.append("D: diverged, the loss was no longer a number.")
    if any(cell.details.collapsed for cell in cells):
        lines.append("C: collapsed, it gives one class to nearly every test image.")
    if generated:
        lines.append("The faces are GENERATED, drawn by a program: no figure here is about real faces.")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the metrics and print the table.

    Raises:
        UserError: A file is not what its stage writes.
    """
    parser = argparse.ArgumentParser(description="Print the metrics of all runs.")
    parser.add_argument("--runs", type=Path, default=Path("metrics/runs"), metavar="FOLDER")
    parser.add_argument("--details", type=Path, default=Path("metrics/details"), metavar="FOLDER")
    parser.add_argument("--dataset", type=Path, default=Path("metrics/dataset.json"), metavar="FILE")
    paths = parser.parse_args(arguments)
    cells = read_all(paths.runs, paths.details)
    console = Console(highlight=False)
    console.width = min(console.width, WIDEST)
    if not cells:
        console.print(f"Nothing has been run yet: no metrics under {paths.runs}.", soft_wrap=True)
        return
    lines = captions(cells, read_dataset(paths.dataset).generated)
    console.print(tabulate(cells))
    console.print("\n".join(lines), markup=False)


if __name__ == "__main__":
    start(main)
