"""What one cell gives: named arrays of 64-bit numbers or of words, or the error that stopped it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import short
from .grid import RESERVED, is_masked, names_variable, writable

Values = dict[str, NDArray[Any]]
SINGLE = "value"  # the name of what a function returns without one
LONGEST = 2000  # characters of a traceback that are kept: files hold them for every cell
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]+")
_REPEATED = re.compile(r"(?<=\[Previous line repeated )\d+")


class Failure(NamedTuple):
    """Why a cell has no values."""

    error: str
    traceback: str


WORKER_DIED = Failure("WorkerDied: the process that computed this cell ended without an answer", "")


def attempt(function: Callable[..., Any], arguments: Mapping[str, Any], axes: Sequence[str]) -> Values | Failure:
    """Call the function, and say what came of it; only an interrupt ends more than this cell, no exit and no panic."""
    try:
        result = function(**arguments)
        trace = None
        return values_of(result, axes)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        trace = error.__traceback__
        return failure_of(error, trace.tb_next if trace else None)


def failure_of(error: BaseException, trace: Any) -> Failure:
    """Write an error in words that are the same wherever and whenever it happens."""
    described = traceback.TracebackException(type(error), error, None)
    described.__notes__ = None  # they come last, and the error itself is wanted
    text = " ".join(list(described.format_exception_only())[-1].split())
    lines = "".join(traceback.format_exception(type(error), error, trace))
    return Failure(*(_lasting(each) for each in (text[:LONGEST], lines[-LONGEST:].rstrip())))


def _lasting(text: str) -> str:
    """Leave out addresses and depths, which differ from run to run, and what no file holds."""
    text = _REPEATED.sub("…", _ADDRESS.sub("0x…", text))
    return text.replace("\0", "\\0").encode("utf8", "backslashreplace").decode("utf8")


def values_of(result: Any, axes: Sequence[str]) -> Values:
    """Return what a function returned as named arrays.

    Raises
    ------
    TypeError, ValueError
        If it is neither a number, a string, an array of these, nor a mapping from names to them.
    """
    if not isinstance(result, Mapping):
        return {SINGLE: _array("the function", result)}
    if not result:
        raise ValueError("the function must return something, got an empty mapping")
    taken = (*RESERVED, *axes)
    for name in result:
        if not names_variable(name):
            raise TypeError(f"the function must return a mapping from names, got the name {short(name)}")
        if name in taken:
            raise ValueError(f"the function must return names other than {', '.join(taken)}, got {name!r}; rename it")
    return {name: _array(f"{name!r}", held) for name, held in result.items()}


def _array(what: str, given: Any) -> NDArray[Any]:
    rule = f"{what} must return numbers, strings, or arrays of them"
    array = np.asarray(float(given) if isinstance(given, Real) and not isinstance(given, _KEPT) else given)
    if array.dtype.kind == "O" and all(isinstance(word, str) for word in array.flat):
        array = np.array([str(word) for word in array.flat], dtype=str).reshape(array.shape)
    kind = array.dtype.kind
    if is_masked(given):
        raise ValueError(f"{rule}, got masked ones, {short(given)}; fill them with NaN")
    if kind == "U":
        if not all(isinstance(word, str) for word in np.asarray(given, dtype=object).flat):
            raise TypeError(f"{rule}, got both in one, {short(given)}; return a dict with a name for each")
        if not all(writable(word) for word in array.flat):
            raise ValueError(f"{rule} that a file can hold, got {short(given)}")
        return array
    if kind not in "biufc":
        way_out = "for instance float(solution.loss), or a dict of several"
        raise TypeError(f"{rule}, got a {type(given).__name__}, {short(given)}; return {way_out}")
    if kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{rule} below 2**63, got {short(given)}; return floats")
    wide: type[Any] = {"b": np.bool_, "f": np.float64, "c": np.complex128}.get(kind, np.int64)
    return array.astype(wide)


_KEPT = (bool, int, float, np.generic)
