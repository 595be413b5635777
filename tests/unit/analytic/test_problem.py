"""Problems: what is accepted, kept as given, and refused in one line."""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.decomposition import paper_limit
from toytoy.analytic.linear import best_linear

GOOD: dict[str, Any] = {"n_features": 2, "n_hidden": 1, "density": 0.5}
EPS = np.finfo(float).eps


def refused(error: type[Exception], match: str, **changes: Any) -> None:
    with pytest.raises(error, match=match) as caught:
        tt.Problem(**{**GOOD, **changes})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [0, 1.2, -0.5, math.nan, math.inf, (0.5, 0.0), [0.5, 1.5], np.array([0.5, np.nan])])
def test_densities_out_of_range(value: Any) -> None:
    refused(ValueError, "density", density=value)


def test_the_faulty_feature_is_named() -> None:
    refused(ValueError, r"density\[1\]=1\.5", density=(0.5, 1.5))


@pytest.mark.parametrize("value", [(1.0,), (1.0, 1.0, 1.0), (), -1.0, (1.0, -1.0), math.inf, math.nan, np.ones(3)])
def test_importances_out_of_range_or_of_wrong_length(value: Any) -> None:
    refused(ValueError, "importance", importance=value)


@pytest.mark.parametrize("value", ["0.5", None, 1j, True, [0.5, None], {0.5: 1}, np.eye(2), np.array(["0.5", "0.5"])])
def test_what_is_not_a_number(value: Any) -> None:
    refused(TypeError, "density", density=value)
    refused(TypeError, "importance", importance=value)


@pytest.mark.parametrize("value", [0, -1])
def test_sizes_start_at_one(value: int) -> None:
    refused(ValueError, "n_features", n_features=value)
    refused(ValueError, "n_hidden", n_hidden=value)


@pytest.mark.parametrize("value", [2.0, "2", None, True])
def test_sizes_are_whole(value: Any) -> None:
    refused(TypeError, "n_features", n_features=value)
    refused(TypeError, "n_hidden", n_hidden=value)


def test_no_more_dimensions_than_features() -> None:
    refused(ValueError, "n_hidden=3 with n_features=2", n_hidden=3)


def test_unknown_activations_and_supports() -> None:
    refused(ValueError, "did you mean 'relu'", activation="rellu")
    refused(TypeError, "activation", activation=np.tanh)
    refused(TypeError, r"Independent\(\)", support="independent")


def test_misspelt_fields() -> None:
    with pytest.raises(TypeError, match="densty"):
        tt.Problem(**GOOD, densty=0.5)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="did you mean 'density'"):
        tt.Problem(**GOOD).replace(densty=0.5)
    with pytest.raises(TypeError):
        tt.Problem(2, 1, 0.5)  # type: ignore[call-arg]


def test_numbers_are_kept_as_given() -> None:
    third = Fraction(1, 3)
    problem = tt.Problem(n_features=2, n_hidden=1, density=third, importance=(1, third))
    assert problem.densities == (third, third)
    assert [type(value) for value in problem.importances] == [int, Fraction]
    assert all(isinstance(chance, Fraction | int) for _, chance in problem.active_sets())
    assert sum(chance for _, chance in problem.active_sets()) == 1


def test_arrays_and_numpy_scalars_become_plain_numbers() -> None:
    problem = tt.Problem(
        n_features=np.int64(2),  # type: ignore[arg-type]
        n_hidden=1,
        density=np.float64(0.5),
        importance=np.array([1.0, 0.4]),  # type: ignore[arg-type]
    )
    assert type(problem.n_features) is int
    assert type(problem.density) is float
    assert problem.importance == (1.0, 0.4)
    assert hash(problem) == hash(tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 0.4)))


def test_equality_and_hash() -> None:
    one, same = tt.Problem.toy(2, density=0.5), tt.Problem(**GOOD, importance=(1.0, 1.0))
    assert one == same
    assert len({one, same, one.replace(density=0.25), one.replace(activation="abs")}) == 3
    assert pickle.loads(pickle.dumps(one)) == one


