"""With and without a ReLU in the hidden layer: which neurons serve one feature, and what a rotation costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import SEED
from ...analytic.estimate import Estimate
from ...analytic.problem import Problem
from ...numeric.neurons import Neuron, count_kinds, gains, monosemantic_by_share, neuron_kinds
from ...numeric.trained import Trained
from .best_of import Progress, best_of
from .rotated import hidden_changes, mean_monosemantic, plain_changes, rotations

Array = NDArray[np.float64]
DENSITIES = (0.75, 0.35, 0.15, 0.12, 0.06, 0.04, 0.02, 0.01)  # one a regime that the paper describes, and two beyond
MONOSEMANTIC = {0.75: 5, 0.35: 3, 0.15: 2, 0.12: 1, 0.06: 0, 0.04: 0}  # what the paper describes there, of five
MANY = Trained(steps=5000, batch=256, lr=5e-3, schedule="cosine", n_instances=128)  # the paper: 1000 models
PLAIN = 16  # models without a hidden ReLU: they are easier to train
KEPT = 0.1  # least gain of a feature that counts as stored in a polysemantic neuron


@dataclass(frozen=True, eq=False)
class Basis:
    """The best models at one density.

    Parameters
    ----------
    density : float
    weights, bias : arrays, shapes (m, n) and (n,)
        Best of the models with a ReLU in the hidden layer.
    loss : Estimate
        Its loss, on a sample that it was not chosen on.
    plain_weights, plain_bias : arrays
    plain_loss : Estimate
        The same without that ReLU.
    alike : float
        Share, among the tenth of models of least loss, of those with as many monosemantic neurons as the best.
    rotated : tuple of two floats
        Least and median change of the loss under random rotations, over the loss: with the hidden ReLU.
    plain_rotated : float
        Largest absolute change without it.
    plain_monosemantic : tuple of two floats
        Mean number of monosemantic neurons without it: as trained, over all models; of the best under rotations.
    """

    density: float
    weights: Array
    bias: Array
    loss: Estimate
    plain_weights: Array
    plain_bias: Array
    plain_loss: Estimate
    alike: float
    rotated: tuple[float, float]
    plain_rotated: float
    plain_monosemantic: tuple[float, float]

    @property
    def counts(self) -> dict[str, int]:
        """Neurons of each kind of the model with the hidden ReLU."""
        return count_kinds(neuron_kinds(self.weights))

    @property
    def coded(self) -> tuple[int, int]:
        """How many features how many polysemantic neurons store."""
        shared = neuron_kinds(self.weights) == Neuron.POLYSEMANTIC
        found = gains(self.weights)
        own = shared[found.argmax(axis=0)] & (found.max(axis=0) >= KEPT)
        return int(own.sum()), int(shared.sum())


@dataclass(frozen=True, eq=False)
class PrivilegedBasis:
    """Best models over densities."""

    rows: tuple[Basis, ...]
    n_models: int

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {"n_models": self.n_models, "rows": [_plain(row) for row in self.rows]}

    def sentences(self) -> tuple[str, ...]:
        """Say of each density how many neurons serve one feature, and what a rotation costs."""
        lines = []
        for row in self.rows:
            mono, wanted = row.counts["monosemantic"], MONOSEMANTIC.get(row.density)
            text = f"p = {row.density:g}: {mono} of {len(row.weights)} neurons monosemantic"
            text += "" if wanted is None else f" (the paper: {wanted})"
            text += f", {row.coded[0]} features in {row.coded[1]} polysemantic ones"
            text += f"; loss {row.loss.value:.4g} ± {row.loss.error:.1g}"
            text += f"; a rotation adds {row.rotated[0]:.0%} or more, {row.rotated[1]:.0%} in the median"
            text += f"; without the hidden ReLU it changes the loss of {float(row.plain_loss):.4g} by "
            text += f"{row.plain_rotated:.0e} at most, and {row.plain_monosemantic[1]:.2f} neurons are monosemantic"
            lines.append(text)
        return tuple(lines)


def privileged_basis(
    densities: Sequence[float] = DENSITIES,
    *,
    n_features: int = 10,
    n_hidden: int = 5,
    decay: float = 0.75,
    trained: Trained = MANY,
    seed: int = 0,
    progress: Progress | None = None,
) -> PrivilegedBasis:
    """Train models with and without a ReLU in the hidden layer, and count the neurons that serve one feature.

    The criterion is `neuron_kinds`: monosemantic has nine tenths of the squared weight in one feature. Models without
    the hidden ReLU may be rotated at no cost (:eq:`rotation-invariance`), so that their neurons mean nothing; the
    counts of rotated ones are what the criterion finds by chance.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1].
    n_features, n_hidden : int
    decay : float
        Ratio of neighboring importances.
    trained : Trained
        How to train, and how many models with a hidden ReLU to choose from.
    seed : int
    progress : callable (done, total), optional

    Returns
    -------
    PrivilegedBasis

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition in a Privileged Basis".

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.training.privileged import privileged_basis
    >>> few = tt.Trained(steps=600, batch=64, lr=0.02, schedule="cosine", n_instances=8)
    >>> (row,) = privileged_basis((0.9,), n_features=4, n_hidden=2, trained=few).rows
    >>> row.counts, row.plain_rotated < 1e-12 < row.rotated[0]
    ({'silent': 0, 'monosemantic': 2, 'polysemantic': 0}, True)
    """
    SEED.check(seed)
    importance = tuple(decay**i for i in range(n_features))
    settings = replace(trained, seed=seed)
    rows = []
    for k, p in enumerate(densities):
        problem = Problem(n_features=n_features, n_hidden=n_hidden, density=p, importance=importance)
        rows.append(_basis(problem, float(p), settings))
        if progress:
            progress(k + 1, len(densities))
    return PrivilegedBasis(tuple(rows), trained.n_instances)


def _basis(problem: Problem, p: float, settings: Trained) -> Basis:
    from ...numeric.models import HiddenReLUModel, ToyModel

    hidden = best_of(HiddenReLUModel(problem, settings.n_instances, settings.seed), settings)
    plain = best_of(ToyModel(problem, min(PLAIN, settings.n_instances), settings.seed), settings)
    weights, bias = hidden.parameters["weights"], hidden.parameters["bias"]
    turns = rotations(problem.n_hidden, settings.seed)
    changed, _ = hidden_changes(problem, weights, bias, turns, settings.seed)
    own = plain.parameters["weights"], plain.parameters["bias"]
    best = np.argsort(hidden.losses)[: max(1, settings.n_instances // 10)]
    counts = (neuron_kinds(hidden.everything["weights"][best]) == Neuron.MONOSEMANTIC).sum(axis=-1)
    trained_ones = (neuron_kinds(plain.everything["weights"]) == Neuron.MONOSEMANTIC).sum(axis=-1)
    return Basis(
        density=p,
        weights=weights,
        bias=bias,
        loss=hidden.loss,
        plain_weights=own[0],
        plain_bias=own[1],
        plain_loss=plain.loss,
        alike=float((counts == counts[0]).mean()),
        rotated=(float(changed.min()), float(np.median(changed))),
        plain_rotated=float(np.abs(plain_changes(problem, *own, turns)).max()),
        plain_monosemantic=(float(trained_ones.mean()), mean_monosemantic(own[0], turns)),
    )


def _plain(row: Basis) -> dict[str, Any]:
    arrays = ("weights", "bias", "plain_weights", "plain_bias")
    return {
        "density": row.density,
        "loss": {"value": row.loss.value, "error": row.loss.error},
        "plain_loss": {"value": row.plain_loss.value, "error": row.plain_loss.error},
        "counts": row.counts,
        "monosemantic_by_share": {str(k): v for k, v in monosemantic_by_share(row.weights).items()},
        "coded": list(row.coded),
        "alike": row.alike,
        "rotated": list(row.rotated),
        "plain_rotated": row.plain_rotated,
        "plain_monosemantic": list(row.plain_monosemantic),
        **{name: getattr(row, name).tolist() for name in arrays},
    }
