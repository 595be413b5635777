"""Rotations of the hidden space: they change nothing without a nonlinearity there, and a lot with a ReLU."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...analytic.loss import loss
from ...analytic.problem import Problem
from ...numeric.neurons import Neuron, neuron_kinds

Array = NDArray[np.float64]
MANY = 64  # rotations
SAMPLES = 2**13


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

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.training.rotated import rotations
    >>> turns = rotations(3, seed=0, count=2)
    >>> bool(np.allclose(turns @ turns.mT, np.eye(3)))
    True
    """
    factors, upper = np.linalg.qr(np.random.default_rng(seed).standard_normal((count, n_hidden, n_hidden)))
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

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.rotated import plain_changes, rotations
    >>> problem = tt.Problem.toy(3, density=0.5)
    >>> bool(abs(plain_changes(problem, np.eye(2, 3), np.zeros(3), rotations(2, 0))).max() < 1e-14)
    True
    """
    return np.asarray(loss(problem, turns @ np.asarray(weights, dtype=float), bias) - loss(problem, weights, bias))


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
    """
    import torch

    from ...numeric.evaluation import evaluate
    from ...numeric.models import HiddenReLUModel

    turned = np.concatenate([weights[None], turns @ weights])
    model = HiddenReLUModel(problem, len(turned), dtype=torch.float64)
    biases = np.broadcast_to(bias, (len(turned), len(bias))).copy()
    model.load_state_dict({"weights": torch.from_numpy(turned), "bias": torch.from_numpy(biases)})
    found = evaluate(model, SAMPLES, seed)
    ratio = found.loss[1:] / found.loss[0]
    relative = np.hypot(found.error[1:] / found.loss[1:], found.error[0] / found.loss[0])
    return ratio - 1, ratio * relative


def mean_monosemantic(weights: Array, turns: Array) -> float:
    """Count the monosemantic neurons of rotated weights, on the average over rotations."""
    return float((neuron_kinds(turns @ weights) == Neuron.MONOSEMANTIC).sum(axis=-1).mean())
