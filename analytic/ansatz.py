"""The frozen models that the field calls its theory, and the best of each with a free scale and free biases."""

from __future__ import annotations

import math

import numpy as np

from .answer import answer
from .domain import nearest
from .free_scale import free_minima
from .model import Array
from .problem import Problem
from .regime import Phase
from .solution import Kind, Solution

TOLERANCE = 1e-8  # frozen matrices are exact: regimes are read at the tolerance of exact solutions

_FROZEN: dict[int, dict[Phase, tuple[tuple[float, ...], ...]]] = {
    2: {
        Phase.NOT_REPRESENTED: ((1, 0),),
        Phase.DEDICATED: ((0, 1),),
        Phase.ANTIPODAL: ((1, -1),),
    },
    3: {
        Phase.NOT_REPRESENTED: ((1, 0, 0), (0, 1, 0)),
        Phase.DEDICATED: ((0, 1, 0), (0, 0, 1)),
        Phase.ANTIPODAL: ((1, 0, -1), (0, 1, 0)),
        Phase.ANTIPODAL_OTHERS: ((1, -1, 0), (0, 0, 1)),
        Phase.TRIANGLE: ((1, -0.5, -0.5), (0, math.sqrt(0.75), -math.sqrt(0.75))),
    },
}
# The triangle, W ⟂ (1, 1, 1), was left out of the published figure. Order matters: at a tie the earlier one wins.
CANDIDATES: dict[int, tuple[Phase, ...]] = {
    n: tuple(name for name in models if name is not Phase.TRIANGLE) for n, models in _FROZEN.items()
}


def ansatz(name: str, problem: Problem, free: bool = False) -> Solution:
    """Take the frozen model of a phase: represented features have columns of length 1.

    W is orthogonal to e_last (not_represented), e_first (dedicated), e_first + e_last (antipodal), e_0 + e_1
    (antipodal_others) or (1, 1, 1) (triangle, which was never published). b is the mean input of a
    feature that is dropped, and 0 elsewhere. Its loss is an upper bound of the optimum's, no more.

    Parameters
    ----------
    name : str or Phase
        not_represented, dedicated, antipodal; with three features also antipodal_others and triangle.
    problem : Problem
        2 features in 1 dimension or 3 in 2, any densities, importances and activation (with `free` a
        piecewise-linear one).
    free : bool
        If true, one factor on the frozen W, and every bias, are optimized on the exact loss, by bracketed roots of
        its derivatives. `runs` then holds the frozen model and every local minimum that was bracketed.

    Returns
    -------
    Solution
        Of kind "ansatz". Its loss is per input, summed over features. `gradient_norm` is the full gradient's: it does
        not vanish where another model is better.

    Raises
    ------
    TypeError
        If `problem` is no Problem.
    ValueError
        If the problem is neither toy, or has no such ansatz; the nearest name is offered.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition as a Phase Change".

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> round(float(tt.ansatz("antipodal", problem).loss), 12)  # (1 + r) p² / 6
    0.083333333333
    >>> round(float(tt.ansatz("antipodal", problem, free=True).loss), 12)
    0.07628244699
    """
    weights, bias = frozen_model(name, problem)
    method = f"ansatz({str(name)!r}{', free=True' if free else ''})"
    if not free:
        models, biases, status, n_evaluations = weights[None], bias[None], "converged", 1
    else:
        minima = free_minima(problem, weights)
        factors = np.sqrt(minima.gram_factors)[:, None, None]
        models, biases = np.concatenate([weights[None], factors * weights]), np.vstack([bias, minima.biases])
        status, n_evaluations = minima.status, minima.n_evaluations + len(models)
    return answer(
        problem,
        models,
        biases,
        kind=Kind.ANSATZ,
        method=method,
        tolerance=TOLERANCE,
        status=status,
        n_evaluations=n_evaluations,
    )


def frozen_model(name: str, problem: Problem) -> tuple[Array, Array]:
    """Return the weights (m, n) and bias (n,) of a phase's frozen model.

    Raises
    ------
    TypeError, ValueError
        As `ansatz` does.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, got problem={problem!r}; the name of the ansatz comes first")
    if (problem.n_features, problem.n_hidden) not in ((2, 1), (3, 2)):
        raise ValueError(
            f"an ansatz is known for 2 features in 1 dimension and 3 in 2, got n_features={problem.n_features} "
            f"with n_hidden={problem.n_hidden}; minimize takes any problem"
        )
    weights = np.array(_FROZEN[problem.n_features][checked_name(problem.n_features, name)], dtype=np.float64)
    means = np.array(problem.densities, dtype=np.float64) / 2
    return weights, np.where(weights.any(axis=0), 0.0, means)


def checked_name(n_features: int, name: str) -> Phase:
    """Return the phase of that name if the toy has an ansatz for it; otherwise offer the nearest."""
    names = [str(phase) for phase in _FROZEN[n_features]]
    if str(name) not in names:
        raise ValueError(nearest("name", str(name), names))
    return Phase(name)
