"""What may be averaged over trained models: what is invariant under rotations and signs of the hidden space, not W."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import IMPORTANCE, SEED
from ...analytic.gram import superposition
from ...analytic.loss import loss
from ...analytic.problem import Problem
from ...analytic.regime import phase
from ...numeric.trained import TRAINED_TOLERANCE, Trained, train_many
from ..diagram import phase_diagram
from ..grids import log_grid
from ..proportions import wilson
from .combined import best_of_k, of_gram, worst_dropped
from .scarcity import check_trained

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
TRAINED = Trained(n_instances=10)  # ten models a cell, as the paper trained; without the notebook's decay
WINDOW = (0.1, 1.0)  # of importance: the dropped extra, the loop between the spinodals, and the pair


@dataclass(frozen=True, eq=False)
class Averages:
    """Ten models a cell along a cut, and what becomes of them in the best of k and in averages.

    Parameters
    ----------
    n_features : int
    density : float
    importance : array, shape (r,)
    losses, norms, shared : arrays, shape (r, k)
        Of every model: exact loss, ‖W_e‖ and Σ_{j≠e} (Ŵ_e·W_j)².
    phases : array of str, shape (r, k)
    best_loss, best_norm, best_shared : arrays, shape (r,)
        Of the optimum.
    best_phase : array of str, shape (r,)
    mean_loss, mean_norm, mean_shared : arrays, shape (r,)
        As the paper: the worst model dropped, the rest averaged.
    gram_loss : array, shape (r,)
        Loss of the model made of the mean Gram matrix (its nearest of rank m) and mean bias, worst dropped.
    weights_loss, weights_norm : arrays, shape (r,)
        Loss and ‖W_e‖ of the mean W and mean b, worst dropped: not invariant.
    """

    n_features: int
    density: float
    importance: Array
    losses: Array
    norms: Array
    shared: Array
    phases: NDArray[np.str_]
    best_loss: Array
    best_norm: Array
    best_shared: Array
    best_phase: NDArray[np.str_]
    mean_loss: Array
    mean_norm: Array
    mean_shared: Array
    gram_loss: Array
    weights_loss: Array
    weights_norm: Array

    @property
    def excess(self) -> Array:
        """Relative excess loss of the best of k, its mean over all choices of k of the models, shape (k, r)."""
        relative = self.losses / self.best_loss[:, None] - 1
        return np.stack([best_of_k(relative, relative, k) for k in range(1, relative.shape[1] + 1)])

    @property
    def right(self) -> Array:
        """Probability that the best of k is in the optimum's phase, shape (k, r)."""
        same = (self.phases == self.best_phase[:, None]).astype(float)
        return np.stack([best_of_k(same, self.losses, k) for k in range(1, same.shape[1] + 1)])

    def chances(self, k: int) -> tuple[float, float]:
        """Give Wilson's 95 % interval of that probability, averaged over the cut.

        Counted as if only disjoint choices of k models had been looked at: all choices together know no less.
        """
        trials = len(self.importance) * (self.losses.shape[1] // k)
        low, high = wilson(round(float(self.right[k - 1].mean()) * trials), trials)
        return float(low), float(high)

    @property
    def mixed(self) -> NDArray[np.bool_]:
        """Whether the models that are averaged are in more than one phase, shape (r,)."""
        order = np.argsort(self.losses, axis=1)[:, :-1]
        kept = np.take_along_axis(self.phases, order, axis=1)
        return np.asarray((kept != kept[:, :1]).any(axis=1))

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        plain = {name: value.tolist() for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        derived = {name: getattr(self, name).tolist() for name in ("excess", "right", "mixed")}
        return {"n_features": self.n_features, "density": self.density} | plain | derived

    def sentences(self) -> tuple[str, ...]:
        """Say what the best of k gains, and what averaging costs."""
        right, last = self.right.mean(axis=1), len(self.right)
        lines = []
        for k in sorted({1, min(3, last), last}):
            low, high = self.chances(k)
            chance = f"{right[k - 1]:.1%} (95 %: {low:.1%} to {high:.1%})"
            lines.append(
                f"best of {k}: in the optimum's phase with probability {chance}, "
                f"relative excess loss {_spread(self.excess[k - 1], '.1e')}"
            )
        pure = ~self.mixed
        lines.append(f"the models averaged are in more than one phase in {self.mixed.sum()} of {pure.size} cells")
        for name, chosen in (("one phase", pure), ("several phases", self.mixed)):
            if chosen.any():
                gram, naive = (
                    _spread((part / self.best_loss)[chosen], ".4f") for part in (self.gram_loss, self.weights_loss)
                )
                lines.append(f"{name}: loss over the optimum's, mean Gram {gram}, mean W {naive}")
        return tuple(lines)


def averages(
    n_features: int = 2,
    n_hidden: int = 1,
    *,
    density: float = 0.4,
    detail: int = 25,
    trained: Trained = TRAINED,
    seed: int = 0,
    progress: Progress | None = None,
) -> Averages:
    """Train ten models at each importance of a cut, and combine them in the paper's way and in the wrong one.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    density : float
    detail : int
        Importances, log-spaced from 0.1 to 1.
    trained : Trained
        At least two instances; its seed is replaced.
    seed : int
    progress : callable (done, total), optional

    Returns
    -------
    Averages

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.
    ImportError
        If torch is not installed.

    Examples
    --------
    >>> from toytoy.compare.training.averages import averages
    >>> from toytoy.numeric.trained import Trained
    >>> found = averages(detail=2, trained=Trained(steps=200, batch=64, lr=0.02, n_instances=3))
    >>> found.norms.shape, bool((found.right[-1] <= 1).all())
    ((2, 3), True)
    """
    SEED.check(seed)
    if check_trained(trained).n_instances < 2:
        raise ValueError(f"n_instances must be >= 2, one is dropped, got n_instances={trained.n_instances}")
    importance = log_grid(IMPORTANCE, *WINDOW, detail)
    best = phase_diagram(n_features, n_hidden, density=[density], importance=importance, method="optimum").data
    problems = [Problem.toy(n_features, density=density, importance=float(r)) for r in importance]
    models = train_many(problems, replace(trained, seed=seed), progress)
    weights, bias = models.weights, models.bias
    losses = np.array([loss(p, w, b) for p, w, b in zip(problems, weights, bias, strict=True)])
    norms, shared = np.sqrt((weights[..., -1] ** 2).sum(axis=-1)), superposition(weights)[..., -1]
    means = _means(problems, losses, norms, shared, weights, bias)
    optimum = best.weights.values[0]
    return Averages(
        *(n_features, density, importance, losses, norms, shared),
        phase(weights, TRAINED_TOLERANCE).astype(str),
        best.loss.values[0],
        np.sqrt((optimum[..., -1] ** 2).sum(axis=-1)),
        superposition(optimum)[..., -1],
        phase(optimum, TRAINED_TOLERANCE).astype(str),
        **means,
    )


def _spread(values: Array, form: str) -> str:
    """Write median and quartiles over the cut: its places differ, so that these are no error of a mean."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:{form}} (quartiles {low:{form}} … {high:{form}})"


def _means(
    problems: list[Problem], losses: Array, norms: Array, shared: Array, weights: Array, bias: Array
) -> dict[str, Any]:
    """Average in both ways at every importance, the worst model dropped."""
    m = weights.shape[-2]
    gram = np.swapaxes(weights, -1, -2) @ weights

    def mean(part: Array) -> Array:
        return np.array([worst_dropped(values, own) for values, own in zip(part, losses, strict=True)])

    def lost(models: list[Array]) -> Array:
        return np.array([float(loss(p, w, b)) for p, w, b in zip(problems, models, mean(bias), strict=True)])

    naive = mean(weights)
    return {
        "mean_loss": mean(losses),
        "mean_norm": mean(norms),
        "mean_shared": mean(shared),
        "gram_loss": lost([of_gram(each, m) for each in mean(gram)]),
        "weights_loss": lost(list(naive)),
        "weights_norm": np.sqrt((naive[..., -1] ** 2).sum(axis=-1)),
    }
