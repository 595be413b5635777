"""Finds features that share a neuron in a network for absolute values, and the motif of the paper among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import SEED, Domain, short
from .neurons import check_layers

__all__ = ["SharedNeuron", "motifs_by_chance", "shared_neurons"]

Array = NDArray[np.float64]
SERVED = Domain("served", 0, low_open=True, hint="a feature's slope through one neuron is 1 where it works perfectly")
ASYMMETRY = Domain("asymmetry", 1, low_open=True, hint="the paper's example, weights 2 and 1/2, has 16")
INHIBITION = Domain("inhibition", 0, low_open=True, hint="1 is where interference is just cancelled")
PERMUTATIONS = Domain("count", 1, integer=True, hint="give the number of permutations")
SAME = 1e-9  # of an asymmetry: what rounding of the same weights may change, and other weights do not repeat
# The paper gives an example and no thresholds. These were set before any network was looked at: a third of the ideal
# slope; half the paper's factor of 4 between the weights, in and out; half the interference.
AT_LEAST_SERVED, AT_LEAST_ASYMMETRY, AT_LEAST_INHIBITION = 1 / 3, 4.0, 0.5


@dataclass(frozen=True)
class SharedNeuron:
    """Two features that one neuron serves.

    Parameters
    ----------
    neuron : int
    large, small : int
        Features with the large and the small weight in (at equal gains).
    asymmetry : float
        Interference of `large` on the output of `small`, over that the other way; >= 1, and 1 for equal weights.
    inhibitor : int or None
        The neuron that inhibits output `small` most when `large` is there, on the side that drives the shared neuron.
    inhibition : float
        What it takes away, over the interference of `large` on `small`; from 1 on, no interference is left.
    kind : str
        "symmetric", "asymmetric" or "asymmetric with inhibition".
    """

    neuron: int
    large: int
    small: int
    asymmetry: float
    inhibitor: int | None
    inhibition: float
    kind: str


def shared_neurons(
    encoder: ArrayLike,
    decoder: ArrayLike,
    *,
    served: float = AT_LEAST_SERVED,
    asymmetry: float = AT_LEAST_ASYMMETRY,
    inhibition: float = AT_LEAST_INHIBITION,
) -> tuple[SharedNeuron, ...]:
    """Find every pair of features that one neuron of h = ReLU(W₁x), y = ReLU(W₂h + b) serves.

    Neuron s serves feature i where u_i v_i >= `served`, with ``u = |W₁[s]|`` in and v = W₂[:, s] out. For two features
    with u_a v_b > u_b v_a, asymmetry is u_a v_b / (u_b v_a): with W₁ = (2, −1/2) and W₂ = (1/2, 2) it is 16, with
    equal weights 1. Neuron t inhibits if it is driven by a with the same sign as s is, and W₂[b, t] < 0; inhibition
    is ``|W₁[t, a] W₂[b, t]| / (u_a v_b)``. Nothing here changes when a neuron is scaled up before and down after
    its ReLU, or when neurons or features are relabeled.

    Parameters
    ----------
    encoder : array, shape (n_hidden, n_features)
    decoder : array, shape (n_features, n_hidden)
    served, asymmetry, inhibition : float
        Least values for a pair, for "asymmetric", and for "with inhibition"; > 0, > 1 and > 0.

    Returns
    -------
    tuple of SharedNeuron
        By neuron, then features.

    Raises
    ------
    TypeError, ValueError
        If weights are not real and finite, shapes do not fit, or a threshold is out of its range.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "The Asymmetric Superposition Motif".

    Examples
    --------
    >>> from toytoy.numeric.motif import shared_neurons
    >>> (found,) = shared_neurons([[2.0, -0.5], [2.0, 0.0]], [[0.5, 0.0], [2.0, -3.0]])
    >>> found.kind, found.asymmetry, found.inhibitor, found.inhibition
    ('asymmetric with inhibition', 16.0, 1, 1.5)
    """
    SERVED.check(served)
    ASYMMETRY.check(asymmetry)
    INHIBITION.check(inhibition)
    inward, outward = _one_model(encoder, decoder)
    found = []
    for s, large, small in _pairs(inward, outward, served):
        interference = abs(inward[s, large]) * outward[small, s]
        ratio = float(interference / (abs(inward[s, small]) * outward[large, s]))
        inhibitor, taken = _inhibitor(inward, outward, s, large, small)
        part = float(taken / interference)
        kind = "symmetric" if ratio < asymmetry else "asymmetric"
        if kind == "asymmetric" and part >= inhibition:
            kind = "asymmetric with inhibition"
        found.append(SharedNeuron(s, large, small, ratio, inhibitor, part, kind))
    return tuple(found)


def motifs(found: tuple[SharedNeuron, ...]) -> tuple[SharedNeuron, ...]:
    """Keep the pairs that show the paper's motif, asymmetric superposition with inhibition.

    Raises
    ------
    TypeError
        If they are not what `shared_neurons` finds.
    """
    return tuple(pair for pair in _check_pairs(found) if pair.kind == "asymmetric with inhibition")


def _one_model(encoder: ArrayLike, decoder: ArrayLike) -> tuple[Array, Array]:
    inward, outward = check_layers(encoder, decoder)
    if inward.ndim != 2:
        raise ValueError(f"encoder must be one model's, with two axes, got shape {inward.shape}; pick an instance")
    return inward, outward


def _check_pairs(found: tuple[SharedNeuron, ...]) -> tuple[SharedNeuron, ...]:
    if not isinstance(found, Sequence) or not all(isinstance(pair, SharedNeuron) for pair in found):
        raise TypeError(f"found must be SharedNeurons, got found={short(found)}; see shared_neurons")
    return found


def _check_found_in(inward: Array, outward: Array, found: tuple[SharedNeuron, ...]) -> None:
    """Refuse pairs whose asymmetry is another one in these weights."""
    sizes = np.array([*inward.shape, inward.shape[1]])
    for pair in found:
        s, a, b = pair.neuron, pair.large, pair.small
        inside = ((np.array([s, a, b]) >= 0) & (np.array([s, a, b]) < sizes)).all()
        back = abs(inward[s, b]) * outward[a, s] if inside else 0.0
        if not (back > 0 and isclose(abs(inward[s, a]) * outward[b, s], pair.asymmetry * back, rel_tol=SAME)):
            raise ValueError(f"found must be pairs of these weights, got {short(pair)}; see shared_neurons")


def _pairs(inward: Array, outward: Array, served: float) -> Iterator[tuple[int, int, int]]:
    """Yield neurons with two features they serve, the one of larger weight in, for its weight out, first."""
    for s, (u, v) in enumerate(zip(np.abs(inward), outward.T, strict=True)):
        features = np.nonzero(u * v >= served)[0]
        for k, i in enumerate(features):
            for j in features[k + 1 :]:
                large, small = (i, j) if u[i] * v[j] >= u[j] * v[i] else (j, i)
                yield s, int(large), int(small)


def _inhibitor(inward: Array, outward: Array, s: int, large: int, small: int) -> tuple[int | None, float]:
    """Return the neuron that takes most from output `small` where `large` drives neuron s, and how much."""
    driven = np.maximum(inward[:, large] * np.sign(inward[s, large]), 0.0)
    taken = driven * np.maximum(-outward[small], 0.0)
    strongest = int(taken.argmax())
    return (strongest, float(taken[strongest])) if taken[strongest] > 0 else (None, 0.0)


def motifs_by_chance(
    encoder: ArrayLike,
    decoder: ArrayLike,
    found: tuple[SharedNeuron, ...],
    *,
    inhibition: float = AT_LEAST_INHIBITION,
    seed: int = 0,
    count: int = 200,
) -> float:
    """Say how many asymmetric pairs would have an inhibitor by chance.

    For each pair, what the other neurons read of the large feature is permuted among them, against what they write
    to the small one: the same weights, and no arrangement.

    Parameters
    ----------
    encoder, decoder
        As for `shared_neurons`.
    found : tuple of SharedNeuron
        What that returned.
    inhibition : float
        As there.
    seed, count : int
        Of the permutations; count >= 1.

    Returns
    -------
    float
        Mean over permutations; `motifs` are more than chance where they are well above it.

    Raises
    ------
    TypeError, ValueError
        As `shared_neurons`, or if the pairs are not of these weights.

    Examples
    --------
    >>> from toytoy.numeric.motif import motifs_by_chance, shared_neurons
    >>> weights = [[2.0, -0.5], [2.0, 0.0], [0.0, 0.0]], [[0.5, 0.0, 0.0], [2.0, -3.0, 0.0]]
    >>> 0.3 < motifs_by_chance(*weights, shared_neurons(*weights)) < 0.7  # one other neuron in two would do
    True
    """
    SEED.check(seed)
    PERMUTATIONS.check(count)
    INHIBITION.check(inhibition)
    inward, outward = _one_model(encoder, decoder)
    _check_found_in(inward, outward, _check_pairs(found))
    rng, chance = np.random.default_rng(seed), 0.0
    for pair in found:
        if pair.kind == "symmetric":
            continue
        s, a, b = pair.neuron, pair.large, pair.small
        others = np.delete(np.arange(len(inward)), s)
        driven = np.maximum(inward[others, a] * np.sign(inward[s, a]), 0.0)
        taking = np.maximum(-outward[b, others], 0.0)
        least = inhibition * abs(inward[s, a]) * outward[b, s]
        shuffled = rng.permuted(np.tile(driven, (count, 1)), axis=1)
        chance += float(((shuffled * taking).max(axis=1, initial=0.0) >= least).mean())
    return chance
