"""A problem with one model for it: what a property test of a loss takes, and prints when it fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.model import check_one_model
from ...analytic.problem import Problem

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
ROUNDINGS = 100.0  # what turning weights or adding in another order may cost; in 14 400 trials at most 1 (test_case)


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A problem with weights and bias; it unpacks into the three, ``tt.loss(*case)``, copies that may be changed.

    What it prints can be pasted into a test, as `hypothesis.example`.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Raises
    ------
    TypeError, ValueError
        If the weights or the bias don't fit the problem, or are not finite real numbers.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.strategies import Case
    >>> case = Case(tt.Problem(n_features=2, n_hidden=1, density=0.5), weights=[[1, -1]], bias=[0, 0])
    >>> case
    Case(Problem(n_features=2, n_hidden=1, density=0.5), weights=[[1.0, -1.0]], bias=[0.0, 0.0])
    >>> round(float(tt.loss(*case)), 12)
    0.083333333333
    """

    problem: Problem
    weights: Array
    bias: Array

    def __post_init__(self) -> None:
        given = check_one_model(self.problem, self.weights, self.bias)
        for name, array in zip(("weights", "bias"), given, strict=True):
            object.__setattr__(self, name, array)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.problem, self.weights.copy(), self.bias.copy()))

    def __repr__(self) -> str:
        return f"Case({brief(self.problem)}, weights={self.weights.tolist()}, bias={self.bias.tolist()})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print the same in hypothesis' reports, which write dataclasses by their fields."""
        printer.text(repr(self))

    @property
    def gram(self) -> Array:
        """WᵀW, shape (n_features, n_features)."""
        gram: Array = self.weights.T @ self.weights
        return gram

    def rounding(self, eps: float = EPS) -> float:
        """Bound what roundings of the weights, or sums in another order, change in the loss.

        Parameters
        ----------
        eps : float
            The relative rounding of the numbers that the loss is computed in: 1.2e-7 in single precision.

        Returns
        -------
        float
            A hundred roundings of Σ_j max(1, I_j) times the square of the largest error x_j − σ(z_j) of an input.
        """
        reach = 1.0 + self.problem.sigma.steepest * (np.abs(self.gram).sum(axis=1) + np.abs(self.bias))
        if not self.problem.sigma.hinges and self.problem.sigma(0.0):
            reach = reach + float(self.problem.sigma(0.0))  # softplus is positive at 0
        importance = np.array([max(1.0, float(i)) for i in self.problem.importances])
        return float(ROUNDINGS * eps * (importance @ reach**2) * max(1.0, float(np.abs(self.weights).max())))


def brief(problem: Problem) -> str:
    """Write a problem as a call, without what is left at its default."""
    defaults = {field.name: field.default for field in dataclasses.fields(problem)}
    fields = {name: getattr(problem, name) for name in defaults}
    told = [f"{name}={value!r}" for name, value in fields.items() if not _left_out(name, value, defaults)]
    return f"Problem({', '.join(told)})"


def _left_out(name: str, value: Any, defaults: dict[str, Any]) -> bool:
    if name == "support":
        return repr(value) == "Independent()"
    return (
        name not in ("n_features", "n_hidden", "density")
        and type(value) is type(defaults[name])
        and (value == defaults[name])
    )
