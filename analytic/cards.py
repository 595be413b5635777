"""Cards for notebooks: a headline, facts and tables in the colors of whatever page they stand on, light or dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

from .markup import Markup, element, join, rows_table

Thing = TypeVar("Thing")

MOST_ROWS = 8  # of a table; more are cut down to the first, and counted
MOST_NUMBERS = 6  # of a list on one line
MOST_LETTERS = 120  # of a text
MOST_DIGITS = 20  # of a whole number or a fraction
# no color of their own: notebooks give the ink and the ground, and change both in the dark
FRAME = "margin:0 0 1rem;max-width:52rem;overflow-x:auto;line-height:1.4"
TABLE = "border-collapse:collapse;margin:.3rem 0;table-layout:auto;width:auto"
CELL = "text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top"
NUMBER = "text-align:right;padding:.15rem .8rem .15rem 0;vertical-align:top;font-variant-numeric:tabular-nums"
CAPTION = "caption-side:top;text-align:left;font-weight:600;color:inherit;padding:.2rem 0"


def shown(view: Callable[[Thing], Markup], thing: Thing) -> str | None:
    """Write the card of a thing; where that fails, as for fields that were tampered with, notebooks show the text."""
    try:
        return str(view(thing))
    except Exception:  # a notebook would print the traceback in place of the answer
        return None


def card(kind: str, headline: object, *blocks: Any) -> Markup:
    """Put a headline above blocks."""
    title = element("div", element("strong", kind), ": ", cut(headline))
    return element("div", title, *blocks, class_="toytoy", style=FRAME)


def facts(given: Mapping[str, object]) -> Markup:
    """List names and values, a row each."""
    rows = (
        element("tr", element("th", name, scope="row", style=CELL), element("td", value, style=CELL))
        for name, value in given.items()
    )
    return element("table", element("tbody", *rows), style=TABLE)


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a table; the first cell of a row names it."""
    looks = {"number": NUMBER, "word": CELL, "whole": TABLE, "title": CAPTION}
    return rows_table(caption, header, rows, **{of: {"style": style} for of, style in looks.items()})


def note(*text: Any) -> Markup:
    """Write a line in smaller type."""
    return element("div", *text, style="font-size:.9em;opacity:.8")


def cut(value: object, most: int = MOST_LETTERS) -> str:
    """Write a value on one line, and cut it where it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def number(value: object) -> str:
    """Write a number as it was given: whole ones and fractions as they are, unless long; others to six digits."""
    as_given = not isinstance(value, float) and len(str(value)) <= MOST_DIGITS
    return str(value) if as_given or not isinstance(value, Real) else f"{float(value):.6g}"


def numbers(values: Sequence[Any]) -> str:
    """Write a list of numbers on one line: the first and the last, how many, and their range where they are many."""
    if len(values) <= MOST_NUMBERS:
        return ", ".join(map(number, values))
    listed = ", ".join(map(number, values[: MOST_NUMBERS - 2]))
    real = [value for value in values if isinstance(value, Real)]
    span = f"; {len(values)} in all, from {number(min(real))} to {number(max(real))}" if real else ""
    return f"{listed}, …, {number(values[-1])}{span}"


def some(rows: Sequence[Any]) -> tuple[list[Any], list[Markup]]:
    """Keep the first rows of a long table, and count those left out."""
    if len(rows) <= MOST_ROWS:
        return list(rows), []
    kept = MOST_ROWS - 1
    return list(rows[:kept]), [note(f"… and {len(rows) - kept} more")]


def stack(*blocks: Any) -> Markup:
    """Put blocks side by side where there is room."""
    return element("div", join(blocks), style="display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:flex-start")
