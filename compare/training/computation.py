"""Absolute values computed in superposition: what networks lose, against the best with one feature a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import LEARNING_RATE, N_HIDDEN, Number
from ...analytic.estimate import Estimate
from ...analytic.monosemantic import feature_costs, monosemantic_losses, neurons_worth
from ...analytic.problem import Problem
from ...numeric.motif import SharedNeuron, motifs, motifs_by_chance, shared_neurons
from ...numeric.neurons import count_kinds, monosemantic_by_share, neuron_kinds
from ...numeric.trained import Trained
from .best_of import Best, Progress, best_of
from .plain_data import plain
from .scarcity import importances, trained_on_samples, with_densities

Array = NDArray[np.float64]
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
FEW = Trained(steps=30_000, batch=512, schedule="cosine", n_instances=2)  # 10 000 are worth less than 40 neurons
RATES = (1e-3, 3e-3)  # by trial: sparse features need the first (at 3e-3 outputs die), dense ones get further with 3e-3
SOFTER = 0.1  # times the drawn decoder: by trial, fewer sides die than from 1, and as few as from 0.01
SMALL = replace(FEW, steps=5000, batch=256, n_instances=64)  # of 3 features from 6 neurons
COMPUTED = 0.5  # of the error that the mean leaves: what is below it counts as computed
THRESHOLDS = (0.25, COMPUTED, 0.75)


@dataclass(frozen=True, eq=False)
class Computed:
    """The best network at one density.

    Parameters
    ----------
    density : float
    encoder, decoder, bias : arrays, shapes (m, n), (n, m) and (n,)
    loss : Estimate
        On a sample that it was not chosen on.
    restricted : float
        Least loss of as many neurons that each serve one feature, in closed form.
    null : float
        What the means alone leave.
    worth : Estimate
        How many such neurons have the network's loss; its error is that of the loss.
    unexplained : array, shape (n_features,)
        Each feature's mean squared error, over that which its mean leaves.
    shared : tuple of SharedNeuron
        Pairs of features that one neuron serves.
    by_chance : float
        How many of them would show the motif if weights were permuted among neurons.
    signed_loss : Estimate
        Of the best network that started from weights of both signs, at the first rate.
    signed_worth : Estimate
    """

    density: float
    encoder: Array
    decoder: Array
    bias: Array
    loss: Estimate
    restricted: float
    null: float
    worth: Estimate
    unexplained: Array
    shared: tuple[SharedNeuron, ...]
    by_chance: float
    signed_loss: Estimate
    signed_worth: Estimate

    @property
    def counts(self) -> dict[str, int]:
        """Neurons of each kind."""
        return count_kinds(neuron_kinds(self.encoder, self.decoder))

    def computed(self, threshold: float = COMPUTED) -> int:
        """Count the features with an error below this share of what their mean leaves."""
        return int((self.unexplained < threshold).sum())


@dataclass(frozen=True, eq=False)
class Computation:
    """Best networks over densities."""

    rows: tuple[Computed, ...]
    n_models: int

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        rows = [
            {
                **plain(row),
                "computed": {str(threshold): row.computed(threshold) for threshold in THRESHOLDS},
                "counts": row.counts,
                "monosemantic_by_share": plain(monosemantic_by_share(row.encoder, row.decoder)),
            }
            for row in self.rows
        ]
        return {"n_models": self.n_models, "rows": rows}

    def sentences(self) -> tuple[str, ...]:
        """Say of each density what the network loses, and what its neurons are for."""
        lines = []
        for row in self.rows:
            m, n = row.encoder.shape
            text = f"p = {row.density:g}: loss {row.loss.value:.4g} ± {row.loss.error:.1g}, one feature a neuron "
            text += f"{row.restricted:.4g}"
            if row.restricted > 0:
                text += f"; that is {row.loss.value / row.restricted:.3f} ± {row.loss.error / row.restricted:.3f} of it"
            text += (
                f"; worth {_say(row.worth)} such neurons of {m}; {row.computed()} of {n} features computed; neurons: "
            )
            text += ", ".join(f"{count} {kind}" for kind, count in row.counts.items())
            text += f"; {len(row.shared)} shared pairs, {len(motifs(row.shared))} asymmetric with inhibition"
            text += f" ({row.by_chance:.1f} by chance)"
            text += f"; from weights of both signs: loss {row.signed_loss.value:.4g} ± {row.signed_loss.error:.1g}, "
            text += f"worth {_say(row.signed_worth)}"
            lines.append(text)
        return tuple(lines)


def computation(
    densities: Sequence[float] = DENSITIES,
    *,
    n_features: int = 100,
    n_hidden: int = 40,
    decay: float = 0.8,
    trained: Trained = FEW,
    rates: Sequence[float] = RATES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Computation:
    """Train networks h = ReLU(W₁x), y = ReLU(W₂h + b) to compute absolute values, and take the best apart.

    A larger network, with two neurons a feature, has no loss. Restricted to n_hidden neurons that each serve one
    feature it loses `monosemantic_losses` (:eq:`monosemantic-loss`). What the trained network loses against that
    says how well it simulates the larger one.

    Where features are rare, an output that starts below 0 on one side of its feature is dead there and stays so: it
    has no gradient. So the decoder starts from a tenth of the absolute values of what is drawn, which leaves all sides
    alive; the start as drawn is trained for comparison, at the first rate only.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1].
    n_features, n_hidden : int
        n_hidden may be the larger one.
    decay : float
        Ratio of neighboring importances.
    trained : Trained
        How to train, and how many networks to choose from at each rate.
    rates : sequence of float
        Learning rates to choose from, in place of the one in `trained`.
    seed : int
    progress : callable (done, total), optional

    Returns
    -------
    Computation

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Computation in Superposition".

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.training.computation import computation
    >>> few = tt.Trained(steps=600, batch=64, schedule="cosine", n_instances=4)
    >>> (row,) = computation((1.0,), n_features=2, n_hidden=4, trained=few, rates=(0.02,)).rows
    >>> row.counts["monosemantic"], row.computed(), row.loss.value < 0.01 * row.null
    (4, 2, True)
    """
    settings, densities = trained_on_samples(trained, seed), with_densities(densities)
    rates = _rates(rates)
    importance, least = importances(decay, n_features), min(n_features, N_HIDDEN.check(n_hidden))
    rows = []
    for k, p in enumerate(densities):
        problem = Problem(n_features=n_features, n_hidden=least, density=p, importance=importance)
        rows.append(_computed(problem, n_hidden, p, settings, rates))
        if progress:
            progress(k + 1, len(densities))
    return Computation(tuple(rows), trained.n_instances)


def _computed(problem: Problem, n_hidden: int, p: float, settings: Trained, rates: Sequence[float]) -> Computed:
    each = (trained_best(problem, n_hidden, replace(settings, lr=lr), alive=True) for lr in rates)
    best = min(each, key=_chosen_by)
    signed = trained_best(problem, n_hidden, replace(settings, lr=rates[0]), alive=False)
    given = problem.densities, problem.importances
    losses = monosemantic_losses(*given, n_hidden)
    encoder, decoder = best.parameters["encoder"], best.parameters["decoder"]
    shared = shared_neurons(encoder, decoder)
    return Computed(
        density=p,
        encoder=encoder,
        decoder=decoder,
        bias=best.parameters["bias"],
        loss=best.loss,
        restricted=float(losses[-1]),
        null=float(losses[0]),
        worth=_worth(*given, best.loss),
        unexplained=best.features / float(feature_costs(p)[0]),
        shared=shared,
        by_chance=motifs_by_chance(encoder, decoder, shared),
        signed_loss=signed.loss,
        signed_worth=_worth(*given, signed.loss),
    )


def _worth(density: Sequence[Number], importance: Sequence[Number], loss: Estimate) -> Estimate:
    """Give the worth in neurons with half of what one error of the loss, up and down, makes of it."""
    at, more, fewer = (
        neurons_worth(density, importance, max(loss.value + sign * loss.error, 0.0)) for sign in (0, -1, 1)
    )
    return Estimate(at, (more - fewer) / 2, loss.kind)


def _rates(rates: Sequence[float]) -> tuple[float, ...]:
    """Return learning rates, one or more."""
    if isinstance(rates, str) or not isinstance(rates, Sequence) or not rates:
        raise ValueError(f"rates must be a sequence of one learning rate or more, got rates={rates!r}; write (1e-3,)")
    return tuple(LEARNING_RATE.check(rate) for rate in rates)


def _chosen_by(best: Best) -> float:
    return float(best.losses.min())  # on the sample that the instances were chosen on, the same for all rates


def trained_best(problem: Problem, n_hidden: int, settings: Trained, alive: bool) -> Best:
    """Train networks from weights as drawn, or, to be alive, from a small decoder that is not negative."""
    from ...numeric.models import AbsModel
    from ...numeric.torch_types import torch

    model = AbsModel(
        problem, settings.n_instances, settings.seed, settings.init, n_hidden=n_hidden, device=settings.device
    )
    if alive:
        with torch.no_grad():
            model.decoder.abs_().mul_(SOFTER)
    return best_of(model, settings)


def _say(worth: Estimate) -> str:
    return f"{worth.value:.2f} ± {worth.error:.2f}"
