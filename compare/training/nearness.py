"""How near trained models come to the optimum of their cell: in loss, in Gram matrix and bias, and by whose basin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ...numeric.atlas import Atlas
from ...numeric.margin import extra_regime

Array = NDArray[np.float64]
CLOSE = 0.01  # of the optimum's loss: an excess that no plot of losses shows
SAME = 1e-8  # times the null loss: minima that differ by less are one; tight descents end within 1e-13, stalled in 1e-9


class Verdict(StrEnum):
    """Where a trained model stands."""

    REACHED = "reached"  # its loss is within `CLOSE` of the optimum's, whatever its regime is called
    SHORT = "short"  # its loss is higher, but descent from it ends at the optimum
    ELSEWHERE = "elsewhere"  # descent from it ends at a higher local minimum


@dataclass(frozen=True, eq=False)
class Nearness:
    """Trained models beside the optima of their cells; arrays have shape (cells, instances).

    Parameters
    ----------
    verdicts : array of Verdict
    excess : array
        Exact loss above the optimum's, relative to it.
    below : array
        The part of `excess` that descent from the model removes: noise, decay, or a training that stopped early.
    distance : array
        √(‖G - G*‖² + ‖b - b*‖²) to the optimum, the least over exchanges of features that are alike.
    represented : array of bool
        Whether the extra feature is, at the tolerance 0.01 on its squared norm.
    same_regime : array of bool
        Whether the extra's regime is the optimum's at that tolerance.
    """

    verdicts: NDArray[np.object_]
    excess: Array
    below: Array
    distance: Array
    represented: NDArray[np.bool_]
    same_regime: NDArray[np.bool_]

    def count(self, verdict: Verdict) -> int:
        """Count the models of one verdict."""
        return int((self.verdicts == verdict).sum())


def nearness(optima: Atlas, weights: Array, bias: Array) -> Nearness:
    """Judge trained models by the optima of their cells.

    Losses decide, not labels: near a boundary two regimes are almost equally good, and a model in the other one may
    have reached all there is to gain.

    Parameters
    ----------
    optima : Atlas
        Of k cells.
    weights : array, shape (k, instances, n_hidden, n_features)
    bias : array, shape (k, instances, n_features)

    Returns
    -------
    Nearness

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.nearness import nearness
    >>> from toytoy.numeric.atlas import optimum_map
    >>> optima = optimum_map(tt.Problem.toy(2, density=0.5), np.array([0.5]), np.array([1.0]))
    >>> found = nearness(optima, np.array([[[[1.0, 0.0]], [[0.97, -0.97]]]]), np.array([[[0.0, 0.25], [0.1, 0.1]]]))
    >>> [str(verdict) for verdict in found.verdicts[0]]
    ['elsewhere', 'reached']
    """
    shape = bias.shape[:2]
    cells = optima.cells.take(np.arange(shape[0]).repeat(shape[1]))
    thetas = np.concatenate([weights.reshape(*shape, -1), bias], axis=-1).reshape(len(cells), -1)
    losses = cells.descend(thetas, max_steps=0)[1][:, 0].reshape(shape)
    ends = np.minimum(cells.descend(thetas)[1][:, 0].reshape(shape), losses)
    least, null = optima.losses[:, None], optima.cells.null_loss[:, None]
    close, same = losses - least <= CLOSE * least, ends - least <= SAME * null
    verdicts = np.full(shape, Verdict.ELSEWHERE, dtype=object)
    verdicts[same] = Verdict.SHORT
    verdicts[close] = Verdict.REACHED
    best_weights, best_bias = optima.cells.split(optima.thetas)
    regime = extra_regime(weights)
    return Nearness(
        verdicts,
        (losses - least) / least,
        (losses - ends) / least,
        _distance(optima, (weights, bias), (best_weights[:, None], best_bias[:, None])),
        (weights[..., -1] ** 2).sum(axis=-1) > 0.01,
        regime == extra_regime(best_weights)[:, None],
    )


def _distance(optima: Atlas, model: tuple[Array, Array], best: tuple[Array, Array]) -> Array:
    """Compare what rotations leave alone; features are alike where their importances are."""
    worth = optima.cells.weights_of_features
    (gram, bias), (other, other_bias) = ((np.einsum("...ki,...kj->...ij", w, w), b) for w, b in (model, best))
    least = np.full(bias.shape[:2], np.inf)
    for order in permutations(range(worth.shape[1])):
        p = list(order)
        squares = ((gram[..., p, :][..., p] - other) ** 2).sum(axis=(-2, -1)) + ((bias[..., p] - other_bias) ** 2).sum(
            -1
        )
        alike = (worth[:, p] == worth).all(axis=1)[:, None]
        least = np.minimum(least, np.where(alike, squares, np.inf))
    return np.asarray(np.sqrt(least))
