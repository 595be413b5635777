"""Population loss and gradient at any number of features, by a line integral of the Laplace transform of z's law.

E z₊² is an integral of E e^(sz), a product over features, along a line of complex s: n² factors a node instead of 4^n
corners. Active sets of at most one feature are exact; the rest has the error of its rule, which is returned.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from .activation import Smooth
from .evaluation import Array, Evaluation
from .group_law import is_grouped
from .problem import Problem
from .support import Independent
from .tables import activation_table

ROWS_A_TASK = 16  # outputs: some milliseconds of work where threads pay
LARGEST = 1e60  # entry of WᵀW or a bias: beyond, squares of products overflow
FEWEST_FOR_THREADS = 48  # features: below, a call takes as long as starting threads


def evaluate_line(
    problem: Problem, weights: Array, bias: Array, *, gradient: bool = True, threads: int | None = None
) -> tuple[Evaluation, Array]:
    """Evaluate a batch of models, shapes (k, m, n) and (k, n), and bound what the rule loses of each loss.

    With z the input of output j and h = ±(z - t)₊ the way past a hinge t of σ, the loss of j is that of a linear piece,
    in closed form, and what each hinge adds to it, :eq:`line-hinge`.

    Parameters
    ----------
    problem : Problem
        Of independent features, or groups of them, and a piecewise-linear activation.
    weights, bias : arrays
    gradient : bool
        Without it the gradients returned are zero, and a third of the time is saved.
    threads : int, optional
        As many as numba uses (``NUMBA_NUM_THREADS``) where there are 48 features or more. The result does not depend
        on it.

    Returns
    -------
    Evaluation
        Of a batch of k.
    errors : array, shape (k,)
        Of each loss: what the shorter of two rules makes a difference, rounding, images, and what is lost of features
        whose overlap with an output is below 1e-10 of the largest. Rounding of the Gram matrix is not part of it.

    Raises
    ------
    ValueError
        If features are neither independent nor in groups, or the activation is smooth.

    References
    ----------
    Abate and Whitt 1992, "The Fourier-series method for inverting transforms of probability distributions".
    """
    grouped = is_grouped(problem.support) and not isinstance(problem.sigma, Smooth)
    if not grouped:
        check_line(problem)
    k, _, n = weights.shape
    importance = np.array([float(i) for i in problem.importances])
    with np.errstate(over="ignore", invalid="ignore"):
        gram = np.swapaxes(weights, 1, 2) @ weights
        if not max(np.abs(gram).max(initial=0.0), np.abs(bias).max(initial=0.0)) <= LARGEST:
            largest = max(np.abs(weights).max(), np.abs(bias).max())
            raise ValueError(f"weights and bias must be small enough for the line, got an entry of size {largest:.3g}")
    parts, slopes, errors = np.zeros((k, n, 5)), np.zeros((k, n, n + 1)), np.zeros((k, n))
    for i in range(k):
        out = parts[i], slopes[i], errors[i]
        if grouped:
            _all_grouped(problem, gram[i], bias[i], gradient, out)
        else:
            _all_rows(problem, gram[i], bias[i], gradient, out, threads)
    by_gram = importance[:, None] * slopes[:, :, 1:]
    result = Evaluation(
        (importance[:, None] * parts).sum((1, 2)),
        weights @ (by_gram + np.swapaxes(by_gram, 1, 2)),
        importance * slopes[:, :, 0],
        parts,
    )
    return result, (importance * errors).sum(1)


def check_line(problem: Problem) -> None:
    """Refuse problems whose transform is no product over features, or whose activation has no hinges.

    Raises
    ------
    ValueError
        If it is so.
    """
    if isinstance(problem.sigma, Smooth):
        raise ValueError(
            f"the line integral needs a piecewise-linear activation, got activation={problem.activation!r}; "
            "use a small problem, or monte_carlo(problem, weights, bias, size, seed)"
        )
    if not isinstance(problem.support, Independent):
        raise ValueError(
            f"the line integral needs independent features, got support={problem.support!r}; "
            "use monte_carlo(problem, weights, bias, size, seed)"
        )


def _all_grouped(problem: Problem, gram: Array, bias: Array, gradient: bool, out: tuple[Array, Array, Array]) -> None:
    from .line_groups import group_rows

    group_rows(problem, gram, bias, gradient, out)


def _all_rows(
    problem: Problem,
    gram: Array,
    bias: Array,
    gradient: bool,
    out: tuple[Array, Array, Array],
    threads: int | None,
) -> None:
    """Evaluate all outputs of one model into the arrays given, on several threads where that pays."""
    from .line_row import line_rows, line_scratch

    n = len(bias)
    densities = np.array([float(p) for p in problem.densities])
    table = activation_table(problem.sigma)

    def rows(first: int) -> None:
        last = min(n, first + ROWS_A_TASK)
        line_rows(first, last, gram, bias, densities, table, gradient, *out, line_scratch(n))

    if n >= FEWEST_FOR_THREADS and (count := threads or _cores()) > 1:
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(rows, range(0, n, ROWS_A_TASK)))
    else:
        list(map(rows, range(0, n, ROWS_A_TASK)))


def _cores() -> int:
    """How many threads numba uses: the cores that this process may run on, or what ``NUMBA_NUM_THREADS`` says."""
    import numba.core.config

    config: Any = numba.core.config  # asking numba itself would start threads, after which their number is fixed
    return int(config.NUMBA_NUM_THREADS)
