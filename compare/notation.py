"""Problems and grids as they are written in a command: text in, checked values out, and back."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from ..analytic.activation import SMOOTH, Activation, ClippedReLU, LeakyReLU, Named, Smooth
from ..analytic.domain import GRID_COUNT, SLOPE, UPPER, Domain, Number, nearest
from ..analytic.problem import Problem

_WITH_PARAMETER: dict[str, tuple[type[LeakyReLU] | type[ClippedReLU], Domain]] = {
    "leaky_relu": (LeakyReLU, SLOPE),
    "clipped_relu": (ClippedReLU, UPPER),
}
MOST_BYTES = 2**28  # of a model's file: ten million weights; a device such as /dev/zero never ends
ACTIVATIONS = ("linear", "relu", "abs", *_WITH_PARAMETER, *SMOOTH)


class Range(NamedTuple):
    """Ends and number of the values of a log-spaced grid, written LO:HI:COUNT."""

    low: float
    high: float
    size: int

    def __str__(self) -> str:
        return f"{self.low:g}:{self.high:g}:{self.size}"


def parse_number(text: str, domain: Domain, name: str | None = None) -> Any:
    """Read one number, whole where the domain asks for it.

    Raises
    ------
    ValueError
        If it is no number, or outside the domain.
    """
    try:
        value: float = int(text) if domain.integer else float(text)
    except ValueError:
        raise ValueError(domain.refusal(text, name)) from None
    return domain.check(value, name)


def parse_numbers(text: str, domain: Domain) -> Number | tuple[Number, ...]:
    """Read one number, or one a feature, parted by commas.

    Raises
    ------
    ValueError
        If an entry is no number, or outside the domain.
    """
    first, *others = (parse_number(part, domain) for part in text.split(","))
    return (first, *others) if others else first


def parse_range(text: str, domain: Domain) -> Range:
    """Read LO:HI:COUNT, the log-spaced values of one axis of a diagram.

    Raises
    ------
    ValueError
        If it is written otherwise, an end is outside the domain or 0, the ends are in the wrong order, or the count is
        out of its range.

    Examples
    --------
    >>> from toytoy.analytic.domain import DENSITY
    >>> parse_range("0.01:1:40", DENSITY)
    Range(low=0.01, high=1.0, size=40)
    """
    parts = text.split(":")
    if len(parts) != 3:
        raise ValueError(
            f"{domain.name} must be written LO:HI:COUNT, got {domain.name}={text!r}; for instance 0.1:1:40"
        )
    low, high = (parse_number(part, domain) for part in parts[:2])
    count = parse_number(parts[2], GRID_COUNT)
    if not low > 0:
        raise ValueError(f"{domain.name} on a log-spaced grid must be positive, got {domain.name}={text!r}; raise LO")
    if low > high or (low == high and count > 1):
        raise ValueError(
            f"{domain.name} must go from low to high, got {domain.name}={text!r}; write LO:HI:COUNT, LO < HI"
        )
    return Range(low, high, count)


def parse_ends(text: str, domain: Domain) -> tuple[float, float]:
    """Read LO:HI, the ends of one axis of a window.

    Raises
    ------
    ValueError
        If it is written otherwise, an end is outside the domain or 0, or the ends are in the wrong order.

    Examples
    --------
    >>> from toytoy.analytic.domain import DENSITY
    >>> parse_ends("0.3:0.9", DENSITY)
    (0.3, 0.9)
    """
    parts = text.split(":")
    if len(parts) != 2:
        raise ValueError(f"{domain.name} must be written LO:HI, got {domain.name}={text!r}; for instance 0.1:1")
    low, high = (float(parse_number(part, domain)) for part in parts)
    if not low > 0:
        raise ValueError(f"{domain.name} on a log-spaced axis must be positive, got {domain.name}={text!r}; raise LO")
    if not low < high:
        raise ValueError(f"{domain.name} must go from low to high, got {domain.name}={text!r}; write LO:HI, LO < HI")
    return low, high


def parse_pair(text: str, name: str) -> tuple[str, str]:
    """Read two names parted by a comma, such as not_represented,antipodal.

    Raises
    ------
    ValueError
        If they are not two.

    Examples
    --------
    >>> parse_pair("not_represented, antipodal", "between")
    ('not_represented', 'antipodal')
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise ValueError(f"{name} must be two names, A,B, got {name}={text!r}; for instance not_represented,antipodal")
    return parts[0], parts[1]


def parse_activation(text: str) -> str | Activation:
    """Read an activation: its name, with its parameter after a colon where it has one.

    Raises
    ------
    ValueError
        If the name is unknown (the nearest is offered), or the parameter is out of range or not wanted.

    Examples
    --------
    >>> parse_activation("leaky_relu:0.1")
    LeakyReLU(slope=0.1)
    """
    name, colon, parameter = text.partition(":")
    if name not in ACTIVATIONS:
        raise ValueError(nearest("activation", name, ACTIVATIONS))
    if name not in _WITH_PARAMETER:
        if colon:
            raise ValueError(f"activation {name} takes no parameter, got activation={text!r}; write {name}")
        return name
    make, domain = _WITH_PARAMETER[name]
    if not colon:
        return make()
    return make(**{domain.name: parse_number(parameter, domain)})


def write_activation(activation: str | Activation) -> str:
    """Write an activation so that `parse_activation` reads it again."""
    if isinstance(activation, str | Named | Smooth):
        return activation if isinstance(activation, str) else activation.name
    for name, (make, domain) in _WITH_PARAMETER.items():
        if isinstance(activation, make):
            return f"{name}:{float(getattr(activation, domain.name))!r}"
    return repr(activation)


def write_problem(problem: Problem) -> dict[str, Any]:
    """Write a problem as plain data."""
    return {
        "n_features": problem.n_features,
        "n_hidden": problem.n_hidden,
        "density": _plain(problem.density),
        "importance": _plain(problem.importance),
        "activation": write_activation(problem.activation),
        "support": repr(problem.support),
    }


def parse_array(text: str, name: str) -> Any:
    """Read a JSON array, such as [[1, -1]].

    Raises
    ------
    ValueError
        If it is not JSON, or no array.
    """
    try:
        array = json.loads(text)
    except (ValueError, RecursionError):
        array = None
    if not isinstance(array, list):
        raise ValueError(f"{name} must be a JSON array such as [[1, -1]], got {name}={text!r}")
    return array


def read_model(path: str | os.PathLike[str]) -> tuple[Any, Any]:
    """Read weights and bias from a JSON file that has keys of these names.

    Raises
    ------
    OSError
        If the file can't be read.
    ValueError
        If it is not JSON, or lacks them.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise ValueError("more than a model")
        given = json.loads(text.decode("utf8"), object_pairs_hook=_each_once)
        return given["weights"], given["bias"]
    except OSError as error:
        raise OSError(f"--model must be a file that can be read, got {str(path)!r} ({error.strerror})") from None
    except (ValueError, RecursionError, KeyError, TypeError):
        raise ValueError(
            f"--model must be JSON with keys weights and bias, each once, got {str(path)!r}; solve --out writes it"
        ) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that comes twice: which of the two is meant nobody knows."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def bounded(domain: Domain, high: float) -> Domain:
    """Return the domain with a largest value, for what one command may ask for before memory runs out."""
    return dataclasses.replace(domain, high=high)


def _plain(value: Number | tuple[Number, ...]) -> float | list[float]:
    return [float(v) for v in value] if isinstance(value, tuple) else float(value)
