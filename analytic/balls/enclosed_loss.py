"""A rigorous enclosure of the population loss, of one model or of a whole box of models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..activation import piecewise
from ..domain import Domain, short
from ..fraction import exactly
from ..interval import Enclosure
from ..problem import Problem, check_problem
from ..tables import check_size
from .flint_types import arb
from .numbers import BoxMoments, ball, enclosure, hull, precision, rational, to_digits
from .rows import BallHinge, BallRow, Law, Terms, ball_hinges

Pair = tuple[Any, Any]  # exact ends, flint's fractions
MOST_FEATURES = 6
DIGITS = Domain("digits", 1, integer=True, hint="give the number of significant digits")


class Box(NamedTuple):
    """A box of models, exact ends: weights by row, and biases."""

    weights: list[list[Pair]]
    bias: list[Pair]

    @property
    def is_point(self) -> bool:
        """Whether it holds one model only."""
        return all(low == high for low, high in (*self.bias, *(pair for row in self.weights for pair in row)))

    @property
    def middle(self) -> Box:
        """The model in the middle."""
        middles = [[((low + high) / 2,) * 2 for low, high in row] for row in (*self.weights, self.bias)]
        return Box(middles[:-1], middles[-1])


def enclose_loss(problem: Problem, weights: Any, bias: Any, digits: int = 30) -> Enclosure:
    """Enclose the population loss, :eq:`cube-loss`, of a model or of every model in a box.

    Moments of one output are nondecreasing in its Gram entries and its bias, so that two exact evaluations enclose
    them over a box (:eq:`enclosure-monotone`); a box gets the mean-value form besides (:eq:`enclosure-mean`).

    Parameters
    ----------
    problem : Problem
        With a piecewise-linear activation and at most 6 features.
    weights : nested sequence, shape (n_hidden, n_features)
        Entries are numbers, taken as the fractions that they are, or intervals: pairs (low, high), an `Enclosure`, a
        ball of python-flint.
    bias : sequence, shape (n_features,)
        Of the same.
    digits : int, optional
        Significant digits of a single model's loss, >= 1; a loss of 0 is enclosed to as many decimals.

    Returns
    -------
    Enclosure
        Loss per input, summed over features; never below 0. Of a box, all of whose models' losses lie inside: wider
        than they need, by a share that vanishes with the square of the box's size.

    Raises
    ------
    TypeError, ValueError
        If an entry is neither a number nor an interval, a shape does not fit, there are more than 6 features, or the
        activation is smooth.
    ModuleNotFoundError
        Without python-flint, the extra ``toytoy[rigorous]``.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import enclose_loss
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> str(enclose_loss(problem, [[0.96875, -0.96875]], [0.1, 0.1], digits=25))[:27]
    '0.0762879072549364899035253'
    >>> box = enclose_loss(problem, [[(0.96, 0.98), (-0.98, -0.96)]], [0.1, 0.1])
    >>> round(float(box.lower), 4), round(float(box.upper), 4)  # of all models in it
    (0.0755, 0.0771)
    """
    check_size_of(check_problem(problem))
    box = check_box(problem, weights, bias)
    if box.is_point:
        found = to_digits(check_digits(digits), lambda: enclosure(_point_loss(problem, box)), lambda e: e.digits)
    else:
        with precision(check_digits(digits)):
            found = enclosure(_box_loss(problem, box))
    return Enclosure(max(found.lower, exactly(0)), found.upper)


def check_size_of(problem: Problem) -> None:
    """Refuse problems that are too large to enclose, or not piecewise linear.

    Raises
    ------
    ValueError
        If they are.
    """
    piecewise(problem.activation)
    check_size(problem)
    if problem.n_features > MOST_FEATURES:
        raise ValueError(
            f"n_features must be at most {MOST_FEATURES} for an enclosure, got n_features={problem.n_features}; "
            "use loss_estimate"
        )


def check_digits(digits: Any) -> int:
    """Return the number of digits, a whole number >= 1.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    return int(DIGITS.check(digits))


