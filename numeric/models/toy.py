"""The toy model as a torch module: x̂ = σ(WᵀWx + b), several instances in one tensor."""

from __future__ import annotations

from ...analytic.problem import Problem
from ..torch_types import Tensor, torch
from .activations import activate
from .instances import Instances


class ToyModel(Instances):
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
        If a number is out of range, `init` is unknown, `dtype` is not of real numbers, or torch can't use `device`.

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
        super().__init__(problem, n_instances, seed, init, device=device, dtype=dtype)
        (self.weights,) = self.matrices((problem.n_hidden, problem.n_features))
        self.bias = self.zeros(problem.n_features)

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
        TypeError, ValueError
            If x has another shape or dtype, or is elsewhere than the model.
        """
        weights = self.matrix(self.weights)
        return activate(self.problem.sigma, self.check_inputs(x) @ weights.mT @ weights + self.vector(self.bias))
