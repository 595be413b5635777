"""Published losses against exact integration, and published boundaries against bisection on the losses."""

from fractions import Fraction
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
import toytoy as tt
from toytoy import Phase
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.analytic.published import JUNCTION, ansatz_boundary, ansatz_loss, published_phase

EPS = np.finfo(float).eps
F, HALF = Fraction, Fraction(1, 2)
GRAMS = {  # written down here, not taken from the library
    (2, "not_represented"): [[1, 0], [0, 0]],
    (2, "dedicated"): [[0, 0], [0, 1]],
    (2, "antipodal"): [[1, -1], [-1, 1]],
    (3, "not_represented"): [[1, 0, 0], [0, 1, 0], [0, 0, 0]],
    (3, "dedicated"): [[0, 0, 0], [0, 1, 0], [0, 0, 1]],
    (3, "antipodal"): [[1, 0, -1], [0, 1, 0], [-1, 0, 1]],
    (3, "antipodal_others"): [[1, -1, 0], [-1, 1, 0], [0, 0, 1]],
    (3, "triangle"): [[1, -HALF, -HALF], [-HALF, 1, -HALF], [-HALF, -HALF, 1]],
}
POINTS = [(F(1, 2), F(1)), (F(1), F(1, 10)), (F(1, 100), F(10)), (F(4, 7), F(1)), (F(9, 10), F(0))]
LINES = {
    2: [("not_represented", "antipodal"), ("not_represented", "dedicated"), ("antipodal", "dedicated")],
    3: [
        ("not_represented", "antipodal"),
        ("not_represented", "dedicated"),
        ("antipodal", "antipodal_others"),
        ("antipodal_others", "dedicated"),
    ],
}


LINE = (2, ("antipodal", "dedicated"))


def hinge(q, u, axes):
    """∫ Π x_i^{k_i} G_q(u + Σ a_i x_i) over the cube, G_q(z) = (z)₊^q / q!, axes = ((a_i, k_i), …)."""
    if not axes:
        return max(u, F(0)) ** q / factorial(q)
    (a, k), *rest = axes
    if a == 0:
        return hinge(q, u, rest) / (k + 1)
    if k == 0:
        return (hinge(q + 1, u + a, rest) - hinge(q + 1, u, rest)) / a
    return hinge(q + 1, u + a, rest) / a - k * hinge(q + 1, u, [(a, k - 1), *rest]) / a


def exact_loss(gram, p, r):
    """E (x_j - (G x + b)_j₊)², summed with importances 1, …, 1, r; b = p/2 on a zero row."""
    n, total = len(gram), F(0)
    for active, j in product(product((0, 1), repeat=n), range(n)):
        bias = F(0) if any(gram[j]) else p / 2
        on = [i for i in range(n) if active[i]]
        squared = 2 * hinge(2, bias, [(F(gram[j][i]), 0) for i in on])
        crossed = hinge(1, bias, [(F(gram[j][i]), int(i == j)) for i in on]) if active[j] else 0
        probability = prod(p if a else 1 - p for a in active)
        total += (r if j == n - 1 else 1) * probability * (F(active[j], 3) - 2 * crossed + squared)
    return total


@pytest.mark.parametrize(("n", "name"), GRAMS)
@pytest.mark.parametrize(("p", "r"), POINTS)
def test_published_losses_are_the_exact_integrals(n, name, p, r):
    exact = exact_loss(GRAMS[n, name], p, r)
    assert ansatz_loss(name, float(p), float(r), n) == pytest.approx(float(exact), rel=10 * EPS, abs=0)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize(("p", "r"), [(0.5, 0.3), (0.01, 10.0), (1.0, 0.1), (0.83, 1.0)])
def test_published_losses_are_those_of_the_exact_kernel(n, p, r):
    problem = tt.Problem.toy(n, importance=r, density=p)
    for name in [name for size, name in GRAMS if size == n]:
        solution = tt.ansatz(name, problem)
        assert abs(ansatz_loss(name, p, r, n) - float(solution.loss)) <= solution.loss.error + 10 * EPS * (2 + r)


