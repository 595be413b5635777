"""Rows of special points: letters as in the figures, numbers to the digit of their errors."""

from dataclasses import replace

import pytest
from toytoy.analytic.estimate import Estimate
from toytoy.compare.lines import Status
from toytoy.compare.special_table import COLUMNS, lettered, letters, special_rows, written

from tests.small_lines import point, small_lines


def test_letters_go_on_after_z() -> None:
    assert letters(2) == ["A", "B"]
    assert letters(28)[-3:] == ["Z", "AA", "AB"]
    assert len(set(letters(800))) == 800


def test_a_border_of_the_window_has_no_letter_but_a_row() -> None:
    points = small_lines().points
    assert [p.kind for p in lettered(points).values()] == ["triple", "tricritical", "tricritical"]
    assert [row[1] for row in special_rows(points)] == ["", "A", "B", "C"]


def test_a_row_has_every_column_and_says_what_is_unresolved() -> None:
    rows = special_rows(small_lines().points)
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [row[-1] for row in rows] == ["", "", "", "unresolved; a sliver"]
    assert rows[1] == ["triple: at 0.56", "A", "0.5100000000", "1e-10", "0.560000000", "1e-09", "1e-15", ""]


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.123456789, 3e-4, ("0.1235", "3e-04")),
        (0.123456789, 0.0, ("0.123456789", "0")),
        (0.123456789, float("inf"), ("0.123456789", "-")),
        (12.3456789, 5.0, ("12", "5e+00")),
        (1 / 3, 1e-17, ("0.333333333333333", "1e-17")),
    ],
)
def test_numbers_end_with_the_digit_of_their_error(value: float, error: float, text: tuple[str, str]) -> None:
    assert written(Estimate(value, error, "rounding")) == text


def test_a_residual_that_is_not_known_is_a_dash() -> None:
    at = replace(point("critical", 1.0, 0.5), residual=float("nan"), status=Status.UNRESOLVED)
    assert special_rows([at])[0][-2:] == ["-", "unresolved"]
