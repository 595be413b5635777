"""Pages that stand alone: escaped, balanced, without any request."""

import re
from html.parser import HTMLParser
from typing import Any

from matplotlib.figure import Figure
from toytoy.analytic.markup import VOID, element
from toytoy.compare.reporting.page import contents, figure_with_caption, image, numbered, page, section, table

from tests.unit.analytic.test_markup import HOSTILE


class Balance(HTMLParser):
    """Collects what is wrong with the nesting of a page's tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: Any, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: Any) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def faults(text: Any) -> Any:
    parser = Balance()
    parser.feed(text)
    parser.close()
    return parser.faults + parser.open


def test_the_checker_sees_faults() -> None:
    assert faults("<p><b>x</p></b>")
    assert faults("<p>")
    assert not faults("<p><img src=''></p>")


def test_text_and_attributes_are_escaped_wherever_they_enter() -> None:
    text = page(
        HOSTILE, element("p", HOSTILE, title=HOSTILE), section("a", HOSTILE), table(HOSTILE, [HOSTILE], [[HOSTILE]])
    )
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 8  # title, text, attribute, heading, caption, label, header, cell
    assert not faults(text)


def test_tables_have_caption_and_headers() -> None:
    text = table("about", ("name", "value"), [("a", 1.5), ("b", "word")])
    assert "<caption><span>about</span></caption>" in text
    assert text.count('scope="col"') == 2
    assert text.count('scope="row"') == 2
    assert '<td class="n">1.5</td>' in text
    assert "<td>word</td>" in text
    assert 'tabindex="0"' in text  # a keyboard can scroll it


def test_figures_are_inside_the_page_at_their_size() -> None:
    figure = Figure(figsize=(2, 1))
    text = image(figure, "what it shows")
    assert 'src="data:image/png;base64,' in text
    assert 'width="192" height="96"' in text
    assert 'alt="what it shows"' in text
    assert "<figcaption>below</figcaption>" in figure_with_caption(figure, "alt", "below")


def test_a_page_has_all_that_readers_need() -> None:
    text = page("title", element("h1", "x"))
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    for part in ('charset="utf-8"', "width=device-width", "prefers-color-scheme: dark", "default-src &#x27;none&#x27;"):
        assert part in text
    assert not faults(text)


def test_figures_and_tables_are_numbered_each_in_its_order() -> None:
    body = element(
        "main", *(figure_with_caption(Figure(figsize=(1, 1)), "alt", text) for text in ("below", "p = 1", "Below"))
    )
    body = numbered(element("main", body, table("a", ("b",), []), table("c", ("d",), [])))
    assert re.findall(r"<b>(Figure \d\.)</b> ([^<]*)", body) == [
        *(("Figure 1.", "Below"), ("Figure 2.", "p = 1"), ("Figure 3.", "Below"))
    ]
    assert 'id="figure-3"' in body
    assert "Table 1. a" in body
    assert "Table 2. c" in body
    assert not faults(body)


def test_numbers_enter_no_text() -> None:
    assert "Figure 1" not in numbered(element("p", "<figcaption>", "<caption><span>"))


def test_contents_link_to_sections() -> None:
    nav = contents(element("main", section("one", "First & last"), section("two", "Second")))
    assert '<a href="#one">First &amp; last</a>' in nav
    assert nav.count("<li>") == 2
    assert 'aria-label="Contents"' in nav