def bisected(n, pair, p):
    """Importance where two exact losses cross, by bisection in fractions; None where they don't."""
    low, high = F(1, 1000), F(1000)
    gap = [lambda r, name=name: exact_loss(GRAMS[n, name], p, r) for name in pair]
    ahead = gap[0](low) < gap[1](low)
    if (gap[0](high) < gap[1](high)) == ahead:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (gap[0](middle) < gap[1](middle)) == ahead else (low, middle)
    return float(low)


@pytest.mark.parametrize(("n", "pair"), [(n, pair) for n, pairs in LINES.items() for pair in pairs])
@pytest.mark.parametrize("p", [F(1, 100), F(1, 2), F(3, 5), F(1)])
def test_boundaries_are_where_the_losses_cross_and_nothing_is_better(n, pair, p):
    crossing = bisected(n, pair, p)
    here = ansatz_boundary(n, pair, density=float(p))
    if crossing is not None:
        pair_loss = float(exact_loss(GRAMS[n, pair[0]], p, F(crossing)))
        losses = [float(exact_loss(GRAMS[n, str(c)], p, F(crossing))) for c in CANDIDATES[n]]
        beaten = pair_loss > min(losses) * (1 + 1e-9)  # the crossing is known to 1e-15, the nearest rival is 1 % off
        assert np.isnan(here) == beaten
    if np.isnan(here):
        return
    assert here == pytest.approx(crossing, rel=20 * EPS * 1000)  # 60 halvings of a bracket of 1000 leave 1e-15
    step = 1e-6  # far above rounding, far below the distance to other boundaries at these densities
    sides = {str(published_phase(n, float(p), here * (1 + s))) for s in (-step, step)}
    assert sides == set(pair)


@pytest.mark.parametrize(("n", "pair"), [(n, pair) for n, pairs in LINES.items() for pair in pairs])
def test_the_two_forms_of_a_boundary_are_inverse_and_end_in_the_junction(n, pair):
    density = np.array([0.01, 0.1, 0.5, 0.57, 0.58, 0.9, 1.0])
    importance = ansatz_boundary(n, pair, density=density)
    back = ansatz_boundary(n, pair, importance=np.nan_to_num(importance, nan=1.0))
    both = ~np.isnan(importance) & ~np.isnan(back)
    assert np.abs(back - density)[both].max(initial=0) <= 10 * EPS
    r, p = JUNCTION
    at_junction = (ansatz_boundary(n, pair, density=p), ansatz_boundary(n, pair, importance=r))
    assert np.nan_to_num(at_junction[0], nan=r) == pytest.approx(r, rel=10 * EPS)
    assert np.nan_to_num(at_junction[1], nan=p) == pytest.approx(p, rel=10 * EPS)


DOWN, UP = 0.0, 9.0  # towards what a boundary does not exist
ENDS = [
    *((n, ("not_represented", "antipodal"), "density", 4 / 7, 1.0, UP) for n in (2, 3)),
    *((n, ("not_represented", "antipodal"), "importance", 1.0, 4 / 7, UP) for n in (2, 3)),
    *((n, ("not_represented", "dedicated"), "density", 4 / 7, 1.0, DOWN) for n in (2, 3)),
    (2, ("antipodal", "dedicated"), "density", 4 / 7, 1.0, UP),
    (2, ("antipodal", "dedicated"), "importance", 1.0, 4 / 7, DOWN),
    (3, ("antipodal", "antipodal_others"), "density", 4 / 7, 1.0, UP),
    (3, ("antipodal_others", "dedicated"), "importance", 1.0, 4 / 7, DOWN),
]


@pytest.mark.parametrize(("n", "pair", "axis", "end", "value", "beyond"), ENDS)
def test_a_boundary_includes_its_end_and_nothing_beyond(n, pair, axis, end, value, beyond):
    found = ansatz_boundary(n, pair, **{axis: [end, np.nextafter(end, beyond)]})
    assert found[0] == pytest.approx(value, rel=4 * EPS)
    assert np.isnan(found[1])


def test_a_boundary_along_an_axis_has_no_place_on_it():
    for n, pair in ((2, ("not_represented", "dedicated")), (3, ("antipodal", "antipodal_others"))):
        assert np.isnan(ansatz_boundary(n, pair, importance=[0.5, 1.0, 2.0])).all()
    assert np.isnan(ansatz_boundary(3, ("antipodal_others", "dedicated"), density=[0.5, 4 / 7, 0.9])).all()
    assert ansatz_loss("dedicated", [], 1.0, 2).shape == ansatz_boundary(*LINE, density=[]).shape == (0,)


