"""What must hold of drawn numbers, activations, support laws, seeds and rotations, whatever is drawn."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import toytoy as tt
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from toytoy.analytic import domain
from toytoy.analytic.activation import Smooth, resolve
from toytoy.analytic.domain import Domain
from toytoy.compare import strategies
from toytoy.compare.notation import parse_activation, write_activation
from toytoy.compare.strategies.problems import lawful_density

EPS = float(np.finfo(float).eps)
DOMAINS = [value for value in vars(domain).values() if isinstance(value, Domain)]
Drawn = Any


class Law(NamedTuple):
    """A strategy, and the property that everything drawn from it must have."""

    drawn: SearchStrategy[Any]
    holds: Callable[[Any], None]


@st.composite
def between(draw: DrawFn, make: Callable[[float, float], SearchStrategy[float]], least: float, most: float) -> Drawn:
    """Draw two ends, and a number that a strategy draws between them."""
    low, high = sorted(draw(st.lists(st.floats(least, most), min_size=2, max_size=2)))
    return low, draw(make(low, high)), high


def density_holds(drawn: tuple[float, float, float]) -> None:
    """It lies between its ends, is accepted, and the empty model's loss is p/3, by fractions exactly."""
    low, p, high = drawn
    assert low <= p <= high
    problem = tt.Problem(n_features=1, n_hidden=1, density=p)
    nothing: Any = [Fraction(0)]  # numpy's types know no fractions
    assert tt.loss(problem, [nothing], nothing, method="fraction") == Fraction(p) / 3
    assert abs(tt.loss(problem, [[0.0]], [0.0]) - p / 3) <= 4 * EPS * p


def importance_holds(drawn: tuple[float, float, float]) -> None:
    """It lies between its ends, is accepted, and weighs the loss."""
    low, importance, high = drawn
    assert low <= importance <= high
    one = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    weighed = tt.loss(one.replace(importance=importance), [[0.7]], [0.1])
    assert abs(weighed - importance * tt.loss(one, [[0.7]], [0.1])) <= 4 * EPS * importance


def of_domains(make: Callable[[Domain], SearchStrategy[Any]]) -> SearchStrategy[Any]:
    """Draw one of the declared ranges, and a value that a strategy draws for it."""
    return st.sampled_from(DOMAINS).flatmap(lambda one: st.tuples(st.just(one), make(one)))


def accepted(drawn: tuple[Domain, Any]) -> None:
    """The range takes it, and gives it back as it is."""
    one, value = drawn
    assert one.check(value) == value
    assert one.contains(value)


def refused(drawn: tuple[Domain, Any]) -> None:
    """The range refuses it, in one line that names the parameter and the rule."""
    one, value = drawn
    try:
        one.check(value)
    except (TypeError, ValueError) as error:
        text = str(error)
        assert one.name in text, text
        assert one.rule in text, text
        assert "\n" not in text, text
        return
    raise AssertionError(f"{one.name} took {value!r}")


def by_hand(sigma: Any, z: float) -> float:
    """Evaluate a piecewise-linear activation by its definition."""
    if isinstance(sigma, tt.LeakyReLU):
        return z if z >= 0 else float(sigma.slope) * z
    if isinstance(sigma, tt.ClippedReLU):
        return min(max(z, 0.0), float(sigma.upper))
    return {"relu": max(z, 0.0), "linear": z, "abs": abs(z)}[sigma.name]


def activation_holds(drawn: tuple[Any, float, float]) -> None:
    """It is the function that its name says, no steeper than it claims, and reads back as it is written."""
    activation, z, other = drawn
    sigma = resolve(activation)
    assert resolve(sigma) is sigma
    assert hash(sigma) == hash(resolve(activation))
    scale = sigma.steepest * max(abs(z), abs(other), 1.0)
    rise = abs(float(sigma(z)) - float(sigma(other)))
    assert rise <= sigma.steepest * abs(z - other) + 8 * EPS * scale
    if not isinstance(sigma, Smooth):
        assert abs(float(sigma(z)) - by_hand(sigma, z)) <= 8 * EPS * scale
    assert resolve(parse_activation(write_activation(activation))) == sigma
    assert np.array_equal(sigma(np.array([z, other])), [sigma(z), sigma(other)])


@st.composite
def laws_of_support(draw: DrawFn) -> Drawn:
    """Draw a support law of one to six features with densities that it allows."""
    n = draw(st.integers(1, 6))
    support = draw(strategies.supports(n))
    return n, support, draw(lawful_density(support, n, strategies.densities(), True))


def support_holds(drawn: Drawn) -> None:
    """Its active sets are different, their chances add up to 1, and to each feature's density."""
    n, support, density = drawn
    problem = tt.Problem(n_features=n, n_hidden=1, density=density, support=support)
    names = {law.__name__: law for law in strategies.LAWS}
    assert eval(repr(support), dict(names)) == support
    active = problem.active_sets()
    assert len({members for members, _ in active}) == len(active)
    rounding = 8 * n * EPS
    assert abs(sum(float(chance) for _, chance in active) - 1.0) <= rounding
    for i, p in enumerate(problem.densities):
        assert abs(sum(float(chance) for members, chance in active if i in members) - float(p)) <= rounding
    drawn_sets = [tuple(np.flatnonzero(row > 0).tolist()) for row in tt.sample(problem, 20, seed=n)]
    assert set(drawn_sets) <= {members for members, _ in active}


def seed_holds(seed: int) -> None:
    """Every generator takes it, and what it gives begins alike however much is asked for."""
    problem = tt.Problem.toy(2, density=0.5)
    few, more = tt.sample(problem, 2, seed), tt.sample(problem, 5, seed)
    assert few.tobytes() == more[:2].tobytes()
    np.random.RandomState(seed)  # the oldest, which takes the fewest


def rotation_holds(drawn: tuple[Any, Any]) -> None:
    """It is orthogonal, and turning the hidden space with it leaves the loss as it is."""
    turn, seed = drawn
    m = len(turn)
    assert np.abs(turn.T @ turn - np.eye(m)).max() <= 20 * EPS  # three turns, each rounded
    assert not np.signbit(turn[turn == 0]).any()
    rng = np.random.default_rng(seed)
    case = strategies.Case(
        tt.Problem(n_features=m, n_hidden=m, density=0.3), rng.uniform(-1, 1, (m, m)), rng.uniform(-1, 1, m)
    )
    turned = strategies.Case(case.problem, turn @ case.weights, case.bias)
    strategies.Related("rotated", case, turned).check(tt.loss)


POINTS = st.one_of(st.floats(-3, 3), st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e-9, -1e-9, 1e-300]))
NUMBER_LAWS: dict[str, Law] = {
    "densities": Law(between(strategies.densities, 1e-300, 1.0), density_holds),
    "importances": Law(between(strategies.importances, 0.0, 1e6), importance_holds),
    "inside": Law(of_domains(strategies.inside), accepted),
    "edge": Law(of_domains(strategies.edge), accepted),
    "outside": Law(of_domains(strategies.outside), refused),
    "activations": Law(st.tuples(st.booleans().flatmap(strategies.activations), POINTS, POINTS), activation_holds),
    "supports": Law(laws_of_support(), support_holds),
    "seeds": Law(strategies.seeds(), seed_holds),
    "rotations": Law(st.tuples(st.integers(1, 4).flatmap(strategies.rotations), st.integers(0, 99)), rotation_holds),
}
