"""The model that computes absolute values in superposition, as a torch module: h = ReLU(W₁x), y = ReLU(W₂h + b)."""

from __future__ import annotations

from typing import Any

from ...analytic.domain import N_HIDDEN
from ...analytic.problem import Problem
from ..torch_types import Tensor, torch
from .instances import Instances


class AbsModel(Instances):
    """h = ReLU(W₁x), y = ReLU(W₂h + b), which is to compute y = abs(x), feature by feature.

    An input is 0 where its feature is silent, else uniform on [−1, 1). The loss is E Σ_i I_i (abs(x_i) − y_i)². Two
    hidden neurons a feature suffice: abs(x) = ReLU(x) + ReLU(−x).

    Parameters
    ----------
    problem : Problem
        Gives the number of features, which of them are active together, how often, and the importances. Its
        activation must be "relu".
    n_instances, seed, init, device, dtype
        As for `ToyModel`. Both matrices start with the same spread.
    n_hidden : int, optional
        Hidden neurons, >= 1: more than features, where one likes, which a problem's `n_hidden` can't be. By default
        the problem's.

    Attributes
    ----------
    encoder : Parameter, shape (n_instances, n_hidden, n_features)
    decoder : Parameter, shape (n_instances, n_features, n_hidden)
    bias : Parameter, shape (n_instances, n_features)
    n_hidden : int

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, `init` is unknown, the problem's activation is another, `dtype` is not of real
        numbers, or torch can't use `device`.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Computation in Superposition".

    Examples
    --------
    Three features with two neurons each, their weights set by hand:

    >>> import torch
    >>> import toytoy as tt
    >>> from toytoy.numeric.models import AbsModel
    >>> model = AbsModel(tt.Problem(n_features=3, n_hidden=3, density=0.5), n_hidden=6)
    >>> one = torch.eye(3)
    >>> _ = model.load_state_dict({"encoder": torch.cat([one, -one])[None], "decoder": torch.cat([one, one], 1)[None],
    ...                            "bias": torch.zeros(1, 3)})
    >>> model(torch.tensor([0.5, -0.25, 0.0])).tolist()
    [0.5, 0.25, 0.0]
    """

    shown = "encoder"

    def __init__(
        self,
        problem: Problem,
        n_instances: int = 1,
        seed: int = 0,
        init: str = "xavier_normal",
        *,
        n_hidden: int | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(problem, n_instances, seed, init, device=device, dtype=dtype)
        self.check_relu()
        n, m = problem.n_features, problem.n_hidden if n_hidden is None else N_HIDDEN.check(n_hidden)
        self.n_hidden = m
        self.encoder, self.decoder = self.matrices((m, n), (n, m))
        self.bias = self.zeros(n)

    def more(self) -> dict[str, Any]:
        """Name the option that this model has beside those of all."""
        return {"n_hidden": self.n_hidden}

    def inputs(self, drawn: Tensor) -> Tensor:
        """Stretch what is active, u uniform on [0, 1), to 2u − 1."""
        return 2 * drawn - drawn.sign()

    def target(self, x: Tensor) -> Tensor:
        """Return abs(x)."""
        return x.abs()

    def hidden(self, x: Tensor) -> Tensor:
        """Return the hidden layer, h = ReLU(W₁x): as `forward`, with n_hidden for n_features."""
        return torch.relu(self.check_inputs(x) @ self.matrix(self.encoder).mT)

    def forward(self, x: Tensor) -> Tensor:
        """Compute absolute values; shapes as in `ToyModel.forward`."""
        return torch.relu(self.hidden(x) @ self.matrix(self.decoder).mT + self.vector(self.bias))

    def extra_repr(self) -> str:
        """Say what the module's repr shows."""
        return f"{super().extra_repr()}, n_hidden={self.n_hidden}"
