"""What responses say of features: whether they add up, whether each has a direction, whether activity can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import short
from ..analytic.estimate import ErrorKind, Estimate
from ..analytic.model import check_weights, real_array
from ..analytic.problem import Problem
from ..analytic.readout import read_out
from .sampling import sample

Array = NDArray[np.float64]
Respond = Callable[[Array], Any]


def decomposability_gap(respond: Respond, x: ArrayLike) -> Estimate:
    """Measure how far responses are from a sum of what each feature does alone.

    A representation that is *decomposable* into features, each understood on its own, has h(x) - h(0) =
    Σ_i (h(x_i e_i) - h(0)). The gap is what is left of that equation, E‖left side - right side‖² / E‖left side‖².

    Parameters
    ----------
    respond : callable
        From inputs (samples, n_features), an array, to responses (samples, any number): a hidden layer, an output. An
        array, or a tensor, which is detached.
    x : array, shape (samples, n_features)
        Two samples or more.

    Returns
    -------
    Estimate
        0 where responses add; the standard error is that of a ratio of two sample means.

    Raises
    ------
    TypeError
        If `respond` is no function, or x or the responses are not real numbers.
    ValueError
        If x or the responses have another shape or are not finite, or nothing responds.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Definitions and motivation": decomposability and linearity.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.numeric.probe import decomposability_gap
    >>> x = tt.sample(tt.Problem.toy(2, density=0.5), 1000, seed=0)
    >>> weights = np.array([[1.0, -1.0]])
    >>> decomposability_gap(lambda x: x @ weights.T, x).value < 1e-30  # linear: responses add
    True
    >>> decomposability_gap(lambda x: np.maximum(x @ weights.T, 0), x).value > 0.1  # one neuron, of two features
    True
    """
    inputs = _check_inputs(respond, x)
    silent = _responses(respond, np.zeros((1, inputs.shape[1])))
    joint = _responses(respond, inputs) - silent
    left = joint.copy()
    for i in range(inputs.shape[1]):
        left -= _responses(respond, _alone(inputs, i)) - silent
    return _ratio(np.square(left).sum(-1), np.square(joint).sum(-1))


def linearity_gap(respond: Respond, x: ArrayLike) -> Estimate:
    """Measure how far each feature's own response is from a direction times the feature's value.

    Where features are *directions*, h(u e_i) - h(0) = u d_i for every value u. The best d_i is by least squares over
    the samples in which i is active; the gap is the share of the squared response that is left, over all features.

    Arguments and errors are those of `decomposability_gap`.

    Returns
    -------
    Estimate
        A share, in [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.numeric.probe import linearity_gap
    >>> x = tt.sample(tt.Problem.toy(2, density=0.5), 1000, seed=0)
    >>> weights = np.array([[1.0, -1.0]])
    >>> linearity_gap(lambda x: np.maximum(x @ weights.T, 0), x).value < 1e-30  # each alone is proportional
    True
    >>> linearity_gap(lambda x: np.maximum(x @ weights.T - 0.5, 0), x).value > 0.1  # a threshold is not
    True
    """
    inputs = _check_inputs(respond, x)
    silent = _responses(respond, np.zeros((1, inputs.shape[1])))
    left, whole = np.zeros(len(inputs)), np.zeros(len(inputs))
    for i in range(inputs.shape[1]):
        u = inputs[:, i]
        if not u.any():
            continue
        alone = _responses(respond, _alone(inputs, i)) - silent
        direction = u @ alone / (u @ u)
        left += np.square(alone - np.outer(u, direction)).sum(-1)
        whole += np.square(alone).sum(-1)
    return _ratio(left, whole)


def activity_auc(problem: Problem, weights: ArrayLike, size: int = 20_000, seed: int = 0) -> tuple[Estimate, ...]:
    """Measure how well the best linear probe tells active from silent, feature by feature, on a sample.

    The area under the curve: the probability that a sample in which the feature is active has a higher read-out than
    one in which it is silent, ties counting half. 1/2 is guessing.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    size : int
        Samples.
    seed : int

    Returns
    -------
    tuple of Estimate
        One a feature, with DeLong's standard error; NaN where the sample has fewer than two of either kind.

    Raises
    ------
    TypeError, ValueError
        If weights are not one model's, or don't fit the problem, or a number is out of its range.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44, 837.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.probe import activity_auc
    >>> problem = tt.Problem.toy(2, density=0.1)
    >>> [0.9 < each.value < 1 for each in activity_auc(problem, [[1.0, -1.0]])]
    [True, True]
    """
    directions, array = read_out(problem, weights).directions, check_weights(weights)
    if array.ndim != 2:
        n, m = problem.n_features, problem.n_hidden
        raise ValueError(f"weights must be one model's, of shape ({m}, {n}), got shape {array.shape}; pick an instance")
    x = sample(problem, size, seed)
    scores = x @ array.T @ directions.T
    return tuple(_auc(scores[:, i], x[:, i] > 0) for i in range(problem.n_features))


def _auc(score: Array, active: NDArray[np.bool_]) -> Estimate:
    from scipy.stats import rankdata

    ones, zeros = int(active.sum()), int((~active).sum())
    if min(ones, zeros) < 2:
        return Estimate(np.nan, np.inf, ErrorKind.STANDARD_ERROR)
    ranks = rankdata(score)
    below = (ranks[active] - rankdata(score[active])) / zeros  # share of the silent that each active one beats
    above = 1 - (ranks[~active] - rankdata(score[~active])) / ones
    error = np.sqrt(below.var(ddof=1) / ones + above.var(ddof=1) / zeros)
    return Estimate(float(below.mean()), float(error), ErrorKind.STANDARD_ERROR)


def _check_inputs(respond: Respond, x: ArrayLike) -> Array:
    if not callable(respond):
        raise TypeError(f"respond must be a function of inputs, got respond={short(respond)}; write lambda x: x @ W.T")
    inputs = real_array("x", x)
    if inputs.ndim != 2 or len(inputs) < 2 or not inputs.size:
        raise ValueError(f"x must have shape (samples, n_features) with two samples or more, got shape {inputs.shape}")
    if not inputs.any():
        raise ValueError("x must have a feature that is active, got zeros only; draw more samples")
    return inputs


def _alone(x: Array, i: int) -> Array:
    alone = np.zeros_like(x)
    alone[:, i] = x[:, i]
    return alone


def _responses(respond: Respond, x: Array) -> Array:
    found = real_array("responses", respond(x))
    if found.ndim != 2 or len(found) != len(x):
        raise ValueError(
            f"respond must give an array of shape ({len(x)}, ...) with two axes for {len(x)} samples, "
            f"got shape {found.shape}; pick one instance of a model"
        )
    return found


def _ratio(part: Array, whole: Array) -> Estimate:
    """Mean of part over mean of whole, with the standard error of the linearized ratio."""
    if not whole.any():
        raise ValueError("respond must depend on x, got responses that are all those of no input; nothing to explain")
    value = float(part.mean() / whole.mean())
    error = float((part - value * whole).std(ddof=1) / whole.mean() / len(whole) ** 0.5)
    return Estimate(value, error, ErrorKind.STANDARD_ERROR)
