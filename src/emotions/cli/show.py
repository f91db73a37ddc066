"""Print the metrics of all cells in the terminal, and which of them are stale.

    python -m emotions.show [--details metrics/details] [--dataset metrics/dataset.json]
        [--params params.yaml] [--networks networks]

It shows every cell that the folder holds, in ASCII, so that it can be piped and pasted. Called from another
folder, it shows those of the project.
"""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.box import Box
from rich.console import Console
from rich.table import Table

from emotions.cli.start import command_parser, given, in_project
from emotions.report.cells import UNSEEN, EvaluatedCell, removal, stale_cells, used_signs
from emotions.report.gather import read_all
from emotions.report.stage_files import Dataset
from emotions.report.text import number, share
from emotions.settings.stage_file import read
from emotions.stages.plan import report_plan

WIDEST = 100
"""Columns; a wider terminal is not filled."""

# Each line: left, fill, divider, right.
_RULED = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
_NUMBERS = ("train", "valid.", "test", "unseen", "F1", "loss", "img/s")


def tabulate(cells: Sequence[EvaluatedCell]) -> Table:
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


def _row(cell: EvaluatedCell) -> list[str]:
    scores = cell.details.scores
    splits = (scores.train, scores.validation, scores.test, scores.test_unseen)
    return [
        cell.backbone,
        cell.variant,
        *(share(split.accuracy) for split in splits),
        share(scores.test.macro_f1),
        number(scores.test.loss),
        number(cell.details.images_per_second),
        "".join(sign.letter for sign in cell.signs),
    ]


def captions(cells: Sequence[EvaluatedCell]) -> Iterator[str]:
    """Give the lines under the table: what its words and letters mean, and what is to be done."""
    yield f"Accuracy by split; unseen: {UNSEEN}."
    yield "F1 (macro) and loss on test; img/s: images a second in training."
    yield from (f"{sign.letter} {sign.meaning}." for sign in used_signs(cells))
    yield from (f"  {line}" for line in stale_cells(cells))
    if unlisted := [cell for cell in cells if cell.unlisted]:
        yield "To remove what is unlisted:"
        yield from (f"  {removal((cell.backbone, cell.variant))}" for cell in unlisted)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the metrics and print the table.

    Raises:
        UserError: A file is not what its stage writes, or `params.yaml` holds what is not allowed.
    """
    parser = command_parser("show", "Print the metrics of all cells.")
    parser.add_argument("--details", type=given, default=Path("metrics/details"), metavar="FOLDER")
    parser.add_argument("--dataset", type=given, default=Path("metrics/dataset.json"), metavar="FILE")
    parser.add_argument("--params", type=given, default=Path("params.yaml"), metavar="FILE")
    parser.add_argument("--networks", type=given, default=Path("networks"), metavar="FOLDER")
    paths = parser.parse_args(arguments)
    with in_project():
        _show(**vars(paths))


def _show(details: Path, dataset: Path, params: Path, networks: Path) -> None:
    console = Console(highlight=False)
    console.width = min(console.width or WIDEST, WIDEST)  # COLUMNS may be 0
    if not any(details.glob("*/*.json")):
        console.print(f"Nothing has been run yet: no metrics under {details}.", soft_wrap=True)
        return
    # Not the plan that stage `plan` wrote: it may be missing, or from before a change of params.yaml.
    cells = read_all(details, report_plan(params, networks), read(Dataset, dataset, "prepare"))
    console.print(tabulate(cells))
    for line in captions(cells):
        print(textwrap.fill(line, console.width, subsequent_indent="    ", break_on_hyphens=False))
