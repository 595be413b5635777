"""Weights and biases as users give them, checked once: real, finite, of the right shape."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .domain import short
from .problem import Problem, check_problem

Array = NDArray[np.float64]


def check_weights(weights: Any, name: str = "weights", axes: str = "n_hidden, n_features") -> Array:
    """Return weights as float64, shape (..., n_hidden, n_features), or the two axes named.

    Raises
    ------
    TypeError
        If they are not real numbers.
    ValueError
        If an entry is not finite, or there are fewer than two axes.
    """
    array = real_array(name, weights)
    if array.ndim < 2:
        raise ValueError(f"{name} must have shape (..., {axes}), got shape {array.shape}")
    return array


def check_model(problem: Problem, weights: Any, bias: Any) -> tuple[Array, Array]:
    """Return weights (..., n_hidden, n_features) and bias (..., n_features) as float64, fit for a problem.

    Raises
    ------
    TypeError
        If they are not real numbers.
    ValueError
        If an entry is not finite, a shape does not fit the problem, or leading axes don't broadcast.
    """
    check_problem(problem)
    weights, bias = check_weights(weights), real_array("bias", bias)
    n, m = problem.n_features, problem.n_hidden
    if weights.shape[-2:] != (m, n):
        raise ValueError(
            f"weights must have shape (..., n_hidden, n_features) = (..., {m}, {n}), got shape {weights.shape}"
            + ("; transpose it" if weights.shape[-2:] == (n, m) else "")
        )
    if bias.shape[-1:] != (n,):
        raise ValueError(f"bias must have shape (..., n_features) = (..., {n}), got shape {bias.shape}")
    try:
        np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    except ValueError:
        raise ValueError(
            f"leading axes of weights and bias must broadcast, got shapes {weights.shape} and {bias.shape}"
        ) from None
    return weights, bias


def check_one_model(problem: Problem, weights: Any, bias: Any) -> tuple[Array, Array]:
    """Return weights (n_hidden, n_features) and bias (n_features,) of one model as float64, fit for a problem.

    Raises
    ------
    TypeError, ValueError
        As `check_model`, or if there are leading axes.
    """
    weights, bias = check_model(problem, weights, bias)
    for name, array, axes in (("weights", weights, 2), ("bias", bias, 1)):
        if array.ndim != axes:
            rule = f"{name} must be one model's, of shape {array.shape[-axes:]}"
            raise ValueError(f"{rule}, got shape {array.shape}; pick an instance")
    return weights, bias


def real_array(name: str, given: Any) -> Array:
    """Return an array, or a tensor that may require a gradient, as float64.

    Raises
    ------
    TypeError
        If it does not hold real numbers.
    ValueError
        If its rows are not equally long, or an entry is not finite.
    """
    if hasattr(given, "detach"):  # a torch tensor, perhaps one that requires a gradient
        given = given.detach().cpu().numpy()
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers, got {name}={short(given)}") from None
    if array.dtype.kind == "O":  # Fractions and Decimals arrive as objects; numpy would turn None into NaN
        for value in array.flat:
            if not isinstance(value, Real | Decimal):
                raise TypeError(f"{name} must be real numbers, got {value!r} among them")
        try:
            array = array.astype(np.float64)
        except OverflowError:
            raise ValueError(f"{name} must be finite, got a number beyond the largest float among them") from None
    elif array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {array.dtype} values")
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[where]} at index {where}")
    return array.astype(np.float64)
