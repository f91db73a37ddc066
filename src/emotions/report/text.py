"""Format numbers as text. What is not known, None or NaN, is blank."""

import json
import math
import textwrap
from collections.abc import Mapping
from typing import TypeGuard


def is_known(value: float | None) -> TypeGuard[float]:
    """Return whether a value of the table of cells is there; pandas sets NaN for what is not."""
    return value is not None and not math.isnan(value)


def share(value: float | None) -> str:
    """Format an accuracy or the like, three decimals.

    >>> share(0.25102), share(float("nan"))
    ('0.251', '')
    """
    return f"{value:.3f}" if is_known(value) else ""


def number(value: float | None) -> str:
    """Format a number of any size, three digits.

    >>> [number(x) for x in (1.5, 134.255, 28273, 6e5, 1.192e-7)]
    ['1.50', '134', '28273', '6.00e+05', '1.19e-07']
    """
    if not is_known(value):
        return ""
    if 999.5 <= abs(value) < 100_000:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".")


def count(value: float | None) -> str:
    """Format a whole number.

    >>> count(28273)
    '28,273'
    """
    return f"{int(value):,}" if is_known(value) else ""


def signed_share(value: float | None) -> str:
    """Format a difference of shares.

    >>> signed_share(0.0126), signed_share(-0.1), signed_share(0.0001)
    ('+0.013', '-0.100', '0.000')
    """
    if not is_known(value):
        return ""
    shown = round(value, 3) or 0.0
    return f"{shown:+.3f}" if shown else "0.000"


def share_difference(ours: float | None, theirs: float | None) -> str:
    """Format the difference of two shares as they are shown, so that the row adds up.

    >>> share_difference(0.4776, 0.477), share_difference(0.4, 0.477)
    ('+0.001', '-0.077')
    """
    return signed_share(round(ours, 3) - round(theirs, 3)) if is_known(ours) and is_known(theirs) else ""


def between(low: float | None, high: float | None) -> str:
    """Format an interval of shares.

    >>> between(0.1528, 0.16993)
    '0.153\u20130.170'
    """
    return f"{share(low)}\u2013{share(high)}" if is_known(low) else ""


def p_value(value: float | None) -> str:
    """Format a p value.

    >>> p_value(0.03125), p_value(3e-99), p_value(1.0)
    ('0.0312', '<0.0001', '1.0000')
    """
    if not is_known(value):
        return ""
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def plural(n: int, noun: str) -> str:
    """Format a number of things.

    >>> plural(1, "backbone"), plural(0, "cell"), plural(1200, "image")
    ('1 backbone', '0 cells', '1,200 images')
    """
    return f"{count(n)} {noun}{'' if n == 1 else 's'}"


def plain(value: object) -> str:
    """Format a JSON value, or an object of such, on one line and without quotes or braces.

    >>> plain({"monitor": "val_loss", "patience": 3}), plain(None), plain(1.0)
    ('monitor val_loss, patience 3', 'null', '1.0')
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {plain(item)}" for key, item in value.items())
    return value if isinstance(value, str) else json.dumps(value)


def paragraph(text: str, first: str = "", then: str = "") -> str:
    """Break a paragraph into lines of at most 110 columns; `first` and `then` stand before its lines."""
    return textwrap.fill(
        text,
        110,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )
