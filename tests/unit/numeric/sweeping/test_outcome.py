"""What a cell gives: values in 64 bits whatever the function returns, or an error that reads the same everywhere."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.sweeping.outcome import LONGEST, Failure, attempt, values_of


def returned(result: Any) -> Any:
    """Make one cell of a function that returns this."""
    return attempt(lambda x: result, {"x": 1}, ["x"])


@pytest.mark.parametrize(
    ("result", "kind", "shape"),
    [
        (1.5, "float64", ()),
        (np.float32(1.5), "float64", ()),
        (np.longdouble(1.5), "float64", ()),
        (3, "int64", ()),
        (np.uint8(3), "int64", ()),
        (True, "bool", ()),
        (1j, "complex128", ()),
        (Fraction(1, 2), "float64", ()),
        ("word", "<U4", ()),
        ("", "<U1", ()),
        (tt.Phase.TRIANGLE, "<U8", ()),
        ([1, 2.5], "float64", (2,)),
        (np.zeros((2, 0)), "float64", (2, 0)),
        (np.array([tt.Regime.DEDICATED, tt.Regime.SUPERPOSED], dtype=object), "<U10", (2,)),
    ],
)
def test_values_become_arrays_of_wide_types(result: Any, kind: str, shape: tuple[int, ...]) -> None:
    (array,) = returned(result).values()
    assert (array.dtype, array.shape) == (np.dtype(kind) if kind != "<U1" else array.dtype, shape)
    assert np.array_equal(array, np.asarray(float(result) if isinstance(result, Fraction) else result))


def test_a_mapping_keeps_its_names_and_order() -> None:
    values = returned({"loss": 1.0, "bias": [1, 2]})
    assert list(values) == ["loss", "bias"]
    assert values["bias"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (None, "got a NoneType"),
        (object(), r"got a object, <object object at 0x…>; return for instance float"),
        (b"x", "got a bytes"),
        ({"a": None}, "'a' must return numbers"),
        ({}, "empty mapping"),
        ({1: 2}, "the name 1"),
        ({"a/b": 2}, "the name 'a/b'"),
        ({".": 2}, "the name '.'"),
        ((1.5, "a"), "both"),
        ([["a", 1]], "both"),
        (np.ma.array([1, 2], mask=[True, False]), "masked"),
        ({"x": 2}, "got 'x'; rename"),
        ({"error": 2}, "got 'error'; rename"),
        ([[1], [1, 2]], "inhomogeneous"),
        (np.array(["2020"], "M8[Y]"), "got a ndarray"),
        (2**63, r"below 2\*\*63"),
        (10**30, "got a int"),
        ("a\0b", "a file can hold"),
        ("\ud800", "a file can hold"),
        (tt.Estimate(1.0, 0.1, "bracket"), "got a Estimate"),
    ],
)
def test_what_no_array_holds_is_a_failure_that_says_so(result: Any, says: str) -> None:
    found = returned(result)
    assert isinstance(found, Failure)
    assert "\n" not in found.error
    with pytest.raises(Exception, match=says):
        raise AssertionError(found.error)


class Odd(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


class Abrupt(BaseException):
    """Stands in for what pyo3's libraries raise when they panic."""


def noted(error: Exception) -> Exception:
    """Add a note, which is no part of what an error says."""
    error.add_note("by the way")
    return error


def fail(x: Any) -> None:
    raise x


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError("two\nlines"), "lines"),
        (ValueError(), "ValueError"),
        (SystemExit(3), "SystemExit: 3"),
        (Abrupt("no"), "Abrupt: no"),
        (GeneratorExit(), "GeneratorExit"),
        (noted(ValueError("no")), "ValueError: no"),
        (noted(SyntaxError("bad")), "SyntaxError: bad"),
        (MemoryError("much"), "MemoryError: much"),
        (Odd(), "Odd: <exception str() failed>"),
        (ValueError("\0 \ud800"), "ValueError: \\0 \\ud800"),
        (ValueError(f"{object()} at 0xa1b2, 0xff"), "ValueError: <object object at 0x…> at 0x…, 0xff"),
    ],
)
def test_errors_are_told(error: BaseException, text: str) -> None:
    found = attempt(fail, {"x": error}, ["x"])
    assert isinstance(found, Failure)
    assert found.error.endswith(text)
    assert "in fail" in found.traceback
    assert "/outcome.py" not in found.traceback
    found.error.encode()


def endless(x: int) -> int:
    return endless(x + 1)


def deeper(depth: int) -> Any:
    return deeper(depth - 1) if depth else attempt(endless, {"x": 0}, ["x"])


def test_an_endless_recursion_reads_the_same_at_any_depth() -> None:
    assert deeper(0) == deeper(1) == deeper(10)
    assert "RecursionError" in deeper(0).error


def test_long_texts_are_cut() -> None:
    found = attempt(fail, {"x": ValueError("x" * 10**6)}, ["x"])
    assert isinstance(found, Failure)
    assert max(map(len, found)) <= LONGEST


def test_an_interrupt_goes_through() -> None:
    with pytest.raises(KeyboardInterrupt):
        attempt(fail, {"x": KeyboardInterrupt()}, ["x"])


def test_nothing_is_shared_with_what_the_function_keeps() -> None:
    kept = np.zeros(2)
    values = values_of(kept, [])
    kept[:] = 1
    assert values["value"].tolist() == [0, 0]
    assert sys.getrefcount(values["value"]) <= 3
