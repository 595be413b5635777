"""Kinks: in cases known by hand, and wherever the exact second derivative differs on two sides."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import kinks as kinks_module
from toytoy.analytic.kinks import TOUCHING, KinkWarning, kinks
from toytoy.analytic.solution import Kink

from tests.cross.accuracy import problem_of
from tests.reference import draws, laws, second
from tests.reference.draws import Case

F = Fraction
TOY = tt.Problem.toy(2, importance=0.4, density=0.5)
CLIPPED = TOY.replace(activation=tt.ClippedReLU(0.7))


def at(problem: tt.Problem, weights: Any, bias: Any) -> tuple[Kink, ...]:
    return kinks(problem, np.array(weights), np.array(bias))


def test_a_zero_bias_touches_with_nothing_active() -> None:
    assert at(TOY, [[0.9, -0.8]], [0.0, 0.1]) == (Kink(0, (), 0.0),)
    assert not at(TOY, [[0.9, -0.8]], [0.01, 0.1])


def test_a_bias_that_takes_back_its_own_norm_touches_with_that_feature() -> None:
    weights = np.array([[0.9, 0.5]])
    gram = weights.T @ weights
    assert kinks(TOY, weights, np.array([-gram[0, 0], 0.3])) == (Kink(0, (0,), 0.0),)


def test_one_that_takes_back_another_feature_does_not() -> None:
    """Where feature 0 alone only just opens output 1, the error starts as a square: E z₊² is twice differentiable."""
    weights = np.array([[0.9, 0.5]])
    gram = weights.T @ weights
    assert kinks(TOY, weights, np.array([0.3, -gram[1, 0]])) == ()
    clipped = CLIPPED.replace(importance=1.0)  # but an output of 0.7 that stops rising was wrong by 0.7
    assert kinks(clipped, weights, np.array([0.3, 0.7 - gram[1, 0]])) == (Kink(1, (0,), 0.7),)


def test_the_dedicated_ansatz_sits_on_its_bias() -> None:
    """Its zero entry is no second place: at its largest value feature 1 writes nothing on output 0."""
    assert at(TOY, [[1.0, 0.0]], [0.0, 0.25]) == (Kink(0, (), 0.0),)


def test_an_answer_that_stops_where_it_is_right_has_no_kink() -> None:
    """W_0 = 1 clipped at 1: the output reaches its upper hinge just where x_0 is 1."""
    problem = TOY.replace(activation=tt.ClippedReLU(1.0), density=1.0)
    assert at(problem, [[1.0, 0.0]], [0.0, 0.5]) == ()


def test_the_absolute_value_folds_without_a_kink() -> None:
    problem = TOY.replace(activation="abs")
    assert at(problem, [[0.9, -0.8]], [0.0, 0.1]) == ()
    assert at(problem, [[0.0, -0.8]], [0.0, 0.1]) == (Kink(0, (), 0.0),)  # x_0 is active, and z is 0


def test_outputs_of_no_importance_have_none() -> None:
    assert at(TOY.replace(importance=(0.0, 1.0)), [[0.9, -0.8]], [0.0, 0.1]) == ()


def test_the_optimum_at_equal_importance_sits_on_none() -> None:
    problem = TOY.replace(importance=(1.0, 1.0))
    assert tt.minimize(problem, tt.Multistart(n_starts=4)).kinks == ()


@pytest.mark.parametrize(
    ("offset", "count"), [(0.5 * TOUCHING, 1), (TOUCHING, 1), (2 * TOUCHING, 0), (-2 * TOUCHING, 0)]
)
def test_the_tolerance(offset: float, count: int) -> None:
    assert len(at(TOY, [[0.9, -0.8]], [offset, 0.1])) == count
    # an entry as large as that counts as 0: nothing acts on output 1, whose z is 0 on the whole cube
    assert at(TOY.replace(density=1.0), [[1.0, TOUCHING]], [0.5, 0.0]) == (Kink(1, (), 0.0),)


def test_every_hinge_counts_and_a_line_has_none() -> None:
    assert at(CLIPPED, [[0.9, -0.8]], [0.7, 0.1]) == (Kink(0, (), 0.7),)
    assert at(TOY.replace(activation="linear"), [[0.0, 0.0]], [0.0, 0.0]) == ()
    assert at(TOY.replace(activation=tt.LeakyReLU(1.0)), [[0.0, 0.0]], [0.0, 0.0]) == ()
    assert at(TOY.replace(activation="gelu"), [[0.0, 0.0]], [0.0, 0.0]) == ()


def test_sets_that_never_occur_do_not_count() -> None:
    """At density 1 nothing is ever silent: b = 0 is no kink, unless nothing acts on the output."""
    dense = TOY.replace(density=1.0)
    assert at(dense, [[0.9, -0.8]], [0.0, 0.0]) == ()
    assert at(dense, [[0.0, -0.8]], [0.0, 0.1]) == (Kink(0, (), 0.0),)


def test_the_warning_is_one_line_that_names_them() -> None:
    text = str(KinkWarning.at((Kink(0, (), 0.0), Kink(2, (1,), 0.5))))
    assert "(output 0 on hinge 0 at features (), output 2 on hinge 0.5 at features (1,))" in text
    assert "\n" not in text


def touching(seed: int, count: int) -> Iterator[Case]:
    """Draw models whose hinges sit on corners, exactly: round weights, zeros among them, under every law."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        name = str(rng.choice(["relu", "abs", "leaky", "clipped"]))
        parameter = {"leaky": 0.25, "clipped": float(rng.choice([0.5, 1.0, 2.0]))}.get(name, 0.0)
        n = int(rng.integers(1, 4))
        weights = rng.choice([0, 0, 1, -1, 0.5], size=(int(rng.integers(1, n + 1)), n))
        corners = np.sum((rng.random((n, n)) < 0.4) * (weights.T @ weights), axis=1)
        bias = rng.choice(draws.pieces(name, parameter)[0], size=n) - corners + rng.choice([0, 0, 0.25], size=n)
        importance = tuple(float(x) for x in rng.choice([1.0, 1.0, 0.0], size=n))
        density = tuple(float(x) for x in rng.choice([1.0, 0.5], size=n))
        case = Case("touching", density, importance, name, parameter, weights, bias)
        if rng.random() < 0.4:
            support = str(rng.choice(draws.SUPPORTS))
            shared = 1 / n if support == "one_hot" else 0.25
            case = case._replace(density=(shared,) * n, support=support, sizes=() if support == "one_hot" else (n,))
        yield case