def check_box(problem: Problem, weights: Any, bias: Any) -> Box:
    """Read numbers and intervals, and check their shapes.

    Raises
    ------
    TypeError, ValueError
        If an entry is neither a number nor an interval, or a shape does not fit.
    """
    n, m = problem.n_features, problem.n_hidden
    rows = [_sequence("weights", row, n, f"({m}, {n})") for row in _sequence("weights", weights, m, f"({m}, {n})")]
    return Box(
        [[_pair("weights", value) for value in row] for row in rows],
        [_pair("bias", value) for value in _sequence("bias", bias, n, f"({n},)")],
    )


def _sequence(name: str, given: Any, length: int, shape: str) -> list[Any]:
    if hasattr(given, "detach"):
        given = given.detach().cpu().numpy()
    if not hasattr(given, "__len__") or isinstance(given, str) or len(given) != length:
        raise ValueError(f"{name} must have shape {shape}, numbers or pairs (low, high), got {name}={short(given)}")
    return list(given)


def _pair(name: str, value: Any) -> Pair:
    """Read a number or an interval."""
    if isinstance(value, arb):
        if not value.is_finite():
            raise ValueError(f"{name} must be finite, got the ball {value}")
        return value.lower().fmpq(), value.upper().fmpq()
    given = value.interval if isinstance(value, Enclosure) else value
    ends = list(given) if hasattr(given, "__len__") and len(given) == 2 else [given]
    try:
        if any(isinstance(end, str) for end in ends):
            raise TypeError
        low, high = rational(ends[0]), rational(ends[-1])
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"{name} must be finite numbers or pairs (low, high) of them, got {short(value)}") from None
    if low > high:
        raise ValueError(f"{name} must be pairs (low, high) with low <= high, got {short(value)}; swap them")
    return low, high


def ball_law(problem: Problem) -> Law:
    """Every active set with its probability, a ball."""
    densities = tuple(map(exactly, problem.densities))
    return [(active, ball(chance)) for active, chance in problem.support.active_sets(densities)]


def _terms(problem: Problem, box: Box, order: int) -> list[Terms]:
    """Every output's error and derivatives over a box, importance included."""
    hinges, law = ball_hinges(problem), ball_law(problem)
    gram = _gram(box.weights)
    return [
        {by: ball(worth) * term for by, term in _row(j, pair, row, hinges).terms(law, order).items()}
        for j, (worth, pair, row) in enumerate(zip(problem.importances, box.bias, gram, strict=True))
    ]


def _row(j: int, bias: Pair, entries: list[Pair], activation: tuple[list[BallHinge], Any]) -> BallRow:
    moments = [BoxMoments((bias[0] - hinge.at, bias[1] - hinge.at), entries) for hinge in activation[0]]
    return BallRow(j, [hull(*bias), *(hull(*pair) for pair in entries)], moments, activation)


def _gram(weights: list[list[Pair]]) -> list[list[Pair]]:
    """WᵀW of a box, exactly."""
    columns = list(zip(*weights, strict=True))
    return [[_dot(left, right, left is right) for right in columns] for left in columns]


def _dot(left: Sequence[Pair], right: Sequence[Pair], same: bool) -> Pair:
    low, high = rational(0), rational(0)
    for (a, b), (c, d) in zip(left, right, strict=True):
        nearest = min(max(a, 0), b)  # to 0
        products = (a * a, b * b, nearest**2) if same else (a * c, a * d, b * c, b * d)
        low += min(products)
        high += max(products)
    return low, high


def _point_loss(problem: Problem, box: Box) -> Any:
    return sum((row[()] for row in _terms(problem, box, 0)), arb(0))


def _box_loss(problem: Problem, box: Box) -> Any:
    """Meet the hull of all terms with the mean-value form, :eq:`enclosure-mean`."""
    n, rows = problem.n_features, _terms(problem, box, 1)
    total = sum((row[()] for row in rows), arb(0))
    slopes = [[row[i + 1,] for i in range(n)] for row in rows]
    mean = _point_loss(problem, box.middle)
    for j, pair in enumerate(box.bias):
        mean += rows[j][0,] * _off(pair)
    for row in box.weights:
        w = [hull(*pair) for pair in row]
        for i, pair in enumerate(row):
            mean += sum((w[j] * (slopes[j][i] + slopes[i][j]) for j in range(n)), arb(0)) * _off(pair)
    return total.intersection(mean)


def _off(pair: Pair) -> Any:
    """Give the pair less its middle: a ball around 0."""
    half = (pair[1] - pair[0]) / 2
    return hull(-half, half)
