"""The loss taken apart: what each output pays for its bias, its own feature, and the company it keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .evaluation import Array
from .group_law import group_law, is_grouped
from .loss import evaluate
from .model import check_model
from .problem import Problem, check_problem
from .support import Independent

__all__ = ["LossDecomposition", "decompose", "paper_limit"]


@dataclass(frozen=True, eq=False)
class LossDecomposition:
    """Five parts of the loss, one number an output feature; importance and probability are included.

    Parameters
    ----------
    bias_cost : array, shape (..., n_features)
        No feature is active: I_j P(∅) σ(b_j)².
    benefit : array, shape (..., n_features)
        The feature is active alone: its raw error.
    interference : array, shape (..., n_features)
        One other feature is active alone: what it writes on this output.
    distortion : array, shape (..., n_features)
        The feature is active in company: its error.
    false_positive : array, shape (..., n_features)
        Several others are active: what they write together on this output.
    unrepresented : array, shape (n_features,)
        What `benefit` would be if x̂_j were 0: I_j P({j}) / 3.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> parts = tt.decompose(problem, [[1.0, -1.0]], [0.0, 0.0])
    >>> parts.error_removed.round(6).tolist()
    [0.083333, 0.033333]
    """

    bias_cost: Array
    benefit: Array
    interference: Array
    distortion: Array
    false_positive: Array
    unrepresented: Array

    @property
    def total(self) -> Any:
        """The loss: the sum of all parts over all outputs, shape (...)."""
        return sum(part.sum(axis=-1) for part in self.parts().values())

    @property
    def error_removed(self) -> Array:
        """Error removed against not representing: `unrepresented` minus `benefit`, shape (..., n_features)."""
        return self.unrepresented - self.benefit

    def parts(self) -> dict[str, NDArray[np.float64]]:
        """Map the name of each of the five parts to its array."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "unrepresented"}

    def _repr_html_(self) -> str | None:
        """Show it in a notebook."""
        from .cards import shown
        from .notebook import decomposition_card

        return shown(decomposition_card, self)


def decompose(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> LossDecomposition:
    """Take the exact population loss apart by the active set A, for each output j; nothing is dropped.

    ==================  ==============  =========================
    part                A               output
    ==================  ==============  =========================
    bias_cost           empty           any
    benefit             {j}             active
    interference        {i}, i ≠ j      silent
    distortion          two or more     active
    false_positive      two or more     silent
    ==================  ==============  =========================

    Parameters
    ----------
    problem : Problem
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)

    Returns
    -------
    LossDecomposition
        Its `total` equals `loss` to rounding.

    Raises
    ------
    TypeError, ValueError
        As `loss` does.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652: the terms L_k, by the size k of A.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> parts = tt.decompose(problem, [[1.0, -1.0]], [0.0, 0.0])
    >>> bool(abs(parts.total - tt.loss(problem, [[1.0, -1.0]], [0.0, 0.0])) < 1e-15)
    True
    """
    parts = evaluate(problem, weights, bias).parts * _importance(problem)[:, None]
    return _named(parts, _unrepresented(problem))


def paper_limit(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> LossDecomposition:
    """Take apart the limit of L / p as the density p → 0: the form the paper prints.

    Only features active alone survive, each with probability p: benefit and interference, without the factor
    p (1 - p)^(n-1). The problem's own density does not matter.

    Parameters
    ----------
    problem : Problem
        With one density for all features.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)
        With σ(b) = 0, as any fixed positive output makes L / p diverge.

    Returns
    -------
    LossDecomposition
        Loss per unit of density; bias_cost, distortion and false_positive are zero.

    Raises
    ------
    ValueError
        If features are not independent or differ in density, or σ(b_j) ≠ 0 somewhere; also as `loss` does.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652: L_1.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.decomposition import paper_limit
    >>> limit = paper_limit(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0])
    >>> float(limit.total)  # negative interference is free, and both features are represented
    0.0
    """
    if not isinstance(check_problem(problem).support, Independent):
        raise ValueError(f"paper_limit needs independent features, got support={problem.support!r}; use decompose")
    if len(set(problem.densities)) > 1:
        raise ValueError(f"paper_limit needs one density for all features, got density={problem.density!r}")
    weights, bias = check_model(problem, weights, bias)
    outputs = problem.sigma(bias)
    if (outputs != 0).any():
        raise ValueError(
            f"paper_limit needs σ(b) = 0, got σ(b) = {outputs.tolist()}: an output that is on without input "
            "costs a finite loss at any density, so L / p diverges; use decompose"
        )
    rare = 0.5 / problem.n_features  # any density gives the same conditional errors; a feature is often enough alone
    alone = rare * (1 - rare) ** (problem.n_features - 1)
    parts = evaluate(problem.replace(density=rare), weights, bias).parts / alone * _importance(problem)[:, None]
    parts[..., [0, 3, 4]] = 0.0
    return _named(parts, _importance(problem) / 3)


def _named(parts: Array, unrepresented: Array) -> LossDecomposition:
    bias_cost, benefit, interference, distortion, false_positive = np.moveaxis(parts, -1, 0)
    return LossDecomposition(bias_cost, benefit, interference, distortion, false_positive, unrepresented)


def _importance(problem: Problem) -> Array:
    return np.array([float(value) for value in problem.importances])


def _unrepresented(problem: Problem) -> Array:
    return np.asarray(_importance(problem) * alone(problem) / 3)


def alone(problem: Problem) -> Array:
    """Give the probability of each feature to be active and all others silent, shape (n_features,)."""
    n = problem.n_features
    if isinstance(problem.support, Independent):
        p = np.array([float(density) for density in problem.densities])
        silent = np.where(np.eye(n, dtype=bool), 1.0, 1.0 - p)
        return np.asarray(p * silent.prod(axis=1))
    if is_grouped(problem.support):
        return group_law(problem).few()[1]
    sets = dict(problem.active_sets())
    return np.array([float(sets.get((j,), 0)) for j in range(n)])