def difference(case: Case, step: Fraction) -> float:
    """Largest difference of the exact Hessian a step ahead and a step back, in three directions."""
    (m, n), law, rng, largest = case.weights.shape, laws.law_of(case), np.random.default_rng(0), F(0)
    for _ in range(3):
        direction = [F(int(x)) for x in rng.integers(-9, 10, m * n + n)]
        sides = []
        for s in (step, -step):
            flat = [F(float(x)) + s * d for x, d in zip((*case.weights.ravel(), *case.bias), direction, strict=True)]
            weights = [flat[k * n : (k + 1) * n] for k in range(m)]
            sides.append(second.hessian(law, case.importance, case.pieces, weights, flat[m * n :]))
        largest = max(largest, *(abs(x - y) for r, s in zip(*sides, strict=True) for x, y in zip(r, s, strict=True)))
    return float(largest)


@pytest.mark.equation("curvature-kinks")
def test_kinks_are_where_the_exact_hessian_differs_on_two_sides() -> None:
    found = []
    for case in touching(0, 60):
        near, nearer = (difference(case, F(1, 2**bits)) for bits in (25, 35))
        jumps = nearer > 0.3 * near > 0  # without a jump it falls with the step, by 1000
        assert bool(kinks(problem_of(case), case.weights, case.bias)) == jumps, case
        found.append(jumps)
    assert 10 < sum(found) < 50  # both happen


def test_no_list_of_active_sets_is_needed() -> None:
    """The rule for independent groups gives what listing all active sets gives."""
    found = 0
    for case in touching(1, 400):
        given = problem_of(case)
        ours = kinks(given, case.weights, case.bias)
        assert ours == kinks_by_list(given, case.weights, case.bias), case
        found += len(ours)
    assert found > 50


def kinks_by_list(problem: tt.Problem, weights: np.ndarray, bias: np.ndarray) -> tuple[Kink, ...]:
    """Hold the listed route to the same problem."""
    sets = [active for active, _ in problem.active_sets()]

    def listed(j: int, acts: np.ndarray, _: object) -> Iterator[tuple[tuple[int, ...], bool]]:
        for active in sets:
            acting = tuple(i for i in active if acts[i])
            if len(acting) < 2:
                yield acting, j in active

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinks_module, "_corners", listed)
        return kinks(problem, weights, bias)


def test_a_hundred_features() -> None:
    """80 dedicated features with bias 0, and 20 dropped at their mean: the published ansatz, whose kinks are known."""
    problem = tt.Problem(n_features=100, n_hidden=80, density=0.1)
    found = kinks(problem, np.eye(80, 100), np.where(np.arange(100) < 80, 0.0, 0.05))
    assert found == tuple(Kink(j, (), 0.0) for j in range(80))
    assert not kinks(problem.replace(density=1.0), np.eye(80, 100), np.where(np.arange(100) < 80, 0.0, 0.5))
