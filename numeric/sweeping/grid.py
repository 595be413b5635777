"""The grid of a sweep: named axes, cells in C order, and a seed for each cell that depends on its values alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import short

NUMBERS, WORDS = "biuf", "U"
RESERVED = ("error", "traceback")  # what the result says about failed cells


@dataclass(frozen=True, eq=False)
class Grid:
    """Axes of a sweep, each with its values; see `grid_of`.

    Parameters
    ----------
    names : tuple of str
    values : tuple of arrays, one-dimensional
    """

    names: tuple[str, ...]
    values: tuple[NDArray[Any], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values along each axis."""
        return tuple(len(values) for values in self.values)

    @property
    def size(self) -> int:
        """Number of cells."""
        return prod(self.shape)

    @cached_property
    def _plain(self) -> tuple[list[Any], ...]:
        return tuple(values.tolist() for values in self.values)

    def cell(self, index: int) -> dict[str, Any]:
        """Return the arguments of one cell, the last axis running fastest: plain numbers, words and booleans."""
        arguments = {}
        for name, plain in zip(reversed(self.names), reversed(self._plain), strict=True):
            index, place = divmod(index, len(plain))
            arguments[name] = plain[place]
        return {name: arguments[name] for name in self.names}

    def describe(self, index: int) -> str:
        """Write a cell as a user would, for errors."""
        return ", ".join(f"{name}={value!r}" for name, value in self.cell(index).items())


def grid_of(given: Any) -> Grid:
    """Check a mapping of axes.

    Parameters
    ----------
    given : mapping, name -> one-dimensional values
        Numbers, strings or booleans; no NaN, no repeats.

    Raises
    ------
    TypeError, ValueError
        If it is something else.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"grid must map names to values, got {short(given)}; write {{'density': [0.1, 0.5]}}")
    if not given:
        raise ValueError("grid must name at least one axis, got none; write {'density': [0.1, 0.5]}")
    for name in given:
        if not names_variable(name):
            raise TypeError(f"grid must map names to values, got the name {name!r}; take the function's own arguments")
        if name in RESERVED:
            raise ValueError(f"grid must not name an axis {name!r}: the result has a variable of that name; rename it")
    return Grid(tuple(given), tuple(_axis(name, values) for name, values in given.items()))


def _axis(name: str, given: Any) -> NDArray[Any]:
    """Return the values of an axis as an array of 64-bit numbers, words or booleans."""
    rule = f"grid[{name!r}] must be one-dimensional values"
    try:
        values = np.asarray(given)
    except ValueError:  # lists of unequal lengths
        raise ValueError(f"{rule}, got {short(given)}; give each axis by its own name") from None
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{rule}, got {short(given)} of shape {values.shape}; one value is written [value]")
    if is_masked(given):
        raise ValueError(f"grid[{name!r}] must hold all its values, got masked ones, {short(given)}; leave them out")
    values = _of_one_kind(name, values, given)
    if values.dtype.kind == WORDS and not all(writable(value) for value in given):
        raise ValueError(f"grid[{name!r}] must be words that a file can hold, got {short(given)}")
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError(f"grid[{name!r}] must not hold NaN, got {short(given)}; leave it out")
    if len(set(values.tolist())) < len(values):
        way_out = "number repeats on an axis of their own"
        raise ValueError(f"grid[{name!r}] must not repeat a value, got {short(given)}; {way_out}")
    wide = {"i": np.int64, "u": np.int64, "f": np.float64}.get(values.dtype.kind)
    if values.dtype.kind == "u" and values.max() > np.iinfo(np.int64).max:
        raise ValueError(f"grid[{name!r}] must hold numbers below 2**63, got {short(given)}; give floats")
    return values.copy() if wide is None else values.astype(wide)


def _of_one_kind(name: str, values: NDArray[Any], given: Any) -> NDArray[Any]:
    """Refuse what numpy makes one kind of, be it numbers as words or truths as numbers; take objects that are words."""
    kind = values.dtype.kind
    held = [] if isinstance(given, np.ndarray) and kind != "O" else list(np.asarray(given, dtype=object))
    words = [isinstance(value, str) for value in held]
    if kind == "O" and all(words):  # as pandas holds them
        return np.array([str(word) for word in held])
    truths = kind in "iuf" and any(isinstance(value, bool | np.bool_) for value in held)
    mixed = truths or (kind == WORDS and not all(words))
    if mixed or kind not in NUMBERS + WORDS or (values.dtype.itemsize > 8 and kind == "f"):
        raise TypeError(
            f"grid[{name!r}] must be all numbers, all strings or all booleans, got {short(given)}; "
            "give names or indices, and look them up in the function"
        )
    return values


def names_variable(name: Any) -> bool:
    """Whether a file can have a variable, or an axis, of such a name; a slash or a dot would lead elsewhere."""
    return isinstance(name, str) and name not in ("", ".", "..") and "/" not in name and writable(name)


def is_masked(values: Any) -> bool:
    """Whether an array hides some of its values, which numpy would show again."""
    return isinstance(values, np.ma.MaskedArray) and bool(np.ma.getmaskarray(values).any())


def writable(word: str) -> bool:
    """Whether a string can be stored: netCDF ends strings at a zero, and has no half characters."""
    return "\0" not in word and word.encode("utf8", "replace").decode("utf8") == word


def cell_seed(seed: int, arguments: Mapping[str, Any]) -> int:
    """Derive a cell's seed, 0 <= seed < 2**63, from the sweep's seed and from the cell's values.

    Neither the cell's place, nor the grid's size, nor who computes it plays a part: a finer grid keeps the seeds of
    the cells that it shares. Equal numbers count as equal, be they floats or integers.
    """
    words = [f"{name}={_spelled(arguments[name])}" for name in sorted(arguments)]
    digest = hashlib.sha256("\n".join([str(seed), *words]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _spelled(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else value.hex()
    return repr(value)
