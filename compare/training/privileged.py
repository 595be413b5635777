"""With and without a ReLU in the hidden layer: which neurons serve one feature, and what a rotation costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.problem import Problem
from ...numeric.neurons import Neuron, count_kinds, gains, monosemantic_by_share, neuron_kinds
from ...numeric.trained import Trained
from .best_of import Progress, best_of
from .plain_data import plain as plain_data
from .rotated import hidden_changes, mean_monosemantic, mean_of, plain_changes, rotations
from .scarcity import importances, trained_on_samples, with_densities

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
    rotated : tuple of two Estimates
        Least and median change of the loss under random rotations, over the loss: with the hidden ReLU. Errors are
        those of the losses, on one sample.
    plain_rotated : float
        Largest absolute change without it.
    plain_monosemantic : tuple of two Estimates
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
    rotated: tuple[Estimate, Estimate]
    plain_rotated: float
    plain_monosemantic: tuple[Estimate, Estimate]

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
        rows = [
            {
                **plain_data(row),
                "counts": row.counts,
                "coded": list(row.coded),
                "monosemantic_by_share": plain_data(monosemantic_by_share(row.weights)),
            }
            for row in self.rows
        ]
        return {"n_models": self.n_models, "rows": rows}

    def sentences(self) -> tuple[str, ...]:
        """Say of each density how many neurons serve one feature, and what a rotation costs."""
        lines = []
        for row in self.rows:
            mono, wanted = row.counts["monosemantic"], MONOSEMANTIC.get(row.density)
            text = f"p = {row.density:g}: {mono} of {len(row.weights)} neurons monosemantic"
            text += "" if wanted is None else f" (the paper: {wanted})"
            text += f", {row.coded[0]} features in {row.coded[1]} polysemantic ones"
            text += f"; loss {row.loss.value:.4g} ± {row.loss.error:.1g}"
            least, median = (f"{e.value:.0%} ± {e.error:.0%}" for e in row.rotated)
            trained, turned = (f"{e.value:.2f} ± {e.error:.2f}" for e in row.plain_monosemantic)
            text += f"; a rotation adds {least} or more, {median} in the median; without the hidden ReLU it changes "
            text += f"the loss of {row.plain_loss.value:.4g} ± {row.plain_loss.error:.1g} by {row.plain_rotated:.0e} "
            text += f"at most, and {turned} neurons are monosemantic, as trained {trained}"
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
    >>> row.counts, row.plain_rotated < 1e-12 < row.rotated[0].value
    ({'silent': 0, 'monosemantic': 2, 'polysemantic': 0}, True)
    """
    settings, densities = trained_on_samples(trained, seed), with_densities(densities)
    importance = importances(decay, n_features)
    rows = []
    for k, p in enumerate(densities):
        problem = Problem(n_features=n_features, n_hidden=n_hidden, density=p, importance=importance)
        rows.append(_basis(problem, p, settings))
        if progress:
            progress(k + 1, len(densities))
    return PrivilegedBasis(tuple(rows), trained.n_instances)


def _basis(problem: Problem, p: float, settings: Trained) -> Basis:
    from ...numeric.models import HiddenReLUModel, ToyModel

    start = settings.seed, settings.init
    hidden = best_of(HiddenReLUModel(problem, settings.n_instances, *start, device=settings.device), settings)
    others = min(PLAIN, settings.n_instances)
    plain = best_of(ToyModel(problem, others, *start, device=settings.device), settings)
    weights, bias = hidden.parameters["weights"], hidden.parameters["bias"]
    turns = rotations(problem.n_hidden, settings.seed)
    changed, errors = hidden_changes(problem, weights, bias, turns, settings.seed)
    order = np.argsort(changed)
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
        rotated=(
            _at(changed, errors, order[:1]),
            _at(changed, errors, order[(len(order) - 1) // 2 : len(order) // 2 + 1]),
        ),
        plain_rotated=float(np.abs(plain_changes(problem, *own, turns)).max()),
        plain_monosemantic=(mean_of(trained_ones), mean_monosemantic(own[0], turns)),
    )


def _at(values: Array, errors: Array, places: NDArray[np.int_]) -> Estimate:
    """Average the values at one place or two; their errors, of one sample, are taken to go together."""
    return Estimate(float(values[places].mean()), float(errors[places].mean()), ErrorKind.STANDARD_ERROR)
