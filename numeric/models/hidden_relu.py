"""The toy model with a privileged basis as a torch module: h = ReLU(Wx), x̂ = ReLU(Wᵀh + b)."""

from __future__ import annotations

from ...analytic.problem import Problem
from ..torch_types import Tensor, torch
from .instances import Instances


class HiddenReLUModel(Instances):
    """h = ReLU(Wx), x̂ = ReLU(Wᵀh + b): the toy model with a ReLU in its hidden layer, whose axes it privileges.

    Rotating the hidden space changes the loss here; relabeling its neurons does not.

    Parameters
    ----------
    problem : Problem
        Gives the sizes, the law of the inputs and the importances. Its activation must be "relu".
    n_instances, seed, init, device, dtype
        As for `ToyModel`; the same seed gives the same initial weights.

    Attributes
    ----------
    weights : Parameter, shape (n_instances, n_hidden, n_features)
        Used twice, to encode and to decode: truly tied.
    bias : Parameter, shape (n_instances, n_features)

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, `init` is unknown, the problem's activation is another, `dtype` is not of real
        numbers, or torch can't use `device`.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition in a Privileged Basis".

    Examples
    --------
    >>> import torch
    >>> import toytoy as tt
    >>> from toytoy.numeric.models import HiddenReLUModel
    >>> problem = tt.Problem(n_features=10, n_hidden=5, density=0.1, importance=[0.75**i for i in range(10)])
    >>> model = HiddenReLUModel(problem, n_instances=3, seed=0)
    >>> x = torch.from_numpy(tt.sample(problem, size=8, seed=0)).float()
    >>> model.hidden(x).shape, model(x).shape, model.loss(x).shape
    (torch.Size([3, 8, 5]), torch.Size([3, 8, 10]), torch.Size([3]))
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
        self.check_relu()
        (self.weights,) = self.matrices((problem.n_hidden, problem.n_features))
        self.bias = self.zeros(problem.n_features)

    def hidden(self, x: Tensor) -> Tensor:
        """Return the hidden layer, h = ReLU(Wx): as `forward`, with n_hidden for n_features."""
        return torch.relu(self.check_inputs(x) @ self.matrix(self.weights).mT)

    def forward(self, x: Tensor) -> Tensor:
        """Reconstruct inputs; shapes as in `ToyModel.forward`."""
        return torch.relu(self.hidden(x) @ self.matrix(self.weights) + self.vector(self.bias))
