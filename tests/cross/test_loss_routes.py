"""One question, every route: loss, parts and gradient by independent ways, each with its own error.

A new route is a new row of `ROUTES`; it is walked against all the others.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import toytoy as tt

from tests.cross.accuracy import problem_of
from tests.reference import draws, exact, laws, plain, quadrature
from tests.reference.draws import Case
from tests.reference.exact import PARTS

EPS = float(np.finfo(float).eps)
STANDARD_ERRORS = 5.0  # a false alarm in 2 million
SAMPLES = 20_000
RAREST = 1e-3  # density at which 20 000 samples still hold a feature twenty times
PLAIN_ERROR = 1e-5  # the twin's in degenerate places, for terms of order one; see tests/reference/test_exact.py
STEP = Fraction(1, 2**120)  # exact numbers allow it: curvature, up to 1 / (smallest entry), times it vanishes
Route = Callable[[Case], tt.Estimate]


def scale(case: Case) -> float:
    """Return the largest term that loss or gradient can have, about."""
    gram = np.abs(case.weights.T @ case.weights)
    reach = 1.0 + float((gram.sum(axis=1) + np.abs(case.bias)).max())
    return reach**2 * max(1.0, float(np.abs(case.weights).max())) * max(1.0, *case.importance)


def rounded(value: float, case: Case) -> tt.Estimate:
    return tt.Estimate(value, 1e2 * EPS * scale(case), "rounding")


def direction(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the fixed direction along which gradients are compared."""
    rng = np.random.default_rng(0)
    return rng.integers(-3, 4, case.weights.shape) / 4, rng.integers(-3, 4, case.bias.shape) / 4


def law(case: Case) -> exact.Law:
    return laws.law_of(case)


def loss_by_kernel(case: Case) -> tt.Estimate:
    return tt.loss_estimate(problem_of(case), case.weights, case.bias)


def loss_by_line(case: Case) -> tt.Estimate:
    """Return the line integral's loss; of what it does not take, the closed form's."""
    method = "line" if case.support == "independent" else "auto"
    return tt.loss_estimate(problem_of(case), case.weights, case.bias, method=method)


def loss_by_parts(case: Case) -> tt.Estimate:
    return rounded(float(tt.decompose(problem_of(case), case.weights, case.bias).total), case)


def loss_by_fractions(case: Case) -> tt.Estimate:
    value = float(exact.loss(law(case), case.importance, case.pieces, case.weights, case.bias))
    return tt.Estimate(value, EPS * value, "rounding")


def loss_by_fraction_method(case: Case) -> tt.Estimate:
    value = float(tt.loss(problem_of(case), case.weights, case.bias, method="fraction"))
    return tt.Estimate(value, EPS * value, "rounding")


def loss_by_twin(case: Case) -> tt.Estimate:
    value = plain.loss_and_grad(law(case), case.importance, case.pieces, case.weights, case.bias)[0]
    return tt.Estimate(float(value), PLAIN_ERROR * scale(case), "rounding")


def loss_by_quadrature(case: Case) -> tt.Estimate:
    value, error = quadrature.loss(law(case), case.importance, case.pieces, case.weights, case.bias)
    return tt.Estimate(value, error + 1e2 * EPS * scale(case), "rounding")


def loss_by_sampling(case: Case) -> tt.Estimate:
    return tt.monte_carlo(problem_of(case), case.weights, case.bias, size=SAMPLES, seed=1)


def slope_by_kernel(case: Case) -> tt.Estimate:
    _, d_weights, d_bias = tt.loss_and_grad(problem_of(case), case.weights, case.bias)
    along = direction(case)
    return rounded(float((d_weights * along[0]).sum() + (d_bias * along[1]).sum()), case)


def slope_by_fractions(case: Case) -> tt.Estimate:
    _, d_weights, d_bias = exact.loss_and_grad(law(case), case.importance, case.pieces, case.weights, case.bias)
    along = direction(case)
    value = float((np.array(d_weights, float) * along[0]).sum() + (np.array(d_bias, float) * along[1]).sum())
    return rounded(value, case)


