"""Absolute values from neurons that each serve one feature: the least loss of such a network, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

from .domain import DENSITY, IMPORTANCE, Domain, Number, short

N_NEURONS = Domain("n_neurons", 0, integer=True, hint="give the number of hidden neurons; two a feature suffice")
TARGET_LOSS = Domain("loss", 0, hint="give a loss per input, summed over features")
Numbers = Number | Sequence[Number]


def feature_costs(density: Number) -> tuple[Number, Number, Number]:
    """Give a feature's least squared error with 0, 1 and 2 neurons of its own, at importance 1.

    The feature is 0, or, with probability p, uniform on [-1, 1]; y = ReLU(v·h + b) is to be its absolute value.
    Without a neuron the best answer is the mean b = p / 2; with one, b = 2p / (8 − 3p) and slope 1 − 3b / 2; with
    two there is no error, since ``|x| = ReLU(x) + ReLU(−x)`` (:eq:`monosemantic-costs`).

    Parameters
    ----------
    density : number in (0, 1]
        p. A Fraction gives Fractions.

    Returns
    -------
    three numbers, falling
        p/3 − p²/4,  p/6 − p² / (2 (8 − 3p)),  0.

    Raises
    ------
    TypeError, ValueError
        If the density is out of its range.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from toytoy.analytic.monosemantic import feature_costs
    >>> feature_costs(Fraction(1))
    (Fraction(1, 12), Fraction(1, 15), Fraction(0, 1))
    """
    p = DENSITY.check(density)
    return p / 3 - p * p / 4, p / 6 - p * p / (2 * (8 - 3 * p)), 0 * p


def monosemantic_losses(density: Sequence[Number], importance: Sequence[Number], n_neurons: int) -> tuple[Number, ...]:
    """Give the least loss of networks of 0, 1, … neurons that each serve one feature and compute absolute values.

    A neuron that reads and writes one feature leaves the features apart, so that the loss is the least sum of
    `feature_costs` over all ways to share the neurons out, none, one or two a feature (:eq:`monosemantic-loss`).
    With one density for all features and an even number that is: the most important n_neurons / 2 features exactly,
    the others by their means.

    Parameters
    ----------
    density : sequence of n numbers in (0, 1]
    importance : sequence of n numbers >= 0
    n_neurons : int
        The largest network's, >= 0.

    Returns
    -------
    tuple of n_neurons + 1 numbers, not rising
        Loss per input, summed over features. Fractions for Fractions.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or they are not sequences of the same length.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from toytoy.analytic.monosemantic import monosemantic_losses
    >>> half = Fraction(1, 2)
    >>> [str(loss) for loss in monosemantic_losses((half, half), (Fraction(1), half), 4)]
    ['5/32', '145/1248', '5/96', '5/156', '0']
    """
    N_NEURONS.check(n_neurons)
    density, importance = _one_a_feature("density", density), _one_a_feature("importance", importance)
    if len(density) != len(importance):
        sizes = f"{len(density)} and {len(importance)}"
        raise ValueError(f"density and importance must have one number a feature each, got {sizes} numbers")
    best: list[Number] = [0] * (n_neurons + 1)
    for p, weight in zip(density, importance, strict=True):
        costs = [IMPORTANCE.check(weight) * cost for cost in feature_costs(p)]
        best = [min(best[k - used] + costs[used] for used in range(min(k, 2) + 1)) for k in range(n_neurons + 1)]
    return tuple(best)


def neurons_worth(density: Sequence[Number], importance: Sequence[Number], loss: float) -> float:
    """Say how many neurons, each with one feature, have a given loss: between two whole numbers, by interpolation.

    Parameters
    ----------
    density, importance : sequences of n numbers
    loss : float
        Loss per input, summed over features, >= 0.

    Returns
    -------
    float
        In [0, 2n]; 0 for what is no better than the means alone. The fewest, where more lose as much.

    Raises
    ------
    TypeError, ValueError
        As `monosemantic_losses`, or if the loss is out of its range.

    Examples
    --------
    >>> from toytoy.analytic.monosemantic import monosemantic_losses, neurons_worth
    >>> losses = monosemantic_losses((0.1,) * 3, (1.0, 0.8, 0.64), 6)
    >>> neurons_worth((0.1,) * 3, (1.0, 0.8, 0.64), losses[4])
    4.0
    """
    TARGET_LOSS.check(loss)
    n = len(_one_a_feature("density", density))
    losses = [float(each) for each in monosemantic_losses(density, importance, 2 * n)]  # the last is 0
    k = next(k for k, least in enumerate(losses) if least <= loss)
    return k - (loss - losses[k]) / (losses[k - 1] - losses[k]) if k else 0.0


def _one_a_feature(name: str, numbers: Sequence[Number]) -> tuple[Number, ...]:
    try:
        return tuple(numbers)
    except TypeError:
        rule = f"{name} must be a sequence of numbers, one a feature"
        raise TypeError(f"{rule}, got {name}={short(numbers)}; write (0.5,)") from None
