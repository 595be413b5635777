"""Losses and parts of regions: equal to exact fractions, digit for digit, and to the kernel within its promise."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.support import AnticorrelatedGroups, CorrelatedGroups, OneHot, Support
from toytoy.analytic.symbolic import Region
from toytoy.analytic.symbolic.integrals import mean_square
from toytoy.analytic.symbolic.parts import PARTS, part
from toytoy.analytic.symbolic.setting import pieces
from toytoy.analytic.symbolic.sides import corners

from tests.cross.accuracy import LOSS_DEMAND, LOSS_FLOOR
from tests.reference import exact

F = Fraction
DENSITY, IMPORTANCE = F(1, 3), F(2, 5)
ACTIVATIONS: dict[str, Any] = {
    "linear": "linear",
    "relu": "relu",
    "abs": "abs",
    "leaky": tt.LeakyReLU(F(1, 8)),
    "clipped": tt.ClippedReLU(F(3, 4)),
}
PIECES: dict[str, exact.Activation] = {
    "linear": ((), (1,)),
    "relu": ((0,), (0, 1)),
    "abs": ((0,), (-1, 1)),
    "leaky": ((0,), (F(1, 8), 1)),
    "clipped": ((0, F(3, 4)), (0, 1, 0)),
}


class Model(NamedTuple):
    weights: Any  # rows of Fractions
    bias: Any


MOST = 200_000  # models drawn for one in every region; a tenth is enough


def toy(n: int, name: str) -> tt.Problem:
    return tt.Problem.toy(n, density=DENSITY, importance=IMPORTANCE, activation=ACTIVATIONS[name])


def models(n: int, seed: int) -> Iterator[Model]:
    """Draw models with a hinge near some corner of every output, so that narrow regions are met."""
    rng = np.random.default_rng(seed)
    while True:
        weights = [[F(int(x), 16) for x in row] for row in rng.integers(-40, 41, size=(n - 1, n))]
        heights = [sum((x * int(rng.integers(2)) for x in row), F(0)) for row in exact.gram(weights)]
        gaps = [F(int(rng.integers(-64, 65)), 2 ** int(rng.integers(5, 10))) for _ in range(n)]
        yield Model(weights, [F(3, 4) * int(rng.integers(2)) - z + gap for z, gap in zip(heights, gaps, strict=True)])


def sides(name: str, model: Model) -> Region:
    """Tell the region of a model in plain fractions."""
    gram, hinges = exact.gram(model.weights), PIECES[name][0]
    rows = []
    for row, b in zip(gram, model.bias, strict=True):
        heights = [b + sum((row[i - 1] for i in corner), F(0)) for corner in corners(len(row))]
        rows.append(tuple(sum(z > t for t in hinges) for z in heights))
    return Region(tuple(rows))


def one_in_every_region(name: str) -> dict[Region, Model]:
    """Draw models of (2,1) until there is one in every region."""
    wanted = symbolic.regions(toy(2, name))
    found: dict[Region, Model] = {}
    for model in islice(models(2, seed=5), MOST):
        found.setdefault(sides(name, model), model)
        if len(found) == len(wanted):
            return found
    raise AssertionError(f"no model found in {len(wanted) - len(found)} of {len(wanted)} regions")


def evaluated(expression: Any, values: dict[Any, Any]) -> Fraction:
    number = expression.xreplace(values)
    return F(int(number.p), int(number.q))


def check(name: str, region: Region, model: Model) -> None:
    """Compare parts, levels, loss and kernel at one model."""
    problem = toy(len(model.bias), name)
    assert symbolic.region(problem, *model) == region
    values = symbolic.values(problem, *model)
    found = symbolic.decomposition(problem, region)
    law = exact.independent(problem.densities)
    wanted = exact.decompose(law, problem.importances, PIECES[name], *model)
    assert {k: [evaluated(x, values) for x in row] for k, row in found.parts().items()} == wanted
    value = evaluated(found.total, values)
    assert value == exact.loss(law, problem.importances, PIECES[name], *model)
    kernel = F(float(tt.loss(problem, *model)))
    assert abs(kernel - value) <= LOSS_DEMAND * max(float(value), LOSS_FLOOR * problem.null_loss)


@pytest.mark.equation("parts-levels", "parts-hinges")
@pytest.mark.parametrize("name", ["linear", "relu", "abs", "leaky"])
def test_every_region_of_two_one(name: str) -> None:
    for region, model in one_in_every_region(name).items():
        check(name, region, model)


@pytest.mark.equation("parts-hinges")
@pytest.mark.parametrize(("n", "name"), [(2, "clipped"), pytest.param(3, "relu", marks=pytest.mark.slow)])
def test_every_pattern_of_an_output(n: int, name: str) -> None:
    """Regions are many, but the loss separates over outputs, which show few patterns: 34 and 59."""
    problem, seen = toy(n, name), set()
    for model in islice(models(n, seed=6), MOST):
        for j, row in enumerate(sides(name, model).rows):
            if (j, row) not in seen:
                values = symbolic.values(problem, *model)
                numbers = exact.Row(j, exact.gram(model.weights)[j], model.bias[j], PIECES[name])
                for active in corners(n):
                    found = mean_square(pieces(problem), row, j + 1, active)
                    zero_based = tuple(i - 1 for i in active)
                    assert evaluated(found, values) == numbers.error(zero_based, gradient=False).value
                seen.add((j, row))
        if len(seen) == sum(map(len, symbolic.regions(problem).rows)):
            break
    assert len(seen) == sum(map(len, symbolic.regions(problem).rows))


@pytest.mark.slow
@pytest.mark.equation("parts-levels")
def test_every_region_of_a_clipped_two_one() -> None:
    found = one_in_every_region("clipped")
    assert len(found) == 569
    for region, model in found.items():
        check("clipped", region, model)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_drawn_regions_of_three_two(name: str) -> None:
    for model, _ in zip(models(3, seed=7), range(1), strict=False):
        check(name, sides(name, model), model)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_many_drawn_regions_of_three_two(name: str) -> None:
    for model, _ in zip(models(3, seed=8), range(20), strict=False):
        check(name, sides(name, model), model)


DEGENERATE: list[tuple[list[list[int]], list[Fraction]]] = [
    ([[1, 0]], [F(0), F(1, 4)]),
    ([[0, 0]], [F(0), F(0)]),
    ([[1, -1]], [F(0), F(-1, 2)]),
    ([[1, 1]], [F(-1), F(-2)]),
    ([[0, 0]], [F(3, 4), F(2)]),
]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("weights", "bias"), DEGENERATE)
def test_corners_on_hinges_and_zero_entries(name: str, weights: list[list[int]], bias: list[Fraction]) -> None:
    model = Model([[F(x) for x in row] for row in weights], bias)
    check(name, sides(name, model), model)


LAWS: list[Support] = [CorrelatedGroups((2, 1)), AnticorrelatedGroups((2, 1)), OneHot()]


@pytest.mark.parametrize("support", LAWS, ids=str)
def test_other_laws(support: Support) -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=DENSITY, importance=(1, 2, F(1, 2)), support=support)
    model = next(models(3, seed=9))
    values = symbolic.values(problem, *model)
    found = symbolic.loss(problem, symbolic.region(problem, *model))
    law = [(active, F(chance)) for active, chance in problem.active_sets()]
    assert found.has(symbolic.I[2])
    assert found.has(symbolic.p) != isinstance(support, OneHot)
    assert evaluated(found, values) == exact.loss(law, problem.importances, PIECES["relu"], *model)


@pytest.mark.equation("parts-levels")
def test_levels_are_the_parts_by_the_number_of_active_features() -> None:
    problem = toy(3, "relu")
    found = symbolic.decomposition(problem, symbolic.region(problem, *next(models(3, seed=10))))
    whole = {name: sum(row) for name, row in found.parts().items()}
    assert sympy.simplify(found.level(0) - whole["bias_cost"]) == 0
    assert sympy.simplify(found.level(1) - whole["benefit"] - whole["interference"]) == 0
    company = found.level(2) + found.level(3) - whole["distortion"] - whole["false_positive"]
    assert sympy.expand(company) == 0
    assert found.level(4) == found.level(-1) == 0
    assert sympy.expand(found.total - sum(whole.values())) == 0
    for k in range(4):  # L_k is a multiple of p^k (1 - p)^(3-k)
        weight = symbolic.p**k * (1 - symbolic.p) ** (3 - k)
        assert not sympy.cancel(found.level(k) / weight).has(symbolic.p)


def test_parts_are_named_as_in_the_library() -> None:
    assert PARTS == exact.PARTS
    for active in [(), (1,), (2,), (1, 2)]:
        assert part(1, active) == exact.part(1, active)


def test_numbers_of_the_problem_do_not_matter() -> None:
    one, other = (toy(2, "leaky").replace(density=p, activation=tt.LeakyReLU(s)) for p, s in ((0.1, 0.2), (1.0, 0.3)))
    region = symbolic.region(one, [[1.0, -0.5]], [0.25, -0.125])
    formula = symbolic.loss(one, region)
    assert formula == symbolic.loss(other, region)
    letters = "G_11 G_12 G_22 b_1 b_2 p r slope"
    assert {str(letter) for letter in formula.free_symbols} == set(letters.split())


def test_it_shows_itself_in_a_notebook() -> None:
    problem = toy(2, "relu")
    shown = symbolic.decomposition(problem, symbolic.region(problem, [[1, -1]], [0, 0]))._repr_latex_()
    assert shown.startswith(r"$\displaystyle \begin{aligned} L_{0} &= 0 \\ L_{1} &= ")


def test_levels_beyond_the_features_are_zero() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    parts = symbolic.decomposition(problem, symbolic.region(problem, [[1.0, -0.5]], [0.125, 0.25]))
    assert [parts.level(k) for k in range(3)] == list(parts.levels)
    assert [parts.level(k) for k in (-3, -2, -1, 3, 4)] == [0] * 5
    assert all(parts.levels)  # so that a level counted from the end would be seen
    assert parts.total == sum(parts.levels)


def test_parts_cannot_be_changed() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    parts = symbolic.decomposition(problem, symbolic.region(problem, [[1.0, -0.5]], [0.125, 0.25]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        parts.levels = ()  # type: ignore[misc]
