"""Output nonlinearities: piecewise linear ones (linear, ReLU and its variants, the absolute value), and smooth ones."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .domain import SLOPE, UPPER, Number, nearest


class Activation(ABC):
    """A function of one variable, σ, applied to every output."""

    @property
    def hinges(self) -> tuple[Number, ...]:
        """Where the slope jumps, ascending."""
        return ()

    @property
    @abstractmethod
    def steepest(self) -> float:
        """A bound on the size of the slope."""

    @abstractmethod
    def __call__(self, z: Any) -> Any:
        """Evaluate at a number, a numpy array or a torch tensor."""


class PiecewiseLinear(Activation):
    """A continuous piecewise-linear function with value 0 at 0: ascending hinges, and the slopes between them.

    The first hinge, if there is one, is 0. On piece k (between hinge k - 1 and hinge k) the function is
    ``slopes[k] * z + intercepts[k]``.

    Examples
    --------
    >>> from toytoy.analytic.activation import resolve
    >>> resolve("relu").slopes
    (0, 1)
    >>> resolve("abs")(-2.0)
    2.0
    """

    @property
    @abstractmethod
    def hinges(self) -> tuple[Number, ...]:
        """Where the slope changes, ascending."""

    @property
    @abstractmethod
    def slopes(self) -> tuple[Number, ...]:
        """The slope of each piece, one more than hinges."""

    @property
    def intercepts(self) -> tuple[Number, ...]:
        """The intercept of each piece."""
        intercepts: list[Number] = [0]
        for hinge, (left, right) in zip(self.hinges, pairwise(self.slopes), strict=True):
            intercepts.append(intercepts[-1] + (left - right) * hinge)
        return tuple(intercepts)

    @property
    def steepest(self) -> float:
        """The largest slope, in absolute value."""
        return max(abs(float(slope)) for slope in self.slopes)

    def __call__(self, z: Any) -> Any:
        """Evaluate at a number, a numpy array or a torch tensor."""
        out = self.slopes[0] * z
        for hinge, (left, right) in zip(self.hinges, pairwise(self.slopes), strict=True):
            above = z - hinge
            out = out + (right - left) * (above.clip(min=0) if hasattr(above, "clip") else max(above, 0))
        return out


@dataclass(frozen=True)
class Named(PiecewiseLinear):
    """An activation without parameters, known by its name: "linear", "relu" or "abs".

    Raises
    ------
    ValueError
        If the name is unknown; the nearest known name is offered.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in _PIECES:
            raise ValueError(nearest("activation", self.name, _PIECES))

    @property
    def hinges(self) -> tuple[Number, ...]:
        """Where the slope changes, ascending."""
        return _PIECES[self.name][0]

    @property
    def slopes(self) -> tuple[Number, ...]:
        """The slope of each piece, one more than hinges."""
        return _PIECES[self.name][1]


_PIECES: dict[str, tuple[tuple[Number, ...], tuple[Number, ...]]] = {
    "linear": ((), (1,)),
    "relu": ((0,), (0, 1)),
    "abs": ((0,), (-1, 1)),
}


@dataclass(frozen=True)
class LeakyReLU(PiecewiseLinear):
    """z above zero, ``slope * z`` below.

    Parameters
    ----------
    slope : float
        Slope for negative input, finite.

    Raises
    ------
    ValueError
        If the slope is not finite.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.LeakyReLU(slope=0.1)(-1.0)
    -0.1
    """

    slope: Number = 0.1

    def __post_init__(self) -> None:
        SLOPE.check(self.slope)

    @property
    def hinges(self) -> tuple[Number, ...]:
        """Where the slope changes: at 0."""
        return (0,)

    @property
    def slopes(self) -> tuple[Number, ...]:
        """The slope below zero and above."""
        return (self.slope, 1)


@dataclass(frozen=True)
class ClippedReLU(PiecewiseLinear):
    """min(max(z, 0), upper).

    Parameters
    ----------
    upper : float
        Largest output, > 0.

    Raises
    ------
    ValueError
        If `upper` is not positive and finite.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.ClippedReLU(upper=1.0)(3.0)
    1.0
    """

    upper: Number = 1.0

    def __post_init__(self) -> None:
        UPPER.check(self.upper)

    @property
    def hinges(self) -> tuple[Number, ...]:
        """Where the slope changes: at 0 and at `upper`."""
        return (0, self.upper)

    @property
    def slopes(self) -> tuple[Number, ...]:
        """0, then 1, then 0 again."""
        return (0, 1, 0)


@dataclass(frozen=True)
class Smooth(Activation):
    """A smooth relative of the ReLU, known by its name: "gelu", z Φ(z), or "softplus", log(1 + e^z).

    Φ is the normal distribution function. Its losses are computed by quadrature, with an error.

    Raises
    ------
    ValueError
        If the name is unknown; the nearest known name is offered.

    Examples
    --------
    >>> from toytoy.analytic.activation import resolve
    >>> round(float(resolve("gelu")(1.0)), 6), round(float(resolve("softplus")(0.0)), 6)
    (0.841345, 0.693147)
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in SMOOTH:
            raise ValueError(nearest("activation", self.name, SMOOTH))

    @property
    def steepest(self) -> float:
        """A bound on the slope: GELU's is largest at √2, softplus' tends to 1."""
        return 1.13 if self.name == "gelu" else 1.0

    def __call__(self, z: Any) -> Any:
        """Evaluate at a number, a numpy array or a torch tensor."""
        if hasattr(z, "detach"):
            from torch.nn import functional

            return functional.gelu(z) if self.name == "gelu" else functional.softplus(z)
        if self.name == "softplus":
            import numpy as np

            return np.logaddexp(0.0, z)
        from scipy.special import erfc  # not 1 + erf, which cancels where z is far below 0

        return z * (0.5 * erfc(-z / math.sqrt(2.0)))


SMOOTH = ("gelu", "softplus")
NAMES = (*_PIECES, *SMOOTH)


def resolve(activation: str | Activation) -> Activation:
    """Turn a name into its activation; an activation passes through.

    Raises
    ------
    ValueError
        If the name is unknown; the nearest known name is offered.
    TypeError
        If it is neither a name nor an activation.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(
            f"activation must be a name ({', '.join(NAMES)}), LeakyReLU(slope) or ClippedReLU(upper), "
            f"got activation={activation!r}"
        )
    if activation not in NAMES:
        raise ValueError(nearest("activation", activation, NAMES))
    return Smooth(activation) if activation in SMOOTH else Named(activation)


def piecewise(activation: str | Activation) -> PiecewiseLinear:
    """Turn a name into its activation where only piecewise-linear ones will do.

    Raises
    ------
    TypeError, ValueError
        As `resolve` does; also if it is a smooth one.
    """
    sigma = resolve(activation)
    if not isinstance(sigma, PiecewiseLinear):
        raise ValueError(
            f"activation must be piecewise linear here, got activation={activation!r}; "
            f"use one of {', '.join(_PIECES)}, LeakyReLU(slope), ClippedReLU(upper)"
        )
    return sigma
