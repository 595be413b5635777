"""Two cases whose losses stand in a known relation, and the check that a loss obeys it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from ...analytic.domain import short
from ...analytic.estimate import ErrorKind, Estimate
from .case import EPS, Case

Loss = Callable[..., Any]
STANDARD_ERRORS = 5.0


@dataclass(frozen=True, eq=False, repr=False)
class Related:
    """Two cases with ``loss(*second) = factor * loss(*first) + offset``.

    Parameters
    ----------
    relation : str
        What makes the second of the first; see `related`.
    first, second : Case
    factor, offset : float
    order : tuple of int, optional
        Where features are moved: feature k of the second is feature ``order[k]`` of the first.
    least : bool
        Whether the two problems' least losses obey the relation, too.
    two_conventions : bool
        Whether the second's loss is a function of its own, which states the problem otherwise.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.strategies import Case, Related
    >>> problem = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    >>> one, two = (Case(problem.replace(importance=i), [[0.5]], [0.0]) for i in (1.0, 2.0))
    >>> pair = Related("scaled importance", one, two, factor=2.0)
    >>> pair.check(tt.loss)
    >>> pair.check(lambda problem, weights, bias: 1.0)
    Traceback (most recent call last):
    ...
    AssertionError: scaled importance: loss(second) must be 2 * loss(first) = 2, got 1
    """

    relation: str
    first: Case
    second: Case
    factor: float = 1.0
    offset: float = 0.0
    order: tuple[int, ...] | None = None
    least: bool = False
    two_conventions: bool = False

    def __repr__(self) -> str:
        return f"Related({', '.join(self._told())})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print a field a line in hypothesis' reports."""
        with printer.group(4, "Related(", ""):
            for told in self._told():
                printer.break_()
                printer.text(f"{told},")
        printer.break_()
        printer.text(")")

    def _told(self) -> list[str]:
        """Write the fields, without those left at their defaults."""
        told = [f"{self.relation!r}", f"first={self.first!r}", f"second={self.second!r}"]
        rest = [field for field in dataclasses.fields(self) if field.default is not dataclasses.MISSING]
        values = {field.name: (getattr(self, field.name), field.default) for field in rest}
        return told + [f"{name}={value!r}" for name, (value, default) in values.items() if value != default]

    @property
    def rule(self) -> str:
        """The relation as a formula."""
        factor = "" if self.factor == 1 else f"{self.factor:g} * "
        offset = "" if self.offset == 0 else f" + {self.offset:g}"
        return f"loss(second) must be {factor}loss(first){offset}"

    def expected(self, first: Any) -> Any:
        """Give what the second's loss must be for a loss of the first."""
        return self.factor * first + self.offset

    def tolerance(self, eps: float = EPS) -> float:
        """Bound the rounding of the two losses, in units of the second's; see `Case.rounding`."""
        return self.factor * self.first.rounding(eps) + self.second.rounding(eps) + self.offset * eps

    def check(self, loss: Loss, other: Loss | None = None, *, eps: float = EPS) -> None:
        """Raise an AssertionError that says by how much, unless a loss obeys the relation.

        Parameters
        ----------
        loss : callable
            ``loss(problem, weights, bias)`` gives a number, or an Estimate, whose error then is allowed (five times, if
            it is a standard error).
        other : callable, optional
            The second's loss, if it is another function: needed where the second is told in another convention.
        eps : float
            Relative rounding of the numbers that losses are computed in: 1.2e-7 in single precision.

        Raises
        ------
        AssertionError
            If the relation is broken, or a loss is not finite.
        TypeError
            If a loss is no one number, or `other` is missing where it is needed.
        """
        if self.two_conventions and other is None:
            raise TypeError(
                f"the relation {self.relation!r} links two conventions, so that the second has a function of its own: "
                "check(loss, other)"
            )
        one, two = _answer(loss(*self.first)), _answer((other or loss)(*self.second))
        allowed = self.tolerance(eps) + self.factor * one[1] + two[1]
        wanted = self.expected(one[0])
        if not abs(two[0] - wanted) <= allowed:  # NaN too
            raise AssertionError(f"{self.relation}: {self.rule} = {wanted:.12g}, got {two[0]:.12g}")


def _answer(given: Any) -> tuple[float, float]:
    """Read a loss and its error off what a user's function returned: a number of any library, or an Estimate."""
    if isinstance(given, Estimate):
        errors = STANDARD_ERRORS if given.kind is ErrorKind.STANDARD_ERROR else 1.0
        return given.value, errors * given.error
    value = given.detach().cpu().numpy() if hasattr(given, "detach") else np.asarray(given)
    if value.size != 1 or not isinstance(value.reshape(-1)[0], Real):  # numpy's numbers, Fractions
        raise TypeError(f"a loss must be one number, got {short(given)}; sum it over features, average it over inputs")
    return float(value.reshape(())), 0.0
