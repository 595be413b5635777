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
    edge = 2.0**-40  # what rounding may leave, and one step more
    assert [percent(x) for x in (edge, edge * (1 + 2.0**-52))] == ["0.0 %", "< 0.1 %"]
    assert [percent(1 - x) for x in (edge, edge + 2.0**-52)] == ["100.0 %", "> 99.9 %"]


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
    assert rows_table(caption="about", header=("a",), rows=[], number={}).endswith("</thead><tbody></tbody></table>")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0 %"),
        (1e-13, "0.0 %"),  # rounding of sums: none
        (1e-11, "< 0.1 %"),
        (0.00049, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.0016, "0.2 %"),
        (0.5, "50.0 %"),
        (0.9994, "99.9 %"),
        (0.99951, "> 99.9 %"),
        (1 - 1e-11, "> 99.9 %"),
        (1 - 1e-13, "100.0 %"),
        (1.0, "100.0 %"),
        (1.25, "125.0 %"),
        (-0.25, "-25.0 %"),
    ],
)
def test_shares_at_the_edges(share: float, text: str) -> None:
    assert percent(share) == text


def test_numbers_and_words_have_their_own_attributes() -> None:
    """A column is of numbers if all its cells are, its header too; its first column names, whatever it holds."""
    rows: list[list[object]] = [[1, 2.5, "a", "5.0 %", True], [2, float("nan"), 3.0, "± 1", False]]
    table = rows_table("c", ["n", "x", "mixed", "share", "flag"], rows, number={"class_": "n"}, word={"class_": "w"})
    kinds = [part.split('"')[0] for part in table.split('class="')[1:]]
    assert kinds == [*"wnwnw", *"wnwnw", *"wnnnw"]
    assert table.count("<th ") == 5 + 2
    assert ">2.5<" in table
    assert ">–<" in table
    plain = rows_table("c", ["n", "x"], [["a", 1]], number={"class_": "n"}, whole={"id": "t"}, title={"id": "u"})
    assert plain.startswith('<table id="t"><caption id="u">c</caption><thead><tr><th scope="col">n</th>')
    assert '<th scope="row">a</th><td class="n">1</td>' in plain
    empty = rows_table("c", ["n", "x"], [], number={"class_": "n"})
    assert "class" not in empty  # a column without cells is not of numbers
    assert "<tbody></tbody>" in empty


def test_integers_are_written_whole_and_others_to_four_digits() -> None:
    assert [show(value) for value in (123456, 123456.0, 12345.0, False, -0.00012346, None)] == [
        *("123456", "1.235e+05", "1.234e+04", "no", "-0.0001235", "None")
    ]
