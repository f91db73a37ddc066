"""Tables of text: a row of figures a row, or a pivot of them, by columns that templates specify."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from emotions.report import text


class Field(NamedTuple):
    """What stands in one place of a table.

    Attributes:
        text: What it says; blank for nothing.
        below: What stands below that, smaller.
        shade: 0 to 1, how dark its ground is; None for none.
    """

    text: str
    below: str = ""
    shade: float | None = None


class Table(NamedTuple):
    """A table.

    Attributes:
        header: One title a column, and whether it holds numbers.
        rows: As many fields each.
    """

    header: list[tuple[str, bool]]
    rows: list[list[Field]]

    def markdown(self) -> str:
        """Format it in Markdown so that its columns line up as plain text too."""
        titles = [title for title, _ in self.header]
        rows = [[f"{one.text} ({one.below})".removesuffix(" ()").strip() for one in row] for row in self.rows]
        widths = [max(3, *map(len, column)) for column in zip(titles, *rows, strict=True)]
        sides = [
            (width, ">" if numbers else "<") for width, (_, numbers) in zip(widths, self.header, strict=True)
        ]
        rule = ["-" * (width - 1) + (":" if side == ">" else "-") for width, side in sides]
        lines = [
            " | ".join(f"{cell:{side}{width}}" for cell, (width, side) in zip(row, sides, strict=True))
            for row in (titles, rule, *rows)
        ]
        return "\n".join(f"| {line} |" for line in lines)


def _accuracies(ours: float, marks: str, low: float, high: float, above: float) -> Field:
    """Set the report's test accuracies below ours; `§` where its tables disagree."""
    theirs = text.share(low) if low == high else f"{text.between(low, high)} §"
    shade = round(above, 2) if text.is_known(above) else None
    return Field(text.share(ours) + marks, theirs if text.is_known(low) else "", shade)


FORMS: Mapping[str, Callable[..., str | Field]] = {
    "words": str,
    **{one.__name__: one for one in (text.share, text.number, text.count, text.between, text.p_value)},
    **{one.__name__: one for one in (text.signed_share, text.share_difference)},
    "marked": lambda value, marks: text.share(value) + marks,
    "odd": lambda value, odd: text.share(value) + (" §" if odd else ""),
    "sd": lambda value: f"{value:.4f}" if text.is_known(value) else "",
    "ratio": lambda part, of: text.share(part / of) if of else "none",
    "sides": lambda least, most: f"{least} to {most}",
    "state": lambda run, stale: (f"stale ({stale})" if stale else "run") if run else "",
    "shaded": lambda value: Field(text.share(value), shade=value),
    "shaded_2": lambda value: Field(f"{value:.2f}", shade=round(value, 2)) if text.is_known(value) else "",
    "accuracies": _accuracies,
}
"""What a column may be formatted by; each takes the values of the column's keys."""

Column = tuple[str, ...]
"""Title, name of a form, and keys of the rows whose values that takes."""


def tabulate(
    rows: pd.DataFrame | Sequence[Mapping[str, Any]], columns: Sequence[Column], across: str = ""
) -> Table:
    """Make a table.

    Args:
        rows: A mapping a row.
        columns: Those of the table. Columns of words stand to the left, the others hold numbers.
        across: A key whose values stand in the header. All columns but the first are then repeated for each,
            in order of appearance; rows with one first column become one.

    Raises:
        KeyError: There is no such form, or a row has no such key.
    """
    found = records(rows) if isinstance(rows, pd.DataFrame) else rows
    header = [(title, form != "words") for title, form, *_ in columns]
    fields = [[_field(row, column) for column in columns] for row in found]
    if not across:
        return Table(header, fields)
    values = list(dict.fromkeys(row[across] for row in found))
    pivot: dict[str, dict[Any, list[Field]]] = {}
    for row, (name, *others) in zip(found, fields, strict=True):
        pivot.setdefault(name.text, {})[row[across]] = others
    titles = [(f"{one}: {title}".removesuffix(": "), side) for one in values for title, side in header[1:]]
    blank = [Field("")] * (len(columns) - 1)
    pivoted = [
        [Field(name), *(cell for one in values for cell in row.get(one, blank))]
        for name, row in pivot.items()
    ]
    return Table([header[0], *titles], pivoted)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a mapping a row."""
    # Without the index of two levels, which would be copied for every column.
    plain = table.reset_index(drop=True)
    columns = {str(name): plain[name].tolist() for name in plain}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _field(row: Mapping[str, Any], column: Column) -> Field:
    _, form, *keys = column
    made = FORMS[form](*(row[key] for key in keys))
    return made if isinstance(made, Field) else Field(made)
