"""Web pages that stand alone: sections, tables that scroll, figures inside the page, and one style sheet."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from matplotlib.figure import Figure

from ...analytic.markup import Markup, element, rows_table

DPI = 150  # sharp on dense screens, and in print at the figures' size
CSS_PIXELS = 96  # to the inch
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
p { max-width: 46rem; } .words { font-size: 1.05rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: 0; list-style: none; } a { color: inherit; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0 0 1rem; max-width: 100%; }
figcaption { color: var(--soft); font-size: .9rem; width: 0; min-width: 100%; } /* no wider than the picture */
img { display: block; max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line);
  border-radius: 4px; }
.scroll { overflow-x: auto; max-width: 100%; margin: 0 0 1.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
caption span { display: block; max-width: min(46rem, calc(100vw - 2rem)); } /* read without scrolling the table */
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { background: var(--band); } th[scope=row] { min-width: 9rem; } .n { text-align: right; white-space: nowrap; }
.verdict { border-left: .3rem solid var(--good); background: var(--band); padding: .5rem .8rem; }
.verdict.bad { border-color: var(--bad); }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
pre { background: var(--band); padding: .7rem; overflow-x: auto; } code { overflow-wrap: anywhere; }
dd { margin: 0 0 .8rem; } summary { cursor: pointer; padding: .3rem 0; }
/* on paper: in the light, no boxes to scroll, no row or figure over two pages */
@page { size: A4; margin: 14mm; }
@media print { :root { color-scheme: light; --ink: #1a1a1a; --soft: #555; --page: #fff; --line: #d0d0d0;
  --band: #f4f4f4; --good: #00664a; --bad: #a03c00; }
  body { max-width: none; padding: 0; font-size: 10pt; } .words { font-size: 10pt; } nav { display: none; }
  table { font-size: 8pt; } .scroll { overflow: visible; } th.n { white-space: normal; } /* headers alone may break */
  h2, h3, caption, thead, h2 + p, p:has(+ .row), p:has(+ pre) { break-after: avoid; }
  figure, tr, thead { break-inside: avoid; } .row > figure { max-width: 48%; }
  /* nobody unfolds a list on paper; what is there to be copied stays folded, and says where it is */
  details:not(.screen)::details-content { content-visibility: visible; }
  details:not(.screen) summary { list-style: none; }
  details.screen > :not(summary) { display: none; } details.screen summary::after { content: " (in the HTML report)"; }
  figure .row { flex-wrap: nowrap; } figure .row img { flex: 1 1 0; min-width: 0; max-width: 33%; }
  pre { white-space: pre-wrap; } }
@supports not selector(::details-content) { @media print { /* browsers that keep every list folded */
  details:not([open]) summary::after { content: " (in the HTML report)"; } } }
"""


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a table with a caption; the first cell of a row names it. Wide tables scroll within the page."""
    text = element("span", caption)  # as wide as the screen at most, where the table is wider
    inside = rows_table(text, header, rows, number={"class_": "n"})
    return element("div", inside, class_="scroll", tabindex=0, role="region", aria_label=caption)


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


def contents(body: Markup) -> Markup:
    """List the sections of a body, as links to them."""
    headings = re.findall(r'<h2 id="(\w+)-title">([^<]*)</h2>', body)
    links = (element("li", element("a", Markup(title), href=f"#{name}")) for name, title in headings)
    return element("nav", element("ul", *links), aria_label="Contents")


def numbered(body: Markup) -> Markup:
    """Give figures and tables a number each, in their order, to be spoken of; figures can be linked to."""
    figures, tables = count(1), count(1)
    body = Markup(re.sub("<figure>", lambda _: f'<figure id="figure-{next(figures)}">', body))
    figures = count(1)
    # a capital after the number, unless it is a formula that begins there, as p = 0.1
    below = re.compile(r"<figcaption>([a-z](?=[a-z]))?")
    body = Markup(below.sub(lambda m: f"<figcaption><b>Figure {next(figures)}.</b> {(m[1] or '').upper()}", body))
    return Markup(re.sub("<caption><span>", lambda _: f"<caption><span>Table {next(tables)}. ", body))


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
