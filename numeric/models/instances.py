"""What the models have in common: several independent instances in one tensor, their inputs and their loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...analytic.activation import resolve
from ...analytic.domain import BATCH, N_INSTANCES, SEED, nearest, short
from ...analytic.problem import Problem, check_problem
from ..batches import draw_into
from ..inits import INITS, initial_matrices
from ..torch_types import Tensor, nn, torch


class Instances(nn.Module):
    """Independent instances of one model, side by side: nothing is shared between them but the arithmetic.

    A model gives its parameters, each with the axis of instances first, `forward`, and, where they are not the
    problem's own, `target` and `inputs`.

    Parameters
    ----------
    problem : Problem
        Gives the sizes, the law of the inputs and the importances.
    n_instances : int
        How many models the module holds, >= 1.
    seed : int
        Of the initial weights. Instance k does not depend on `n_instances` (but see "notebook").
    init : {"xavier_normal", "notebook"}
        Spread of the initial weights; see `ToyModel`.
    device, dtype
        As in torch; of real numbers.

    Attributes
    ----------
    importance : Tensor, shape (n_features,)
    shown : str
        Name of the parameter that shows how features are embedded, of shape (n_instances, n_hidden, n_features).
    """

    importance: Tensor
    shown = "weights"

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
        self.problem, self.n_instances = check_problem(problem), N_INSTANCES.check(n_instances)
        self.seed, self.init = SEED.check(seed), init
        if not isinstance(init, str) or init not in INITS:
            raise ValueError(nearest("init", init, INITS))
        importance = np.array([float(i) for i in problem.importances])
        self.register_buffer("importance", _placed(importance, device, dtype), persistent=False)

    def anew(self) -> Self:
        """Make the model again as it was first made, from its seed."""
        place: dict[str, Any] = {"device": self.importance.device, "dtype": self.importance.dtype}
        return type(self)(self.problem, self.n_instances, self.seed, self.init, **place, **self.more())

    def more(self) -> dict[str, Any]:
        """Name the options that this model has beside those of all."""
        return {}

    def matrices(self, *shapes: tuple[int, int]) -> list[nn.Parameter]:
        """Draw initial matrices of these shapes, one after another from each instance's own stream."""
        drawn = initial_matrices(self.problem, self.n_instances, self.seed, self.init, shapes)
        return [nn.Parameter(torch.from_numpy(array).to(self.importance)) for array in drawn]

    def zeros(self, size: int) -> nn.Parameter:
        """Make a vector of zeros for each instance."""
        return nn.Parameter(self.importance.new_zeros(self.n_instances, size))

    def matrix(self, parameter: Tensor) -> Tensor:
        """Leave the axis of instances away where there is one only, for inputs of any shape."""
        return parameter[0] if self.n_instances == 1 else parameter

    def vector(self, parameter: Tensor) -> Tensor:
        """Give vectors an axis of samples, or, where there is one instance only, leave its axis away."""
        return parameter[0] if self.n_instances == 1 else parameter[:, None]

    def inputs(self, drawn: Tensor) -> Tensor:
        """Turn what the problem's law draws, 0 or uniform on [0, 1), into the model's inputs."""
        return drawn

    def target(self, x: Tensor) -> Tensor:
        """Return what the model should compute from its inputs: the inputs themselves."""
        return x

    def draw(self, generators: Sequence[np.random.Generator], batch: int) -> Tensor:
        """Draw fresh inputs, each instance's from its own generator.

        Parameters
        ----------
        generators : sequence of numpy Generators, n_instances long
        batch : int
            Samples of each instance, >= 1.

        Returns
        -------
        tensor, shape (n_instances, batch, n_features)
            In the module's precision, on its device; drawn on the CPU with a resolution of 2⁻²⁴.

        Raises
        ------
        TypeError, ValueError
            If `batch` is out of its range, or there is not one generator an instance.
        """
        if not (isinstance(generators, Sequence) and all(isinstance(g, np.random.Generator) for g in generators)):
            given = short(generators)
            raise TypeError(f"generators must be a sequence of numpy Generators, got generators={given}; see streams")
        if len(generators) != self.n_instances:
            raise ValueError(f"generators must be one an instance, got {len(generators)} for {self.n_instances}")
        drawn = np.empty((self.n_instances, self.problem.n_features, BATCH.check(batch)), dtype=np.float32)
        for out, generator in zip(drawn, generators, strict=True):
            draw_into(out[None], self.problem, generator)
        return self.inputs(torch.from_numpy(drawn).to(self.importance)).mT

    def loss(self, x: Tensor) -> Tensor:
        """Mean over samples of Σ_i I_i (y_i − ŷ_i)²: the sum over features, as everywhere here, not their mean.

        Parameters
        ----------
        x : tensor
            As in `forward`, with at least one axis of samples.

        Returns
        -------
        tensor, shape (n_instances,)
            Loss per input, summed over features, of each instance.

        Raises
        ------
        TypeError, ValueError
            If x does not suit, as in `forward`, or is empty.
        """
        if not self.check_inputs(x).numel():
            raise ValueError(f"x must hold one sample or more, got shape {tuple(x.shape)}")
        losses: Tensor = (self.target(x) - self(x)).square() @ self.importance
        return losses.reshape(self.n_instances, -1).mean(dim=-1)

    def check_inputs(self, x: Tensor) -> Tensor:
        """Return x if it suits the model, else raise the TypeError or ValueError that says what does."""
        if not isinstance(x, Tensor):
            raise TypeError(f"x must be a torch tensor, got a {type(x).__name__}; torch.as_tensor makes one")
        place = self.importance
        if x.dtype != place.dtype:
            raise TypeError(f"x must be {place.dtype}, as the model is, got {x.dtype}; x.to(model.importance) is")
        if x.device != place.device:
            raise ValueError(
                f"x must be on the model's device, {place.device}, got one on {x.device}; x.to(model.importance) is"
            )
        n, k = self.problem.n_features, self.n_instances
        if x.shape[-1:] == (n,) and (k == 1 or x.ndim == 2 or (x.ndim == 3 and len(x) == k)):
            return x
        rule = f"(..., {n})" if k == 1 else f"({k}, batch, {n}) or (batch, {n})"
        raise ValueError(f"x must have shape {rule}, got shape {tuple(x.shape)}; features are the last axis")

    def check_relu(self) -> None:
        """Refuse a problem whose activation is not the ReLU that the model has by definition."""
        if self.problem.sigma != resolve("relu"):
            name = type(self).__name__
            raise ValueError(
                f"{name} has ReLU at both its layers, got activation={self.problem.activation!r}; leave it out, or "
                "use ToyModel"
            )

    def extra_repr(self) -> str:
        """Say what the module's repr shows."""
        return f"{self.problem!r}, n_instances={self.n_instances}"


def check_model(model: Any) -> Instances:
    """Return what is one of this library's models, with numbers, else raise the error that says so."""
    if not isinstance(model, Instances):
        raise TypeError(f"model must be a ToyModel, HiddenReLUModel or AbsModel, got model={short(model)}")
    if any(parameter.is_meta for parameter in model.parameters()):
        raise ValueError("model must have numbers, got one on device='meta'; make it on 'cpu'")
    return model


def _placed(array: NDArray[np.float64], device: torch.device | str | None, dtype: torch.dtype | None) -> Tensor:
    """Make a tensor of numbers, where and as wanted; torch says in many ways what it can't use."""
    wanted = torch.get_default_dtype() if dtype is None else dtype
    if not isinstance(wanted, torch.dtype) or not wanted.is_floating_point:
        raise TypeError(f"dtype must be a torch.dtype of real numbers, got dtype={dtype!r}; use torch.float32")
    try:
        return torch.from_numpy(array).to(device, wanted)
    except (RuntimeError, AssertionError, NotImplementedError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device must be one that torch can use here, got device={device!r} ({reason})") from error
