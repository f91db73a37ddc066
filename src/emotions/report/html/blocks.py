"""What a section of the page is made of; `page.html.j2` has one macro for each.

Text is plain: the template escapes it, and sets what stands between backticks as code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Text:
    """A paragraph; `kind` is blank, `note` for what is less important, or `quote`."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption above and notes below.

    Attributes:
        caption: What it shows.
        header: One text a column.
        rows: As many texts each; a blank is a blank.
        words: How many columns, from the left, hold words; the others hold numbers.
        source: Which cells, faces and seeds it comes from.
        notes: Paragraphs below.
        shades: (row, column) -> 0 to 1, how dark the cell's ground is.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    source: str = ""
    notes: Sequence[str] = ()
    shades: Mapping[tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """Pictures, side by side where there is room, with one caption.

    Attributes:
        caption: What they show.
        pictures: Inline SVG, or `img` elements, made by `svg` and `pictures` alone: they go in unescaped.
        source: As of a table.
        size: Blank for what deserves the width, else `medium` or `small`: in columns of such pictures;
            `mosaics` for pictures larger than faces.
    """

    caption: str
    pictures: Sequence[str]
    source: str = ""
    size: str = ""


@dataclass(frozen=True)
class Tables:
    """Small tables, side by side where there is room."""

    tables: Sequence[Table]


@dataclass(frozen=True)
class Heading:
    """Of a part of a section."""

    text: str


@dataclass(frozen=True)
class Fold:
    """What may be folded away; on paper it is open."""

    summary: str
    blocks: "Sequence[Block]"
    is_open: bool = False


Block: TypeAlias = Text | Table | Figure | Tables | Heading | Fold


@dataclass(frozen=True)
class Section:
    """A numbered part of the page; `key` is its anchor."""

    key: str
    title: str
    blocks: Sequence[Block]
