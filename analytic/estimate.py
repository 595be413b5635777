"""A number with its error, and what kind of error it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .domain import nearest


class ErrorKind(StrEnum):
    """What the error of an `Estimate` means."""

    ROUNDING = "rounding"  # a bound on accumulated floating-point error
    STANDARD_ERROR = "standard_error"  # one standard deviation of a sampled mean
    QUADRATURE = "quadrature"  # what a coarser rule changes, and rounding
    BRACKET = "bracket"  # half the width of an interval in which a search left the value
    CERTIFIED = "certified"  # half the width of an interval that provably holds the value


@dataclass(frozen=True)
class Estimate:
    """A value, its error, and the kind of that error.

    Parameters
    ----------
    value : float
    error : float
        Non-negative half-width, in the units of `value`.
    kind : {"rounding", "standard_error", "quadrature", "bracket", "certified"}

    Raises
    ------
    ValueError
        If the error is negative or NaN: a number without an error can't be compared; or the kind is unknown.

    Examples
    --------
    >>> from toytoy import Estimate
    >>> Estimate(1.0, 0.5, "bracket").interval
    (0.5, 1.5)
    >>> float(Estimate(2.0, 0.0, "rounding"))
    2.0
    """

    value: float
    error: float
    kind: ErrorKind

    def __init__(self, value: float, error: float, kind: ErrorKind | str) -> None:
        if not error >= 0:
            raise ValueError(f"error must be non-negative, got error={error!r}; give the half-width of the interval")
        if kind not in list(ErrorKind):
            raise ValueError(nearest("kind", kind, map(str, ErrorKind)))
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "error", float(error))
        object.__setattr__(self, "kind", ErrorKind(kind))

    @property
    def interval(self) -> tuple[float, float]:
        """(value - error, value + error)."""
        return (self.value - self.error, self.value + self.error)

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return f"{self.value:.10g} ± {self.error:.1e} ({self.kind})"

    def agrees(self, other: Estimate, standard_errors: float = 5.0) -> bool:
        """Whether two values differ by no more than their errors allow.

        Bounds are taken as they are; a standard error is multiplied by `standard_errors`.
        """
        allowed = sum(e.error * (standard_errors if e.kind is ErrorKind.STANDARD_ERROR else 1.0) for e in (self, other))
        return abs(self.value - other.value) <= allowed