def test_boundaries_are_the_printed_ones():
    assert ansatz_boundary(3, ("not_represented", "antipodal"), density=0.4) == pytest.approx(0.4, rel=4 * EPS)
    assert ansatz_boundary(2, ("dedicated", "antipodal"), importance=2.5) == pytest.approx(0.4, rel=4 * EPS)
    assert ansatz_boundary(3, ("dedicated", "antipodal_others"), importance=[0.9, 7.0])[1] == 4 / 7
    assert np.isnan(ansatz_boundary(3, ("dedicated", "antipodal_others"), importance=[0.9, 7.0])[0])
    assert np.isnan(ansatz_boundary(2, ("not_represented", "antipodal"), density=0.6))
    assert np.isnan(ansatz_boundary(2, ("not_represented", "antipodal"), importance=1.1))


@pytest.mark.parametrize("n", [2, 3])
def test_the_junction_is_where_all_candidates_but_none_else_tie(n):
    losses = {c: exact_loss(GRAMS[n, str(c)], F(4, 7), F(1)) for c in CANDIDATES[n]}
    assert len(set(losses.values())) == 1
    assert exact_loss(GRAMS[3, "triangle"], F(4, 7), F(1)) > losses[Phase.ANTIPODAL]


@pytest.mark.parametrize("n", [2, 3])
def test_the_map_is_the_argmin_of_exact_losses(n):
    density, importance = np.geomspace(0.01, 1, 7), np.geomspace(0.1, 10, 6)
    phases = published_phase(n, density[:, None], importance)
    for (i, p), (k, r) in product(enumerate(density), enumerate(importance)):
        losses = {c: exact_loss(GRAMS[n, str(c)], F(p), F(r)) for c in CANDIDATES[n]}
        assert phases[i, k] is min(losses, key=lambda name: losses[name])


@pytest.mark.parametrize("n", [2, 3])
def test_the_map_is_the_argmin_of_the_ansatz_solutions(n):
    density, importance = np.geomspace(0.01, 1, 8), np.geomspace(0.1, 10, 8)
    for p, r in product(density, importance):
        problem = tt.Problem.toy(n, importance=r, density=p)
        best = min(CANDIDATES[n], key=lambda name: float(tt.ansatz(name, problem).loss))
        assert published_phase(n, p, r) is best


def test_at_a_tie_the_earlier_candidate_is_named():
    assert published_phase(2, 0.9, 1.0) is Phase.NOT_REPRESENTED  # = dedicated
    assert published_phase(3, 0.3, 1.0) is Phase.ANTIPODAL  # = antipodal_others
    assert published_phase(2, 0.3, [0.01, 1.0]).tolist() == [Phase.NOT_REPRESENTED, Phase.ANTIPODAL]


def test_the_triangle_is_known_but_not_published():
    assert Phase.TRIANGLE not in CANDIDATES[3]
    assert ansatz_loss("triangle", 1.0, 1.0, 3) == 0.5


def test_names_numbers_and_pairs_are_checked():
    with pytest.raises(ValueError, match="did you mean 'antipodal'"):
        ansatz_loss("antipodel", 0.5, 1.0, 2)
    with pytest.raises(ValueError, match="name must be one of not_represented, dedicated, antipodal; got"):
        ansatz_loss("antipodal_others", 0.5, 1.0, 2)
    with pytest.raises(ValueError, match="density must lie in"):
        ansatz_loss("antipodal", [0.5, 0.0], 1.0, 2)
    with pytest.raises(ValueError, match="importance must lie in"):
        published_phase(2, 0.5, [1.0, np.nan])
    with pytest.raises(ValueError, match="the toy has 2 features"):
        published_phase(4, 0.5, 1.0)
    with pytest.raises(ValueError, match=r"share a boundary \(.*antipodal \| antipodal_others.*\)"):
        ansatz_boundary(3, ("antipodal", "dedicated"), density=0.5)
    for given in ({}, {"density": 0.5, "importance": 1.0}):
        with pytest.raises(TypeError, match="density or importance, and not both"):
            ansatz_boundary(2, ("antipodal", "dedicated"), **given)
