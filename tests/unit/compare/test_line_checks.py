"""Checks against lines: hold for curves on them, break for shifted, missing, or swapped ones, naming the place."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare import line_checks as module
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.line_checks import known_boundary, on_lines

PAIR = ("not_represented", "superposed")


def curve(shift: float = 0.0, error: float = 1e-9, between: tuple[str, str] = PAIR) -> BoundaryCurve:
    """Three points, r = p, moved by a share in log r; `error` is relative."""
    p = np.array([0.1, 0.2, 0.4])
    r = p * np.exp(shift)
    return BoundaryCurve(between, p, r, error * r, 0 * p, np.nan * p)


def test_on_the_line_within_both_errors() -> None:
    check = on_lines("a law", [curve(1.5e-9)], [curve()], "why")
    assert check is not None
    assert check.agrees
    assert check.value == pytest.approx(1.5e-9, rel=1e-5)
    assert check.tolerance == pytest.approx(2e-9)


@pytest.mark.parametrize("shift", [1e-3, -1e-3, 3e-9])
def test_off_the_line_breaks_it(shift: float) -> None:
    check = on_lines("a law", [curve(shift)], [curve()], "why")
    assert check is not None
    assert (check.agrees, check.n_failures) == (False, 3)
    assert check.failures[0].startswith(f"density=0.1, importance={0.1 * np.exp(shift):.10g}")


def test_a_line_that_is_not_there_breaks_it() -> None:
    for there in ([], [curve(between=("superposed", "dedicated"))]):
        check = on_lines("a law", [curve()], there, "why")
        assert check is not None
        assert (check.agrees, check.value) == (False, np.inf)


def test_a_line_may_be_crossed_either_way_and_the_nearest_counts() -> None:
    check = on_lines("a law", [curve(between=(PAIR[1], PAIR[0]))], [curve(0.5), curve(1e-10)], "why")
    assert check is not None
    assert check.agrees


def test_nothing_to_check() -> None:
    assert on_lines("a law", [], [curve()], "why") is None


@pytest.mark.parametrize("n", [2, 3])
def test_known_digits_are_met(n: int) -> None:
    check = known_boundary(n)
    assert check.agrees, check
    assert check.tolerance < 1e-12


def test_other_digits_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    between, given, known, digit = module.KNOWN[2]
    monkeypatch.setitem(module.KNOWN, 2, (between, given, known + 1e-12, digit))
    assert not known_boundary(2).agrees
