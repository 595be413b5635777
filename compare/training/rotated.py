"""Rotations of the hidden space: they change nothing without a nonlinearity there, and a lot with a ReLU."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...analytic.domain import N_HIDDEN, SEED, Domain
from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.loss import loss
from ...analytic.model import check_one_model, check_weights, real_array
from ...analytic.problem import Problem
from ...numeric.neurons import Neuron, neuron_kinds

__all__ = ["hidden_changes", "plain_changes", "rotations"]

Array = NDArray[np.float64]
COUNT = Domain("count", 1, integer=True, hint="give the number of rotations")
MANY = 64  # rotations
SAMPLES = 2**13
ORTHOGONAL = 1e-6  # of QᵀQ: what single precision leaves


def rotations(n_hidden: int, seed: int, count: int = MANY) -> Array:
    """Draw orthogonal matrices, uniform over all of them.

    Parameters
    ----------
    n_hidden : int
    seed : int
    count : int

    Returns
    -------
    array, shape (count, n_hidden, n_hidden)

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or a shape does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.training.rotated import rotations
    >>> turns = rotations(3, seed=0, count=2)
    >>> bool(np.allclose(turns @ turns.mT, np.eye(3)))
    True
    """
    N_HIDDEN.check(n_hidden)
    rng, shape = np.random.default_rng(SEED.check(seed)), (COUNT.check(count), n_hidden, n_hidden)
    factors, upper = np.linalg.qr(rng.standard_normal(shape))
    signs = np.sign(np.diagonal(upper, axis1=-2, axis2=-1))  # without them QR's choice is not uniform
    return np.asarray(factors * signs[:, None, :])


def plain_changes(problem: Problem, weights: Array, bias: Array, turns: Array) -> Array:
    """Compute L(QW, b) − L(W, b), exact losses of x̂ = σ(WᵀWx + b): 0 but for rounding (:eq:`rotation-invariance`).

    Parameters
    ----------
    problem : Problem
    weights, bias : arrays, shapes (m, n) and (n,)
    turns : array, shape (k, m, m)

    Returns
    -------
    array, shape (k,)

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or a shape does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.rotated import plain_changes, rotations
    >>> problem = tt.Problem.toy(3, density=0.5)
    >>> bool(abs(plain_changes(problem, np.eye(2, 3), np.zeros(3), rotations(2, 0))).max() < 1e-14)
    True
    """
    weights, bias, turns = _checked(problem, weights, bias, turns)
    return np.asarray(loss(problem, turns @ weights, bias) - loss(problem, weights, bias))


def hidden_changes(problem: Problem, weights: Array, bias: Array, turns: Array, seed: int = 0) -> tuple[Array, Array]:
    """Estimate L(QW, b) / L(W, b) − 1 for x̂ = ReLU(Wᵀ ReLU(Wx) + b), all on one sample.

    Parameters
    ----------
    problem : Problem
    weights, bias : arrays, shapes (m, n) and (n,)
    turns : array, shape (k, m, m)
    seed : int
        Of the sample.

    Returns
    -------
    two arrays, shape (k,)
        Changes, and a bound on their standard errors (as if both losses were from samples of their own).

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, a shape does not fit, or the model's own loss is 0.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.rotated import hidden_changes, rotations
    >>> problem = tt.Problem(n_features=2, n_hidden=2, density=0.5)
    >>> changes, errors = hidden_changes(problem, 0.9 * np.eye(2), np.zeros(2), rotations(2, seed=0, count=3))
    >>> bool((changes > errors).all())  # the ReLU of the hidden layer sees how it is turned
    True
    """
    from ...numeric.evaluation import evaluate
    from ...numeric.models import HiddenReLUModel
    from ...numeric.torch_types import torch

    weights, bias, turns = _checked(problem, weights, bias, turns)
    turned = np.concatenate([weights[None], turns @ weights])
    model = HiddenReLUModel(problem, len(turned), dtype=torch.float64)
    biases = np.broadcast_to(bias, (len(turned), len(bias))).copy()
    model.load_state_dict({"weights": torch.from_numpy(turned), "bias": torch.from_numpy(biases)})
    found = evaluate(model, SAMPLES, seed)
    own = float(found.loss[0])
    if own <= 0:
        raise ValueError(
            f"the model's own loss must be positive, for changes are shares of it; got {own!r} on {SAMPLES} inputs: it "
            "reconstructs every one of them"
        )
    ratio = found.loss[1:] / own
    return ratio - 1, np.hypot(found.error[1:] / own, ratio * found.error[0] / own)


def mean_monosemantic(weights: Array, turns: Array) -> Estimate:
    """Count the monosemantic neurons of rotated weights, on the average over rotations.

    Raises
    ------
    TypeError, ValueError
        If a shape does not fit.
    """
    array = check_weights(weights)
    if array.ndim != 2:
        raise ValueError(f"weights must be one model's, with two axes, got shape {array.shape}; pick an instance")
    return mean_of((neuron_kinds(_turns(turns, len(array)) @ array) == Neuron.MONOSEMANTIC).sum(axis=-1))


def mean_of(values: ArrayLike) -> Estimate:
    """Give the mean of independent values with its standard error, which of one value alone is infinite.

    Raises
    ------
    TypeError, ValueError
        If there is no value, or they are not real numbers, in one axis.
    """
    array = real_array("values", values)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"values must be one number or more, in one axis, got shape {array.shape}; write [1.0]")
    error = float(array.std(ddof=1) / len(array) ** 0.5) if len(array) > 1 else np.inf
    return Estimate(float(array.mean()), error, ErrorKind.STANDARD_ERROR)


def _checked(problem: Problem, weights: ArrayLike, bias: ArrayLike, turns: ArrayLike) -> tuple[Array, Array, Array]:
    """Return one model and rotations of its hidden space, or raise the error that names what does not fit."""
    return *check_one_model(problem, weights, bias), _turns(turns, problem.n_hidden)


def _turns(turns: ArrayLike, m: int) -> Array:
    turned = real_array("turns", turns)
    if turned.ndim != 3 or turned.shape[1:] != (m, m) or not len(turned):
        raise ValueError(f"turns must have shape (count, {m}, {m}), got shape {turned.shape}; see rotations")
    off = float(np.abs(turned.swapaxes(-1, -2) @ turned - np.eye(m)).max())
    if not off <= ORTHOGONAL:
        raise ValueError(f"turns must be orthogonal, QᵀQ = 1, got a QᵀQ that is off by {off:.2g}; see rotations")
    return turned
