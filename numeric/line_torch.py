"""The exact population loss of any number of independent features as a torch function, its sum on a device."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import Domain
from ..analytic.evaluation import Array
from ..analytic.laplace import check_line
from ..analytic.line_levels import (
    BLOCKS,
    CHANGE,
    DIRECTION,
    KAPPA,
    LEVEL,
    OWN_ALPHA,
    OWN_APART,
    OWN_DENSITY,
    STEP,
    THETA,
    WEIGHT,
    C,
)
from ..analytic.line_pass import LANES
from ..analytic.model import check_model
from ..analytic.problem import Problem, check_problem
from ..analytic.support import Independent
from ..analytic.tables import activation_table
from .differentiable import differentiable
from .line_plan import Plan, plan
from .line_sums import BY_OTHERS, BY_OWN, BY_THETA, VALUE, Lines, line_sums
from .torch_types import Tensor, torch

MEMORY = Domain("memory", 1, integer=True, hint="give bytes, or leave it out for the default")
MEMORY_OF_CPU, MEMORY_OF_OTHERS = 2**24, 2**30  # bytes: what caches hold; what keeps many cores busy


def line_loss(
    problem: Problem,
    W: Tensor,
    b: Tensor,
    *,
    device: torch.device | str | None = None,
    memory: int | None = None,
) -> Tensor:
    """Compute the exact population loss of torch tensors by the line integral :eq:`line-hinge`, summed on a device.

    L = Σ_i I_i E[(x_i - σ(WᵀWx + b)_i)²] and its gradient, of any number of independent features, as
    ``toytoy.loss_and_grad(..., method="line")`` computes them: the same closed forms and the same nodes, chosen on the
    CPU in a time of n² a model; only the order in which rounded numbers are added up differs. Many models are leading
    axes, not `torch.vmap`; `torch.compile` does not see through it.

    Parameters
    ----------
    problem : Problem
        Of independent features and a piecewise-linear activation.
    W : tensor, shape (..., n_hidden, n_features)
        Weights, of any floating dtype and device.
    b : tensor, shape (..., n_features)
        Biases. Leading axes broadcast with those of `W`.
    device : torch.device or str, optional
        Where to add up, one that has double precision; by default that of `W`.
    memory : int, optional
        What the tables of nodes times features may take there, in bytes, 1 at least; one node is held in any case. By
        default 16 MiB on a CPU, 1 GiB elsewhere.

    Returns
    -------
    tensor of the broadcast leading shape
        Loss per input, summed over features, of the dtype that torch promotes to, on the device of `W`. It is
        computed in double precision, and rounded to that dtype; gradients likewise. On a CUDA device sums over nodes
        are added up in no fixed order, and calls differ by rounding.

    Raises
    ------
    TypeError
        If a weight or bias is not a tensor of floats, or memory is not a whole number.
    ValueError
        If a shape does not fit, an entry is not finite, features are not independent, the activation is smooth, the
        device is not there or has no double precision, or memory is below 1.
    NotImplementedError
        If second derivatives are asked for.

    References
    ----------
    Abate and Whitt 1992, "The Fourier-series method for inverting transforms of probability distributions".

    Examples
    --------
    >>> import torch
    >>> import toytoy as tt
    >>> from toytoy.numeric.line_torch import line_loss
    >>> problem = tt.Problem(n_features=20, n_hidden=5, density=0.1)
    >>> W = torch.eye(5, 20, dtype=torch.float64).requires_grad_()
    >>> b = torch.zeros(20, dtype=torch.float64)
    >>> loss = line_loss(problem, W, b, device="cpu")
    >>> loss.backward()
    >>> round(loss.item(), 12), tuple(W.grad.shape)  # 15 features are lost, E x² = 0.1 / 3 each
    (0.5, (5, 20))
    """
    if not isinstance(check_problem(problem).support, Independent):
        raise ValueError(
            f"line_loss needs independent features, got support={problem.support!r}; population_loss takes groups"
        )
    check_line(problem)
    where = _checked(W.device if device is None and isinstance(W, Tensor) else device)
    if memory is None:
        memory = MEMORY_OF_CPU if where.type == "cpu" else MEMORY_OF_OTHERS
    limit: int = MEMORY.check(memory)
    return differentiable("line_loss", partial(_losses, problem, where, limit), W, b)


def _checked(device: torch.device | str | None) -> torch.device:
    """Make the device, after a try whether it computes in double precision."""
    try:
        probe = torch.zeros(1, dtype=torch.complex128, device=device).exp()
        probe.cpu()
    except (RuntimeError, AssertionError, TypeError) as error:  # torch has no error of its own for it
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"device must be one on which torch computes in double precision, got device={device!r} ({reason}); "
            'device="cpu" always is'
        ) from None
    return probe.device


def _losses(
    problem: Problem, device: torch.device, memory: int, weights: Array, bias: Array, gradient: bool
) -> tuple[Array, Array, Array]:
    """Losses and gradients of a batch of any leading shape."""
    weights, bias = check_model(problem, weights, bias)
    lead = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    m, n = weights.shape[-2:]
    weights = np.broadcast_to(weights, (*lead, m, n)).reshape(-1, m, n)
    bias = np.ascontiguousarray(np.broadcast_to(bias, (*lead, n)).reshape(-1, n))
    with np.errstate(over="ignore", invalid="ignore"):
        gram = np.swapaxes(weights, 1, 2) @ weights
    importance, densities = (np.array([float(x) for x in given]) for given in (problem.importances, problem.densities))
    table = activation_table(problem.sigma)
    errors, slopes = _rows(plan(gram, bias, densities, table), gram, densities, device, memory, gradient)
    by_gram = importance[:, None] * slopes[:, :, 1:]
    loss = errors @ importance
    if not np.isfinite(loss).all():
        largest = max(np.abs(weights).max(), np.abs(bias).max())
        raise ValueError(f"weights and bias must be small enough for a finite loss, got an entry of size {largest:.3g}")
    d_weights, d_bias = weights @ (by_gram + np.swapaxes(by_gram, 1, 2)), importance * slopes[:, :, 0]
    return loss.reshape(lead), d_weights.reshape(*lead, m, n), d_bias.reshape(*lead, n)


def _rows(
    given: Plan, gram: Array, densities: Array, device: torch.device, memory: int, gradient: bool
) -> tuple[Array, Array]:
    """Add what the lines give to the exact parts of every output, and to their gradients by b and the Gram matrix."""
    errors, slopes = given.exact, given.slopes
    model, output, _ = where = np.nonzero(given.lines[..., BLOCKS] > 0)
    numbers = given.lines[where]
    sums = line_sums(_lines(given, gram, where, device), gradient, memory).cpu().numpy() * numbers[:, [WEIGHT]]
    np.add.at(errors, (model, output), sums[:, VALUE])
    if not gradient:
        return errors, slopes
    sums *= numbers[:, [DIRECTION]]
    np.add.at(slopes[:, :, 0], (model, output), sums[:, BY_THETA])
    np.add.at(slopes, (model, output, output + 1), sums[:, BY_OWN])
    np.add.at(slopes[:, :, 1:], (model, output), sums[:, BY_OTHERS:])
    faint = ~given.counts
    faint[:, range(len(densities)), range(len(densities))] = False
    np.copyto(slopes[:, :, 1:], 0.5 * densities * slopes[:, :, :1], where=faint)  # they count with their mean
    return errors, slopes


def _lines(given: Plan, gram: Array, where: tuple[NDArray[np.intp], ...], device: torch.device) -> Lines:
    """Gather what the sums need of each line, on the device."""
    model, output, _ = where
    numbers, density = given.lines[where], given.densities[where]
    nodes = LANES * numbers[:, BLOCKS].astype(np.int64)
    arrays = (
        np.concatenate(([0], np.cumsum(nodes))),
        nodes * numbers[:, STEP],
        *(numbers[:, column] for column in (THETA, KAPPA, CHANGE, LEVEL, C, STEP, OWN_ALPHA, OWN_DENSITY)),
        np.prod(1.0 - density, axis=1),
        np.prod(1.0 - np.where(given.apart[where], 0.0, density), axis=1),
        np.where(density > 0, numbers[:, [DIRECTION]] * gram[model, output], 0.0),
        density,
        given.others[where],
        given.apart[where],
        numbers[:, OWN_APART],
    )
    return Lines(*(torch.as_tensor(array).to(device) for array in arrays))
