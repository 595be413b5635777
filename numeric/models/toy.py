"""The toy model as a torch module: x̂ = σ(WᵀWx + b), several instances in one tensor."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from ...analytic.activation import Activation, PiecewiseLinear, Smooth
from ...analytic.domain import N_INSTANCES, SEED, nearest
from ...analytic.problem import Problem
from ..inits import INITS, initial_weights

TAU_ROOT = math.sqrt(2 * math.pi)  # of the normal density


class ToyModel(nn.Module):
    """x̂ = σ(WᵀWx + b), for one or several independent instances.

    Parameters
    ----------
    problem : Problem
        Gives the sizes, the activation and, for `loss`, the importances.
    n_instances : int
        How many models the module holds, >= 1.
    seed : int
        Of the initial weights. Instance k does not depend on `n_instances` (but see "notebook").
    init : {"xavier_normal", "notebook"}
        Spread of the normal initial weights. "xavier_normal": √(2 / (n + m)), each instance by itself. "notebook":
        √(2 / (m (n + n_instances))), which is what torch's ``xavier_normal_`` makes of the published notebook's
        tensor of shape (n_instances, n, m). Biases start at 0.
    device, dtype
        As in torch.

    Attributes
    ----------
    weights : Parameter, shape (n_instances, n_hidden, n_features)
        Used twice, to encode and to decode: truly tied.
    bias : Parameter, shape (n_instances, n_features)

    Raises
    ------
    TypeError, ValueError
        If `n_instances` or `seed` is out of range, or `init` is unknown.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652.

    Examples
    --------
    >>> import torch
    >>> import toytoy as tt
    >>> from toytoy.numeric.models import ToyModel
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> model = ToyModel(problem, seed=0)
    >>> x = torch.from_numpy(tt.sample(problem, size=8, seed=0)).float()
    >>> model(x).shape
    torch.Size([8, 2])
    """

    importance: Tensor

    def __init__(
        self,
        problem: Problem,
        n_instances: int = 1,
        seed: int = 0,
        init: str = "xavier_normal",
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.problem, self.n_instances = problem, N_INSTANCES.check(n_instances)
        seed = SEED.check(seed)
        if init not in INITS:
            raise ValueError(nearest("init", init, INITS))
        dtype = dtype or torch.get_default_dtype()
        weights = torch.from_numpy(initial_weights(problem, n_instances, seed, init))
        self.weights = nn.Parameter(weights.to(device=device, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(n_instances, problem.n_features, device=device, dtype=dtype))
        importance = torch.from_numpy(np.array([float(i) for i in problem.importances]))
        self.register_buffer("importance", importance.to(device=device, dtype=dtype), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Reconstruct inputs.

        Parameters
        ----------
        x : tensor
            One instance: shape (..., n_features). Several: (n_instances, batch, n_features), or (batch, n_features),
            which every instance then sees.

        Returns
        -------
        tensor
            One instance: the shape of x. Several: (n_instances, batch, n_features).

        Raises
        ------
        ValueError
            If the shape of x is another.
        """
        self._check(x)
        if self.n_instances == 1:
            return activate(self.problem.sigma, x @ self.weights[0].mT @ self.weights[0] + self.bias[0])
        return activate(self.problem.sigma, x @ self.weights.mT @ self.weights + self.bias[:, None])

    def loss(self, x: Tensor) -> Tensor:
        """Mean over samples of Σ_i I_i (x_i − x̂_i)²: the sum over features, as everywhere here, not their mean.

        Parameters
        ----------
        x : tensor
            As in `forward`, with at least one axis of samples.

        Returns
        -------
        tensor, shape (n_instances,)
            Loss per input, summed over features, of each instance.
        """
        losses: Tensor = (x - self(x)).square() @ self.importance
        return losses.reshape(self.n_instances, -1).mean(dim=-1)

    def _check(self, x: Tensor) -> None:
        n, k = self.problem.n_features, self.n_instances
        if x.shape[-1:] == (n,) and (k == 1 or x.ndim == 2 or (x.ndim == 3 and len(x) == k)):
            return
        rule = f"(..., {n})" if k == 1 else f"({k}, batch, {n}) or (batch, {n})"
        raise ValueError(f"x must have shape {rule}, got shape {tuple(x.shape)}; features are the last axis")

    def extra_repr(self) -> str:
        """Say what the module's repr shows."""
        return f"{self.problem!r}, n_instances={self.n_instances}"


def activate(sigma: Activation, z: Tensor) -> Tensor:
    """Apply an activation; a piecewise-linear one as a sum of hinges, skipping what is 0."""
    if not isinstance(sigma, PiecewiseLinear):
        smooth: Tensor = sigma(z)
        return smooth
    parts = [z * float(sigma.slopes[0])] if sigma.slopes[0] or not sigma.hinges else []
    for hinge, jump in _hinges(sigma):
        above = torch.relu(z - hinge if hinge else z)
        parts.append(above if jump == 1 else above * jump)
    return sum(parts[1:], parts[0])


def slope(sigma: Activation, z: Tensor) -> Tensor:
    """Return σ'(z), at a hinge the slope to its left: what torch's gradient of `activate` is."""
    if isinstance(sigma, Smooth):
        return torch.special.ndtr(z) + z * torch.exp(-z * z / 2) / TAU_ROOT if sigma.name == "gelu" else z.sigmoid()
    assert isinstance(sigma, PiecewiseLinear)
    parts = [torch.full_like(z, float(sigma.slopes[0]))] if sigma.slopes[0] or not sigma.hinges else []
    for hinge, jump in _hinges(sigma):  # sign(relu) is 1 above the hinge: ten times faster than a mask of booleans
        above = torch.relu(z - hinge if hinge else z).sign_()
        parts.append(above if jump == 1 else above * jump)
    return sum(parts[1:], parts[0])


def _hinges(sigma: PiecewiseLinear) -> list[tuple[float, float]]:
    jumps = (float(right) - float(left) for left, right in zip(sigma.slopes, sigma.slopes[1:], strict=False))
    return [(float(hinge), jump) for hinge, jump in zip(sigma.hinges, jumps, strict=True)]
