"""Cards for notebooks: escaped, cut where long, in no color of their own, and no error ever."""

from fractions import Fraction

import pytest
from toytoy.analytic.cards import MOST_ROWS, card, cut, facts, note, number, numbers, shown, some, stack, table
from toytoy.analytic.markup import Markup

from tests.unit.analytic.test_markup import HOSTILE
from tests.unit.compare.reporting.test_page import faults


def test_hostile_text_is_escaped_wherever_it_enters() -> None:
    text = card(HOSTILE, HOSTILE, facts({HOSTILE: HOSTILE}), table(HOSTILE, [HOSTILE], [[HOSTILE]]), note(HOSTILE))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 8
    assert not faults(stack(text))


def test_nothing_has_a_color_of_its_own() -> None:
    text = card("a", "b", facts({"x": 1}), table("t", ["h", "i"], [["r", 1.0]]), note("n"))
    assert "background" not in text
    assert "color:#" not in text
    assert "<style" not in text  # would reach the whole notebook


def test_what_fails_is_left_to_the_text() -> None:
    def broken(thing: object) -> Markup:
        raise ZeroDivisionError

    assert shown(broken, 3) is None
    assert shown(lambda thing: Markup(f"<b>{thing}</b>"), 3) == "<b>3</b>"


def test_texts_are_cut() -> None:
    assert cut("a\n  b") == "a b"
    assert cut("x" * 1000) == "x" * 119 + "…"
    assert cut("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1.0, "1"),
        (3, "3"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10**50 + 1, 10**51), "0.1"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_shown_as_given(value: object, text: str) -> None:
    assert number(value) == text


def test_long_lists_are_cut_and_their_range_is_said() -> None:
    assert numbers((1.0, Fraction(1, 2))) == "1, 1/2"
    assert numbers([]) == ""
    assert numbers(range(100)) == "0, 1, 2, 3, …, 99; 100 in all, from 0 to 99"


def test_long_tables_are_cut_and_counted() -> None:
    assert some(range(MOST_ROWS)) == (list(range(MOST_ROWS)), [])
    kept, more = some(range(400))
    assert len(kept) == MOST_ROWS - 1
    assert f"and {400 - len(kept)} more" in more[0]


def test_whole_numbers_stand_as_they_are_up_to_twenty_digits() -> None:
    assert number(10**19) == "1" + 19 * "0"
    assert number(10**20) == "1e+20"


def test_what_fits_is_whole_and_what_is_one_longer_is_cut() -> None:
    """120 letters of a text, 6 numbers of a list, 8 rows of a table."""
    assert cut("x" * 120) == "x" * 120
    assert cut("x" * 121) == "x" * 119 + "…"
    assert cut("x" * 11, 10) == "x" * 9 + "…"
    assert numbers(range(6)) == "0, 1, 2, 3, 4, 5"
    assert numbers([6, 5, 4, 3, 2, 1, 0]) == "6, 5, 4, 3, …, 0; 7 in all, from 0 to 6"
    assert some(range(8)) == (list(range(8)), [])
    assert some(range(9))[0] == list(range(7))
    assert "and 2 more" in some(range(9))[1][0]


def test_what_is_no_number_is_shown_as_it_is() -> None:
    long = "a name of more than twenty letters"
    assert number(long) == long
    assert numbers([long] * 7) == ", ".join([long] * 4) + f", …, {long}"
    assert numbers([long] * 6 + [0.5]) == ", ".join([long] * 4) + ", …, 0.5; 7 in all, from 0.5 to 0.5"
