"""HTML as text that is escaped where it enters: elements, values as readers write them, tables with headers."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

VOID = ("img", "meta")
HIDDEN = 0.0005  # smaller shares would be written as 0.0 %
ROUNDING = 2.0**-40  # of shares that are sums: less is none
Attributes = Mapping[str, object]


class Markup(str):
    """Text that is HTML already; all other text is escaped where it enters a page."""

    __slots__ = ()


def element(tag: str, *children: Any, **attributes: object) -> Markup:
    """Write one element; children that are not Markup are escaped, `class_` stands for class, `a_b` for a-b."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"' for name, value in attributes.items()
    )
    if tag in VOID:
        return Markup(f"<{tag}{given}>")
    return Markup(f"<{tag}{given}>{join(children)}</{tag}>")


def join(children: Iterable[Any], between: str = "") -> Markup:
    """Put pieces one after another, escaping those that are not Markup."""
    return Markup(between.join(c if isinstance(c, Markup) else html.escape(str(c)) for c in children))


def show(value: object) -> str:
    """Write a value for a table: numbers to four digits, a dash for what does not exist."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.4g}"
    return value if isinstance(value, str) else str(value)  # Markup stays Markup


def percent(share: float) -> str:
    """Write a share with one decimal; a share of some is never written as none, nor as all."""
    if ROUNDING < share < HIDDEN:
        return "< 0.1 %"
    if ROUNDING < 1 - share < HIDDEN:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def rows_table(
    caption: Any,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    number: Attributes,
    word: Attributes | None = None,
    whole: Attributes | None = None,
    title: Attributes | None = None,
) -> Markup:
    """Write a table with a caption; the first cell of a row names it.

    Parameters
    ----------
    caption : str or Markup
    header : sequence of str
    rows : iterable of sequences
    number, word : mapping of str
        Attributes of the cells that hold numbers, of their headers, and of all others.
    whole, title : mapping of str
        Attributes of the table, and of its caption.
    """
    laid, plain = [list(row) for row in rows], word or {}
    kinds = [number if laid and all(_is_number(row[k]) for row in laid) else plain for k in range(len(header))]
    kinds[:1] = [plain]  # of the names
    head = element("tr", *(element("th", name, scope="col", **kind) for name, kind in zip(header, kinds, strict=True)))
    body = [
        element(
            "tr",
            element("th", show(first), scope="row", **plain),
            *(element("td", show(value), **(number if _is_number(value) else plain)) for value in rest),
        )
        for first, *rest in laid
    ]
    above = element("caption", caption, **(title or {}))
    return element("table", above, element("thead", head), element("tbody", *body), **(whole or {}))


def _is_number(value: object) -> bool:
    text = show(value)
    return (isinstance(value, int | float) and not isinstance(value, bool)) or text.endswith(" %") or text[:2] == "± "
