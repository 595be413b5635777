"""The range of every parameter, declared once; validation, error texts and test strategies read it."""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

Number = float | int | Fraction
FEW = 12  # choices that an error names before the one that was meant


@dataclass(frozen=True)
class Domain:
    """An interval of numbers that a named parameter may take.

    Parameters
    ----------
    name : str
        The parameter's name, as users write it.
    low, high : float
        Ends of the interval.
    low_open, high_open : bool
        Whether an end is excluded. An infinite end is always excluded.
    integer : bool
        Whether only whole numbers are allowed.
    hint : str
        The way out, appended to the error.

    Examples
    --------
    >>> from toytoy.analytic.domain import DENSITY
    >>> DENSITY.check(0.5)
    0.5
    >>> DENSITY.check(1.2)
    Traceback (most recent call last):
    ...
    ValueError: density must lie in (0, 1], got density=1.2; did you pass a sparsity? density = 1 - sparsity
    """

    name: str
    low: float
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    integer: bool = False
    hint: str = ""

    @property
    def interval(self) -> str:
        """The interval in mathematical notation, for error texts and docs."""
        left = "(" if self.low_open or math.isinf(self.low) else "["
        right = ")" if self.high_open or math.isinf(self.high) else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"

    @property
    def rule(self) -> str:
        """The rule as a phrase: what the parameter must be."""
        return f"must be a whole number in {self.interval}" if self.integer else f"must lie in {self.interval}"

    def contains(self, value: Any) -> bool:
        """Whether a number lies inside, ends considered."""
        try:
            if not math.isfinite(value):
                return False
        except OverflowError:  # a whole number beyond the largest float
            return False
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return bool(above and below)

    def refusal(self, value: object, name: str | None = None) -> str:
        """Say what was given, the rule, and the way out, in one line."""
        name = name or self.name
        way_out = f"; {self.hint}" if self.hint else ""
        return f"{name} {self.rule}, got {name}={short(value)}{way_out}"

    def check(self, value: Any, name: str | None = None) -> Any:
        """Return the value as given (a whole number as int) if it lies inside.

        Raises
        ------
        TypeError
            If it is not a real number (a bool is not), or not a whole one where that is asked.
        ValueError
            If it lies outside, or is not finite.
        """
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(self.refusal(value, name))
        if self.integer:
            try:
                value = operator.index(value)  # type: ignore[arg-type]
            except TypeError:
                raise TypeError(self.refusal(value, name)) from None
        if not self.contains(value):
            raise ValueError(self.refusal(value, name))
        return value


def short(value: object) -> str:
    """Write a value on one line of at most 200 characters, for an error's text."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 200 else f"{text[:197]}..."


def nearest(name: str, value: object, choices: Iterable[str]) -> str:
    """Say that a name is unknown, what the choices are, and the nearest of them: after a few, before many."""
    choices = tuple(choices)
    lowered = {choice.lower(): choice for choice in reversed(choices)}
    close = difflib.get_close_matches(str(value).lower(), lowered)
    suggestion = f"; did you mean {lowered[close[0]]!r}?" if close else ""
    if len(choices) > FEW:
        known = f" All are {', '.join(choices)}" if close else f"; all are {', '.join(choices)}"
        return f"{name} must be a known name, got {name}={short(value)}{suggestion}{known}"
    return f"{name} must be one of {', '.join(choices)}; got {name}={short(value)}{suggestion}"


N_FEATURES = Domain("n_features", 1, integer=True, hint="give the number of features, n >= m >= 1")
N_HIDDEN = Domain("n_hidden", 1, integer=True, hint="give the number of hidden dimensions, n >= m >= 1")
DENSITY = Domain("density", 0, 1, low_open=True, hint="did you pass a sparsity? density = 1 - sparsity")
IMPORTANCE = Domain("importance", 0, hint="importances weigh squared errors: use 0 to ignore a feature")
SLOPE = Domain("slope", -math.inf, hint="slope is the leaky ReLU's slope for negative input")
UPPER = Domain("upper", 0, low_open=True, hint="upper is the clipped ReLU's largest output")
TOLERANCE = Domain("tolerance", 0, 1, high_open=True, hint="1e-8 suits exact optima, 0.01 trained weights")
GROUP_SIZE = Domain("sizes", 1, integer=True, hint="give the number of features of each group")
N_SAMPLES = Domain("size", 1, integer=True, hint="give the number of samples to draw")
SIZE = Domain("size", 2, integer=True, hint="give the number of samples")
SEED = Domain("seed", 0, integer=True, hint="give a non-negative whole number")
N_STARTS = Domain("n_starts", 0, integer=True, hint="give the number of random starts; 0 keeps the structured ones")
N_HOPS = Domain("n_hops", 0, integer=True, hint="give how often features of the best model are moved; 0 moves none")
STEPS = Domain("steps", 1, integer=True, hint="give the number of optimizer steps")
BATCH = Domain("batch", 1, integer=True, hint="give the number of samples a step")
LEARNING_RATE = Domain("lr", 0, low_open=True, hint="the published notebook uses 1e-3")
WEIGHT_DECAY = Domain("weight_decay", 0, hint="0 turns it off")
INIT_SCALE = Domain("init_scale", 0, low_open=True, hint="1 keeps the spread of the initial weights")
N_INSTANCES = Domain("n_instances", 1, integer=True, hint="give the number of models to train")
N_WORKERS = Domain("n_workers", 1, integer=True, hint="give the number of processes, or leave it out for all cores")
TILE_SIZE = Domain("tile_size", 1, integer=True, hint="give the number of cells a portion, or leave it out to adapt it")
COUNT = Domain("count", 1, integer=True, hint="give the number of grid points")
GRID_COUNT = Domain("count", 1, 2000, integer=True, hint="give the number of grid points along one axis")
TIME = Domain("times", 0, hint="the gradient flow starts at t = 0")
HISTORY_EVERY = Domain("history_every", 1, integer=True, hint="give the number of steps between losses kept")
