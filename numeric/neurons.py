"""Which neurons serve one feature and which serve several: a stated criterion, and how much its threshold matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import TOLERANCE, Domain, short
from ..analytic.model import check_weights
from .trained import TRAINED_TOLERANCE

__all__ = ["Neuron", "count_kinds", "gains", "monosemantic_by_share", "neuron_kinds"]

Array = NDArray[np.float64]
SHARE = Domain("share", 0.5, 1, low_open=True, hint="above 1/2 at most one feature can have it; 0.9 is the default")
MOST = 0.9  # a neuron with weights 3 and 1 is the edge: 9/10 of its squared weight is one feature's


class Neuron(StrEnum):
    """What a hidden neuron is for.

    Examples
    --------
    >>> from toytoy.numeric.neurons import Neuron, neuron_kinds
    >>> neuron_kinds([[1.0, 0.0], [1.0, 1.0]])[0] is Neuron.MONOSEMANTIC
    True
    """

    SILENT = "silent"
    MONOSEMANTIC = "monosemantic"
    POLYSEMANTIC = "polysemantic"


def gains(encoder: ArrayLike, decoder: ArrayLike | None = None) -> Array:
    """Compute what each neuron does for each feature: ``|weight in × weight out|``.

    It is the slope of the feature's output in the feature, by way of that neuron, and does not change when a
    neuron's weights in are scaled up and its weights out down. With tied weights it is the squared weight.

    Parameters
    ----------
    encoder : array, shape (..., n_hidden, n_features)
    decoder : array, shape (..., n_features, n_hidden), optional
        By default the encoder's transpose: tied weights.

    Returns
    -------
    array, shape (..., n_hidden, n_features)
        >= 0.

    Raises
    ------
    TypeError, ValueError
        If weights are not real and finite, there is no feature, or the shapes do not fit.

    Examples
    --------
    >>> from toytoy.numeric.neurons import gains
    >>> gains([[2.0, -0.5]], [[0.5], [2.0]])
    array([[1., 1.]])
    """
    inward, outward = check_layers(encoder, decoder)
    return np.abs(inward * outward.swapaxes(-1, -2))


def check_layers(encoder: ArrayLike, decoder: ArrayLike | None = None) -> tuple[Array, Array]:
    """Return encoder and decoder as float64, by default the encoder's transpose, if their shapes fit.

    Raises
    ------
    TypeError, ValueError
        As `gains`.
    """
    inward = check_weights(encoder, "encoder")
    if not inward.shape[-1]:
        raise ValueError(f"encoder must have one feature or more, got shape {inward.shape}; one column is one")
    turned = inward.swapaxes(-1, -2)
    outward = turned if decoder is None else check_weights(decoder, "decoder", "n_features, n_hidden")
    if turned.shape != outward.shape:
        raise ValueError(
            f"decoder must have the encoder's shape with its last two axes swapped, got shapes {inward.shape} and "
            f"{outward.shape}; transpose one"
        )
    return inward, outward


def neuron_kinds(
    encoder: ArrayLike,
    decoder: ArrayLike | None = None,
    *,
    share: float = MOST,
    tolerance: float = TRAINED_TOLERANCE,
) -> NDArray[Any]:
    """Tell monosemantic neurons from polysemantic ones.

    A neuron is silent where its gains add up to less than the tolerance; else monosemantic where one feature has at
    least `share` of them; else polysemantic.

    Parameters
    ----------
    encoder, decoder
        As for `gains`.
    share : float
        In (1/2, 1].
    tolerance : float
        In [0, 1), of the sum of a neuron's gains: with tied weights, of its squared weight.

    Returns
    -------
    array of Neuron, shape (..., n_hidden)

    Raises
    ------
    TypeError, ValueError
        As `gains`, or if a threshold is out of its range.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition in a Privileged Basis", calls
    a neuron polysemantic if it "stores more than one feature", judged by eye.

    Examples
    --------
    >>> from toytoy.numeric.neurons import neuron_kinds
    >>> [str(kind) for kind in neuron_kinds([[1.0, 0.1, 0.0], [0.7, 0.7, 0.0], [0.0, 0.0, 0.05]])]
    ['monosemantic', 'polysemantic', 'silent']
    """
    SHARE.check(share)
    TOLERANCE.check(tolerance)
    found = gains(encoder, decoder)
    total = found.sum(axis=-1)
    largest = found.max(axis=-1)
    kinds = np.full(total.shape, Neuron.POLYSEMANTIC, dtype=object)
    kinds[largest >= share * total] = Neuron.MONOSEMANTIC
    kinds[total <= tolerance] = Neuron.SILENT
    return kinds


def count_kinds(kinds: NDArray[Any]) -> dict[str, int]:
    """Count neurons of each kind.

    Parameters
    ----------
    kinds : array of Neuron, any shape

    Raises
    ------
    TypeError
        If there is anything but kinds among them.

    Examples
    --------
    >>> from toytoy.numeric.neurons import count_kinds, neuron_kinds
    >>> count_kinds(neuron_kinds([[1.0, 0.0], [1.0, 1.0]]))
    {'silent': 0, 'monosemantic': 1, 'polysemantic': 1}
    """
    given = np.asarray(kinds, dtype=object)
    if not given.ndim or not all(kind in tuple(Neuron) for kind in given.flat):
        raise TypeError(f"kinds must be an array of Neuron, got kinds={short(kinds)}; see neuron_kinds")
    return {str(kind): int((given == kind).sum()) for kind in Neuron}


def monosemantic_by_share(
    encoder: ArrayLike, decoder: ArrayLike | None = None, shares: Sequence[float] = (0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
) -> dict[float, int]:
    """Count the monosemantic neurons at several thresholds: what depends on the threshold is no finding.

    Parameters
    ----------
    encoder, decoder
        As for `gains`.
    shares : sequence of float
        Thresholds, each in (1/2, 1].

    Returns
    -------
    dict
        From threshold to count.

    Raises
    ------
    TypeError, ValueError
        As `neuron_kinds`, or if the thresholds are no sequence.

    Examples
    --------
    >>> from toytoy.numeric.neurons import monosemantic_by_share
    >>> monosemantic_by_share([[1.0, 0.4], [1.0, 0.1]], shares=(0.8, 0.9, 0.995))
    {0.8: 2, 0.9: 1, 0.995: 0}
    """
    if isinstance(shares, str) or not isinstance(shares, Iterable):
        raise TypeError(f"shares must be a sequence of numbers, got shares={short(shares)}; write (0.9,)")
    return {
        share: count_kinds(neuron_kinds(encoder, decoder, share=share))[Neuron.MONOSEMANTIC.value] for share in shares
    }