def test_it_is_frozen_and_replace_validates() -> None:
    problem = tt.Problem(**GOOD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.density = 0.7  # type: ignore[misc]
    assert problem.replace(density=0.7).density == 0.7
    assert problem.density == 0.5
    with pytest.raises(ValueError, match="density"):
        problem.replace(density=1.2)


@pytest.mark.parametrize("n", [2, 3])
def test_toys(n: int) -> None:
    problem = tt.Problem.toy(n, importance=0.4, density=0.5)
    assert (problem.n_features, problem.n_hidden) == (n, n - 1)
    assert problem.importances == (*[1.0] * (n - 1), 0.4)
    bad: list[dict[str, Any]] = [{"importance": -1.0}, {"importance": (1.0, 0.4)}, {"density": 2.0}]
    for change in bad:
        with pytest.raises((TypeError, ValueError)):
            tt.Problem.toy(n, **{"density": 0.5, **change})


@pytest.mark.parametrize("n", [1, 4, "2", None])
def test_other_sizes_are_no_toys(n: Any) -> None:
    with pytest.raises(ValueError, match="n_features"):
        tt.Problem.toy(n, density=0.5)


def test_the_null_loss_is_that_of_answering_zero() -> None:
    problem = tt.Problem(n_features=3, n_hidden=1, density=(0.5, 0.25, 1.0), importance=(1.0, 2.0, 0.5))
    zero = tt.loss(problem, np.zeros((1, 3)), np.zeros(3))
    assert abs(problem.null_loss - zero) <= 10 * EPS * problem.null_loss


@pytest.mark.parametrize(
    "ask",
    [
        lambda problem: tt.loss(problem, [[1, -1]], [0, 0]),
        lambda problem: tt.decompose(problem, [[1, -1]], [0, 0]),
        lambda problem: paper_limit(problem, [[1, -1]], [0, 0]),
        lambda problem: tt.sample(problem, 10, 0),
        lambda problem: tt.monte_carlo(problem, [[1, -1]], [0, 0], 10, 0),
        lambda problem: best_linear(problem),
    ],
)
def test_what_is_no_problem_is_refused_by_name(ask: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"problem must be a Problem, got problem=\[\[1, -1\]\]"):
        ask([[1, -1]])


def test_the_null_loss_by_hand() -> None:
    """Σ I p E x², and E x² is 1/3."""
    problem = tt.Problem(n_features=3, n_hidden=1, density=(0.5, 0.25, 1.0), importance=(2.0, 4.0, 0.5))
    assert problem.null_loss == 2.5 / 3
    assert tt.Problem(n_features=4, n_hidden=1, density=0.375).null_loss == 0.5
    weights, bias = np.zeros((1, 3)), np.zeros(3)
    assert tt.loss(problem, weights, bias, method="fraction") == pytest.approx(problem.null_loss, rel=1e-15)
    assert problem.replace(importance=0).null_loss == 0.0


def test_the_toys_by_hand() -> None:
    two, three = tt.Problem.toy(2, density=0.5), tt.Problem.toy(3, importance=0.25, density=1, activation="abs")
    assert (two.n_hidden, two.importances, two.densities, two.activation) == (1, (1.0, 1.0), (0.5, 0.5), "relu")
    assert (three.n_hidden, three.importances, three.densities) == (2, (1.0, 1.0, 0.25), (1, 1, 1))
    assert three.sigma(-2.0) == 2.0


def test_there_may_be_as_many_dimensions_as_features() -> None:
    assert tt.Problem(n_features=3, n_hidden=3, density=0.5).n_hidden == 3
    with pytest.raises(ValueError, match="n_hidden must not exceed n_features, got n_hidden=4 with n_features=3"):
        tt.Problem(n_features=3, n_hidden=4, density=0.5)


def test_arrays_and_numpy_numbers_in_sequences_become_plain() -> None:
    given: Any = [np.float32(0.5), 0.25, np.float64(0.125)]
    whole: Any = np.array([1, 2, 3])
    problem = tt.Problem(n_features=3, n_hidden=1, density=given, importance=whole)
    assert problem.density == (0.5, 0.25, 0.125)
    assert {type(p) for p in problem.densities} == {float}
    assert problem.importance == (1, 2, 3)
    assert {type(i) for i in problem.importances} == {int}
    with pytest.raises(
        ValueError, match=r"density must be one number or one a feature .* got 2 of them with n_features=3"
    ):
        problem.replace(density=(0.5, 0.5))
    with pytest.raises(ValueError, match=r"importance\[1\] must lie in"):
        problem.replace(importance=(1, -1, 1))
