"""Pieces of HTML: escaped wherever text enters, values as readers write them, tables with headers."""

from typing import Any

import pytest
from toytoy.analytic.markup import Markup, element, join, percent, rows_table, show

HOSTILE = "<script>alert('x')</script> & \"quotes\""


def test_text_and_attributes_are_escaped_wherever_they_enter() -> None:
    text = element("p", HOSTILE, title=HOSTILE) + rows_table(HOSTILE, [HOSTILE, "b"], [[HOSTILE, HOSTILE]], number={})
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 6  # text, attribute, caption, header, two cells
    assert text.count('"') == 2 + 3 * 2  # of the attribute, and of three scopes


def test_markup_is_left_as_it_is() -> None:
    assert element("p", element("b", "x"), Markup("<i>y</i>"), "<") == "<p><b>x</b><i>y</i>&lt;</p>"
    assert join(["<", Markup("<br>")], " ") == "&lt; <br>"


def test_attribute_names() -> None:
    assert element("p", class_="row", aria_label="x") == '<p class="row" aria-label="x"></p>'
    assert element("img", alt="a") == '<img alt="a">'


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456, "0.1235"), (1e-16, "1e-16"), (float("nan"), "–"), (3, "3"), (True, "yes"), ("a", "a")],
)
def test_values_in_cells(value: Any, text: str) -> None:
    assert show(value) == text


def test_percent() -> None:
    assert percent(0.0312) == "3.1 %"
    assert [percent(x) for x in (0.0, 1 / 2500, 1 - 1 / 2500, 1.0)] == ["0.0 %", "< 0.1 %", "> 99.9 %", "100.0 %"]
    texts = [percent(k / 10_000) for k in range(10_001)]
    assert [k for k, text in enumerate(texts) if text == "0.0 %"] == [0]
    assert [k for k, text in enumerate(texts) if text == "100.0 %"] == [10_000]
    assert [percent(x) for x in (1 - 2e-16, 1e-16, 1 + 2e-16)] == ["100.0 %", "0.0 %", "100.0 %"]  # sums that round


def test_tables_have_caption_and_headers() -> None:
    rows = [("a", 1.5, "word"), ("b", 2, "± 1")]
    text = rows_table("about", ("name", "value", "note"), rows, number={"class_": "n"})
    assert text.startswith("<table><caption>about</caption><thead>")
    assert '<th scope="col">name</th><th scope="col" class="n">value</th><th scope="col">note</th>' in text
    assert '<th scope="row">a</th><td class="n">1.5</td><td>word</td>' in text
    assert '<td class="n">± 1</td>' in text


def test_words_have_attributes_of_their_own_and_an_empty_table_is_one() -> None:
    text = rows_table("about", ("a", "b"), [("x", True)], number={"class_": "n"}, word={"class_": "w"})
    assert text.count('class="w"') == 4
    assert 'class="n"' not in text
    assert rows_table("about", ("a",), [], number={}).endswith("</thead><tbody></tbody></table>")