def slope_by_twin(case: Case) -> tt.Estimate:
    _, d_weights, d_bias = plain.loss_and_grad(law(case), case.importance, case.pieces, case.weights, case.bias)
    along = direction(case)
    value = float((d_weights * along[0]).sum() + (d_bias * along[1]).sum())
    return tt.Estimate(value, PLAIN_ERROR * scale(case), "rounding")


def slope_by_differences(case: Case) -> tt.Estimate:
    """Return the difference quotient of the loss in fractions, where nothing cancels."""
    exactly = np.vectorize(lambda x: Fraction(float(x)), otypes=[object])
    weights, bias = exactly(case.weights), exactly(case.bias)
    along = [exactly(x) for x in direction(case)]
    moved = exact.loss(law(case), case.importance, case.pieces, weights + STEP * along[0], bias + STEP * along[1])
    start = exact.loss(law(case), case.importance, case.pieces, weights, bias)
    return rounded(float((moved - start) / STEP), case)


def part_by_kernel(name: str) -> Route:
    return lambda case: rounded(
        float(getattr(tt.decompose(problem_of(case), case.weights, case.bias), name).sum()), case
    )


def part_by_fractions(name: str) -> Route:
    return lambda case: rounded(
        float(sum(exact.decompose(law(case), case.importance, case.pieces, case.weights, case.bias)[name])), case
    )


def part_by_quadrature(name: str) -> Route:
    def route(case: Case) -> tt.Estimate:
        value = error = 0.0
        for j, importance in enumerate(case.importance):
            own = [(active, chance) for active, chance in law(case) if exact.part(j, active) == name]
            alone = [importance * float(k == j) for k in range(len(case.importance))]
            part = quadrature.loss(own, alone, case.pieces, case.weights, case.bias)
            value, error = value + part[0], error + part[1]
        return tt.Estimate(value, error + 1e2 * EPS * scale(case), "rounding")

    return route


ROUTES: dict[str, dict[str, Route]] = {
    "loss": {
        "kernel": loss_by_kernel,
        "line": loss_by_line,
        "parts": loss_by_parts,
        "fractions": loss_by_fractions,
        "fraction method": loss_by_fraction_method,
        "twin": loss_by_twin,
        "quadrature": loss_by_quadrature,
        "sampling": loss_by_sampling,
    },
    "slope": {
        "kernel": slope_by_kernel,
        "fractions": slope_by_fractions,
        "twin": slope_by_twin,
        "differences": slope_by_differences,
    },
    **{
        name: {
            "kernel": part_by_kernel(name),
            "fractions": part_by_fractions(name),
            "quadrature": part_by_quadrature(name),
        }
        for name in PARTS
    },
}


def cases(activation: str) -> list[Case]:
    """Return cases without kinks, of a size that quadrature and sampling can do."""
    smooth = ("generic", "contrasts")
    drawn = [case for n in (1, 2, 3) for case in draws.cases(9, 7, activation, n)]
    drawn += draws.grouped_cases(10, 14, activation, 3)
    return [case for case in drawn if case.kind in smooth and min(case.density) >= RAREST]


def disagreements(routes: dict[str, Route], case: Case) -> list[str]:
    """Walk all pairs of routes; say which differ by more than their errors."""
    found = {name: route(case) for name, route in routes.items()}
    pairs = combinations(found, 2)
    return [f"{a} {found[a]}, {b} {found[b]}" for a, b in pairs if not found[a].agrees(found[b], STANDARD_ERRORS)]


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize("quantity", ROUTES)
def test_all_routes_agree(quantity: str, activation: str) -> None:
    for case in cases(activation):
        assert disagreements(ROUTES[quantity], case) == [], case


@pytest.mark.parametrize("quantity", ROUTES)
def test_a_route_that_is_off_is_found(quantity: str) -> None:
    case = cases("relu")[2]
    honest = ROUTES[quantity]["fractions"](case)
    wrong = tt.Estimate(honest.value * (1 + 1e-3) + 1e-3, honest.error, honest.kind)
    assert disagreements({"fractions": ROUTES[quantity]["fractions"], "wrong": lambda _: wrong}, case) != []
