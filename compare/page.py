"""Web pages that stand alone: elements whose text is escaped, tables, figures, and one style sheet."""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.figure import Figure

DPI = 150  # sharp on dense screens, and in print at the figures' size
CSS_PIXELS = 96  # to the inch
VOID = ("img", "meta")
# nothing from outside, no script: the browser itself refuses what the page should not hold
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #555; --page: #fff; --line: #d0d0d0; --band: #f4f4f4;
  --good: #00664a; --bad: #a03c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaeaea; --soft: #b0b0b0; --page: #161616; --line: #444;
  --band: #222; --good: #4fd1a5; --bad: #ff9a5c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; color: var(--ink); background: var(--page);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
p, li { max-width: 46rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: 0; list-style: none; } a { color: inherit; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0 0 1rem; max-width: 100%; }
figcaption { color: var(--soft); font-size: .9rem; width: 0; min-width: 100%; } /* no wider than the picture */
img { display: block; max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line);
  border-radius: 4px; }
.scroll { overflow-x: auto; max-width: 100%; margin: 0 0 1.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { background: var(--band); } th[scope=row] { min-width: 9rem; } .n { text-align: right; white-space: nowrap; }
.verdict { border-left: .3rem solid var(--good); background: var(--band); padding: .5rem .8rem; }
.verdict.bad { border-color: var(--bad); }
pre { background: var(--band); padding: .7rem; overflow-x: auto; } summary { cursor: pointer; padding: .3rem 0; }
@media print { body { max-width: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
"""


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
    return str(value)


def percent(share: float) -> str:
    """Write a share with one decimal."""
    return f"{100 * share:.1f} %"


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a table with a caption; the first cell of a row names it. Wide tables scroll within the page."""
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in header)))
    body = element("tbody", *(_row(row) for row in rows))
    inside = element("table", element("caption", caption), head, body)
    return element("div", inside, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _row(row: Sequence[object]) -> Markup:
    first, *rest = row
    return element("tr", element("th", show(first), scope="row"), *(_cell(value) for value in rest))


def _cell(value: object) -> Markup:
    text = show(value)
    is_number = isinstance(value, int | float) or text.endswith(" %") or text.startswith("± ")
    return element("td", text, class_="n") if is_number else element("td", text)


def image(figure: Figure, alt: str) -> Markup:
    """Draw a figure and put it into the page itself, at its printed size."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor="white")
    width, height = (round(inches * CSS_PIXELS) for inches in figure.get_size_inches())
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return element("img", src=f"data:image/png;base64,{data}", alt=alt, width=width, height=height)


def figure_with_caption(figure: Figure, alt: str, caption: str) -> Markup:
    """Draw a figure, with the text that replaces it and the one that stands below."""
    return element("figure", image(figure, alt), element("figcaption", caption))


def section(name: str, title: str, *children: Any) -> Markup:
    """Write a section with a heading, to be linked to by name."""
    return element(
        "section", element("h2", title, id=f"{name}-title"), *children, id=name, aria_labelledby=f"{name}-title"
    )


def page(title: str, *body: Any) -> str:
    """Write the whole page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', *body), lang='en')}\n"
