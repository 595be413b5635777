"""The global minimum of the loss, certified: an interval that provably holds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from .activation import PiecewiseLinear
from .domain import Domain, Number
from .estimate import Estimate
from .fraction import exact_loss, exactly
from .interval import Enclosure
from .problem import Problem, check_problem
from .support import Independent

__all__ = ["Certificate", "certificate", "certify"]

WIDTH = Domain("relative_width", 0, 1, low_open=True, high_open=True, hint="1e-9 takes milliseconds")
MAX_BOXES = Domain(
    "max_boxes", 1, integer=True, hint="a million boxes take about a second, half a minute of three features"
)
Vector = tuple[float, ...]
# A ratio r of importances rounded up to r (1 + δ), δ <= 2^-52: a loss there lies between F(r) and (1 + δ) F(r).
LEAST = 1e-60  # of density, and of an importance as a share of the largest
LEAST_OF_THREE, LEAST_RATIO_OF_THREE = 1e-6, 1e-6
GROWN = 1 + Fraction(1, 2**52)


@dataclass(frozen=True)
class Certificate:
    """What is certain about the least loss over all weights and biases, and the best model met.

    Parameters
    ----------
    enclosure : Enclosure
        Provably holds the global minimum, per input, summed over features; its ends are exact. A point where
        the minimum is known in closed form.
    weights : tuple of n_hidden tuples of n_features floats
        A model whose loss lies in the enclosure.
    bias : tuple of n_features floats
    n_boxes : int
        Boxes judged by branch and bound; 0 for a closed form.
    complete : bool
        Whether the relative width that was asked for was reached.
    """

    enclosure: Enclosure
    weights: tuple[Vector, ...]
    bias: Vector
    n_boxes: int
    complete: bool

    @property
    def exact(self) -> bool:
        """Whether the minimum is known exactly, not just to an interval."""
        return self.enclosure.radius == 0

    @property
    def estimate(self) -> Estimate:
        """The enclosure as an `Estimate` of kind "certified", rounded outward."""
        return self.enclosure.estimate()


def certify(problem: Problem, relative_width: float = 1e-9, max_boxes: int = 1_000_000) -> Estimate:
    """Compute an interval that provably holds the global minimum of the loss over all W and b.

    Two features in one dimension under a ReLU, or three in two: branch and bound over the weights, each bias eliminated
    exactly, every bound rounded outward (docs/derivations, "certificate"). Where the best of two features provably
    drops the other, the minimum is that feature's I v, exactly, and the error is the float's. Linear models, and as
    many dimensions as features that matter, have closed answers.

    Parameters
    ----------
    problem : Problem
        With independent features: two in one dimension or three in two, all of one density, under a ReLU; or any linear
        model; or no more features of positive importance than dimensions.
    relative_width : float in (0, 1)
        Width of the interval, relative to the loss, at which the search may stop. The floor of doubles is some
        1e-13 over the density, and 1e-11 at best.
    max_boxes : int
        Work allowed. When it runs out the interval is still certain, but wider. Of three features a million boxes take
        half a minute or more: enough for 1e-6 at densities from 1e-4 to 0.1; at 0.3 to 1 they leave 25 to 70 % of the
        loss.

    Returns
    -------
    Estimate
        Of kind "certified"; its `interval` holds the minimum.

    Raises
    ------
    TypeError, ValueError
        If the problem is none of the above; if a number is out of range; if the density, or the ratio of the least
        importance to the largest, is below 1e-60, of three features below 1e-6.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.certificate import certify
    >>> low, high = certify(tt.Problem.toy(2, importance=1, density=0.5)).interval
    >>> low < 0.0762824469895635734 < high, (high - low) / high < 1e-9
    (True, True)
    """
    return certificate(problem, relative_width, max_boxes).estimate


def certificate(problem: Problem, relative_width: float = 1e-9, max_boxes: int = 1_000_000) -> Certificate:
    """Certify the global minimum as `certify` does, with exact ends and with what the search found.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.certificate import certificate
    >>> found = certificate(tt.Problem.toy(2, importance=0.2, density=0.5))  # the second feature is dropped
    >>> found.exact, found.weights, float(found.enclosure)  # r v
    (True, ((1.0, 0.0),), 0.020833333333333336)
    """
    check_problem(problem)
    width, max_boxes = float(WIDTH.check(relative_width)), MAX_BOXES.check(max_boxes)
    if not isinstance(problem.support, Independent):
        raise ValueError(f"support must be Independent() to be certified, got support={problem.support!r}")
    hinges, slopes = _pieces(problem)
    linear, relu = hinges == () and slopes == (1,), hinges == (0,) and slopes == (0, 1)
    kept = sorted(range(problem.n_features), key=lambda i: -_worth(problem, i))[: problem.n_hidden]
    if linear or (relu and sum(exactly(i) > 0 for i in problem.importances) <= problem.n_hidden):
        return _closed(problem, kept)
    _refuse_others(problem, relu)
    if problem.n_features == 3:
        return _of_three(problem, width, max_boxes)
    from .proof.pair_search import least_of_pair  # loads numba

    density, *_ = map(float, problem.densities)
    scale, swapped = max(problem.importances), problem.importances[1] > problem.importances[0]
    # rounded up: a feature that is dropped at some r is dropped at all smaller ones, not at larger ones
    r = _rounded_up(exactly(min(problem.importances)) / exactly(scale))
    found = least_of_pair(density, r, width, max_boxes)
    if found.dropped:
        return _closed(problem, kept, found.n_boxes)
    weight = exactly(scale)
    enclosure = Enclosure(weight * exactly(found.lower) / GROWN, weight * exactly(found.upper))
    flip = -1 if swapped else 1
    return _searched(enclosure, (found.weights[::flip],), found.bias[::flip], found.n_boxes, width)


def _rounded_up(ratio: Fraction) -> float:
    """Return the least float not below a ratio."""
    r = float(ratio)
    return r if exactly(r) >= ratio else math.nextafter(r, math.inf)


def _of_three(problem: Problem, width: float, max_boxes: int) -> Certificate:
    """Search with features of equal importance in front: they may change places."""
    from .proof.triple_search import least_of_triple  # loads numba

    weights = [exactly(importance) for importance in problem.importances]
    order = next((o for o in ((0, 1, 2), (0, 2, 1), (1, 2, 0)) if weights[o[0]] == weights[o[1]]), (0, 1, 2))
    first, second, third = (_rounded_up(weights[i] / max(weights)) for i in order)
    density, *_ = map(float, problem.densities)
    found = least_of_triple(density, (first, second, third), width, max_boxes)
    back = [order.index(i) for i in range(3)]
    rows, bias = tuple(tuple(row[k] for k in back) for row in found.weights), tuple(found.bias[k] for k in back)
    upper = exact_loss(problem, rows, bias)
    enclosure = Enclosure(min(max(weights) * exactly(found.lower) / GROWN, upper), upper)
    return _searched(enclosure, rows, bias, found.n_boxes, width)


def _searched(enclosure: Enclosure, rows: tuple[Vector, ...], bias: Vector, n_boxes: int, width: float) -> Certificate:
    complete = enclosure.upper - enclosure.lower <= exactly(width) * enclosure.upper
    return Certificate(enclosure, rows, bias, n_boxes, complete)


def _worth(problem: Problem, i: int) -> Fraction:
    """I_i v_i, exact: what dropping feature i costs."""
    p = exactly(problem.densities[i])
    return exactly(problem.importances[i]) * (p / 3 - p * p / 4)


def _closed(problem: Problem, kept: list[int], n_boxes: int = 0) -> Certificate:
    """Keep the features of most worth on axes of their own and drop the others: what that costs is known exactly."""
    loss = sum((_worth(problem, i) for i in range(problem.n_features) if i not in kept), Fraction(0))
    weights = tuple(tuple(float(i == k) for i in range(problem.n_features)) for k in kept)
    bias = tuple(0.0 if i in kept else float(problem.densities[i]) / 2 for i in range(problem.n_features))
    return Certificate(Enclosure(loss, loss), weights, bias, n_boxes, True)


def _pieces(problem: Problem) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """Return hinges and slopes of the activation; of a smooth one, slopes that nothing matches."""
    sigma = problem.sigma
    return (tuple(sigma.hinges), tuple(sigma.slopes)) if isinstance(sigma, PiecewiseLinear) else ((), ())


def _refuse_others(problem: Problem, relu: bool) -> None:
    """Refuse what there is no certificate for."""
    size = (problem.n_features, problem.n_hidden)
    if not relu or size not in ((2, 1), (3, 2)):
        raise ValueError(
            f"only (2,1) and (3,2) ReLU models and linear ones can be certified, got {size} with "
            f"activation={problem.activation!r}; tt.minimize finds their optimum without a certificate"
        )
    p, *others = problem.densities
    if any(exactly(q) != exactly(p) for q in others):
        raise ValueError(f"density must be the same for all features to be certified, got {problem.density!r}")
    # below, products of what is bounded relative to its size underflow, or a search of three features does not end
    least_p, least_r = (LEAST, LEAST) if size == (2, 1) else (LEAST_OF_THREE, LEAST_RATIO_OF_THREE)
    if not p >= least_p:
        raise ValueError(f"density must be at least {least_p:g} to be certified for {size}, got density={p!r}")
    ratio = min(map(exactly, problem.importances)) / max(map(exactly, problem.importances))
    if ratio < exactly(least_r):
        raise ValueError(
            f"the least importance must be at least {least_r:g} times the largest to be certified for {size}, "
            f"got importance={problem.importance!r}; a feature of importance 0 may be left out of the problem"
        )
    if exactly(p) != exactly(float(p)):
        raise ValueError(f"density must be a float to be certified, got density={p!r}; give float({p!r})")
