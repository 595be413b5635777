"""One output's error at any size: exact where few features are active, and where features hardly count."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import exp, prod

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.line_hinge import SIZE
from toytoy.analytic.line_levels import BLOCKS, CHANGE, COUNT, KAPPA, LEVEL, N_LINE, OWN_DENSITY, C
from toytoy.analytic.line_parts import FAINT, N_LEVELS, N_STATE
from toytoy.analytic.line_pass import DENSITY
from toytoy.analytic.line_row import image_error, line_row, line_rows, line_scratch
from toytoy.analytic.line_rule import DAMPING, NEAR_SLOPE
from toytoy.analytic.loss import evaluate
from toytoy.analytic.tables import activation_table

from tests.reference.bends import BENDS
from tests.reference.draws import pieces
from tests.reference.exact import Row

EPS = float(np.finfo(float).eps)


CHANCES = (0.25, 0.5, 0.375)
ROWS = [  # an output, its row and its bias
    (1, (0.75, 0.5, -0.875), -0.25),
    (0, (0.9, -0.8, 0.7), 0.125),
    (1, (1.0, 0.004, -0.003), 0.0),  # the own feature among the small ones, the hinge on their corner
    (0, (-1.25, 0.006, -0.004), 0.001),
]


def row_found(
    activation: str, j: int, row: tuple[float, ...], bias: float, gradients: bool = True
) -> tuple[float, np.ndarray, np.ndarray]:
    """Error claimed, parts, and the gradient by b and the row."""
    sigma = {"clipped": tt.ClippedReLU(0.5), "leaky": tt.LeakyReLU(-2.0)}.get(activation, activation)
    if activation in BENDS:
        table = BENDS[activation][1]
    else:
        table = activation_table(tt.Problem.toy(2, density=0.5, activation=sigma).sigma)
    parts, slopes = np.full(5, 7.0), np.full(1 + len(row), 7.0)  # whatever was there
    arrays = line_scratch(len(row))
    arrays[3][:] = np.nan  # whatever another row has left
    error = line_row(j, bias, np.array(row), np.array(CHANCES), table, gradients, parts, slopes, *arrays)
    return error, parts, slopes


def row_exact(activation: str, j: int, row: tuple[float, ...], bias: float) -> tuple[np.ndarray, np.ndarray]:
    """Every set by its fractions: parts, and the gradient."""
    bends = BENDS[activation][0] if activation in BENDS else pieces(activation, -2.0 if activation == "leaky" else 0.5)
    n, exact = len(row), Row(j, [Fraction(a) for a in row], Fraction(bias), bends)
    parts, slopes = np.zeros(5), np.zeros(1 + n)
    for on in product((0, 1), repeat=n):
        chance = prod(p if a else 1 - p for a, p in zip(on, CHANCES, strict=True))
        found, size = exact.error(tuple(i for i in range(n) if on[i])), sum(on)
        parts[0 if not size else (1 if size == 1 else 3) + (not on[j])] += chance * float(found.value)
        slopes += chance * np.array([float(g) for g in (found.d_bias, *(found.d_row.get(i, 0) for i in range(n)))])
    return parts, slopes


@pytest.mark.parametrize(
    ("activation", "bias", "steepest"),
    [("linear", -0.25, 1), ("relu", 3.0, 1), ("leaky", 3.0, 2), ("leaky", -3.0, 2), ("clipped", 3.0, 1)],
)
@pytest.mark.parametrize("gradients", [True, False])
def test_where_no_hinge_is_reached_all_is_exact(activation: str, bias: float, steepest: int, gradients: bool) -> None:
    """The error is rounding of what is summed, twice where few are active; faint features add what they lose."""
    for j, row, _ in ROWS:
        (error, parts, slopes), (expected, by_row) = (
            row_found(activation, j, row, bias, gradients),
            row_exact(activation, j, row, bias),
        )
        assert parts == pytest.approx(expected, abs=50 * EPS)
        assert slopes == pytest.approx(by_row, abs=100 * EPS)
        assert error == pytest.approx(1e-15 * (parts.sum() + parts[:3].sum()), rel=1e-12, abs=0.0)
    row = (FAINT, -0.5 * FAINT, -1.0)  # at the edge of what is faint, and below; the mean of z hardly moves
    error, parts, slopes = row_found(activation, 2, row, bias, gradients)
    level = 0.5 if activation == "clipped" else steepest * FAINT
    lost = 2 * steepest * (CHANCES[2] + level) * FAINT * (CHANCES[0] + 0.5 * CHANCES[1])
    assert error == pytest.approx(lost + 2e-15 * parts.sum(), rel=1e-6, abs=0.0)  # one feature counts: all is few
    assert slopes[[1, 2]].tolist() == [CHANCES[0] * 0.5 * slopes[0], CHANCES[1] * 0.5 * slopes[0]]


def test_rows_are_those_that_are_asked_for_in_arrays_of_a_thread() -> None:
    lists, state, arrays, line, sums = line_scratch(3)
    assert [len(each) for each in (*lists, state, line, sums)] == [3, 3, N_LEVELS + 2, N_STATE, N_LINE, SIZE + 1]
    gram = np.array([row for _, row, _ in ROWS[:3]])
    parts, slopes, errors = np.full((3, 5), 7.0), np.full((3, 4), 7.0), np.full(3, 7.0)
    table, scratch = (
        activation_table(tt.Problem.toy(2, density=0.5, activation="linear").sigma),
        (lists, state, arrays, line, sums),
    )
    line_rows(1, 3, gram, np.array([0.5, -0.25, 0.125]), np.array(CHANCES), table, True, parts, slopes, errors, scratch)
    for j, bias in ((1, -0.25), (2, 0.125)):
        error, row_parts, row_slopes = row_found("linear", j, tuple(gram[j]), bias)
        assert (error, row_parts.tolist(), row_slopes.tolist()) == (errors[j], parts[j].tolist(), slopes[j].tolist())
    assert (parts[0] == 7.0).all()


def test_an_output_takes_as_many_nodes_as_its_own_error_asks_for() -> None:
    """As many as before: an error that is missed by 1 would change them."""
    table, blocks = activation_table(tt.Problem.toy(2, density=0.5).sigma), []
    for j, row, bias in ROWS[:2]:
        arrays = line_scratch(3)
        line_row(j, bias, np.array(row), np.array(CHANCES), table, False, np.zeros(5), np.zeros(4), *arrays)
        blocks.append(arrays[3][BLOCKS])
    assert blocks == [89, 55]


@pytest.mark.parametrize(
    ("activation", "case"),
    [("relu", 0), ("abs", 0), ("clipped", 0), ("clipped", 1), ("relu", 2), ("relu", 3), *product(BENDS, (0, 1))],
)
def test_a_row_is_every_set_by_its_fractions(activation: str, case: int) -> None:
    (error, parts, slopes), (expected, by_row) = row_found(activation, *ROWS[case]), row_exact(activation, *ROWS[case])
    assert abs(parts - expected).max() <= error <= 1e-6 * expected.sum()
    assert abs(parts - expected).max() <= 1e-9
    assert abs(slopes - by_row).max() <= 1e-6


def test_the_error_is_the_same_without_a_gradient() -> None:
    with_gradient, without = (row_found("relu", *ROWS[0], gradients=asked) for asked in (True, False))
    assert with_gradient[0] == without[0]
    assert np.array_equal(with_gradient[1], without[1])
    assert not np.array_equal(with_gradient[2], without[2])


def test_faint_features_share_the_slope_of_their_mean() -> None:
    """A faint entry moves the mean of z by p a / 2, and nothing else."""
    j, row, bias = ROWS[0]
    faint = (*row[:2], 0.5 * FAINT)
    _, _, slopes = row_found("relu", j, faint, bias)
    assert slopes[3] == 0.5 * CHANCES[2] * slopes[0]


def test_images_are_claimed_by_what_is_damped() -> None:
    line, constants = np.zeros(N_LINE), np.zeros((3, 9))
    line[C], line[KAPPA], line[CHANGE], line[LEVEL], line[OWN_DENSITY] = 2.0, -3.0, -5.0, -0.5, 0.25
    constants[:, DENSITY] = 0.125, 0.5, 9.0
    most = (3.0 + 5.0 * 1.5) * (DAMPING / 2.0) ** 2 * exp(-DAMPING)
    for count, share in ((1, 0.5 * 0.375**2), (2, 0.5 * 0.875**2), (3, 1.0)):  # half the square of a mean number
        line[COUNT] = count
        assert image_error(line, constants) == pytest.approx(share * most, rel=1e-14)


@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-7, 1e-4, 1e-2])
@pytest.mark.parametrize("bias", [0.0, -0.05, 0.05, -1e-4])
def test_pairs_with_a_little_noise_are_as_exact_as_the_closed_form(noise: float, bias: float) -> None:
    """Optimized models look like this; entries differ by orders of magnitude, and a hinge is at or near a corner."""
    rng = np.random.default_rng(0)
    pair = np.hstack([np.eye(4), -np.eye(4)])
    weights, biases = pair + noise * rng.normal(size=pair.shape), np.full(8, bias)
    problem = tt.Problem(n_features=8, n_hidden=4, density=0.1)
    exact, found = evaluate(problem, weights, biases), tt.loss_estimate(problem, weights, biases, method="line")
    assert abs(found.value - exact.loss) <= found.error + 1e-14 * exact.loss
    assert found.error < 2e-7 * exact.loss
    assert abs(found.value - exact.loss) < 1e-8 * exact.loss
    _, d_weights, d_bias = tt.loss_and_grad(problem, weights, biases, method="line")
    off = np.linalg.norm(d_weights - exact.d_weights) + np.linalg.norm(d_bias - exact.d_bias)
    assert off < 5e-8 * problem.null_loss


def test_outputs_can_be_evaluated_in_any_order() -> None:
    rng = np.random.default_rng(1)
    weights, bias = rng.normal(size=(3, 12)), rng.normal(size=12) / 10
    gram, table = weights.T @ weights, activation_table(tt.Problem.toy(2, density=0.5).sigma)
    whole, pieces = (tuple(np.zeros(shape) for shape in ((12, 5), (12, 13), 12)) for _ in range(2))
    line_rows(0, 12, gram, bias, np.full(12, 0.2), table, True, *whole, line_scratch(12))
    scratch = line_scratch(12)
    for first in (8, 0, 4):
        line_rows(first, first + 4, gram, bias, np.full(12, 0.2), table, True, *pieces, scratch)
    for a, b in zip(whole, pieces, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("scale", [1.0, 1e-5, 1e-6])
def test_rows_of_tiny_entries_keep_their_gradient(scale: float) -> None:
    """Faint is what is small beside others of its row: three tiny features, with the hinge at their corner."""
    weights = np.zeros((1, 20))
    weights[0, :3] = scale * np.array([1.0, -1.0, 0.7])
    small, large = (tt.Problem(n_features=n, n_hidden=1, density=0.3) for n in (3, 20))
    exact = tt.loss_and_grad(small, weights[:, :3], np.zeros(3))[2]
    found = tt.loss_and_grad(large, weights, np.zeros(20))[2][:3]
    assert np.abs(found - exact).max() < NEAR_SLOPE * 0.3  # what the rule allows a slope, of an output's density


@pytest.mark.parametrize("noise", [1e-7, 1e-3])
@pytest.mark.parametrize("density", [0.05, 0.6])
def test_rows_of_several_scales_with_the_hinge_on_their_corner_keep_their_gradient(
    noise: float, density: float
) -> None:
    """An unrepresented feature beside represented ones, all biases 0: what is tiny decides where the output is."""
    rng = np.random.default_rng(3)
    weights = np.hstack([np.eye(2), np.zeros((2, 2))]) + noise * rng.normal(size=(2, 4))
    problem, biases = tt.Problem(n_features=4, n_hidden=2, density=density), np.zeros(4)
    exact = evaluate(problem, weights, biases)
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, biases, method="line")
    assert loss == pytest.approx(exact.loss, rel=1e-8)
    # what is left: the edge of a large entry's range, where tiny ones decide; nodes go no farther
    assert np.abs(d_bias - exact.d_bias).max() < 1e-5 * density
    assert np.abs(d_weights - exact.d_weights).max() < 1e-6 * density


def test_four_scales_in_one_row() -> None:
    weights = np.array([[1.0, 0.02, -3e-4, 1e-5]])
    problem = tt.Problem(n_features=4, n_hidden=1, density=0.3)
    exact = evaluate(problem, weights, np.zeros(4))
    _, d_weights, _ = tt.loss_and_grad(problem, weights, np.zeros(4), method="line")
    assert np.linalg.norm(d_weights - exact.d_weights) < 1e-6 * np.linalg.norm(exact.d_weights)


def test_what_rare_company_loses_is_claimed_as_rare() -> None:
    pair = np.hstack([np.eye(4), -np.eye(4)])
    problem = tt.Problem(n_features=8, n_hidden=4, density=1e-5)
    found = tt.loss_estimate(problem, pair, np.zeros(8), method="line")
    assert abs(found.value - tt.loss(problem, pair, np.zeros(8))) <= found.error < 1e-6 * found.value


@pytest.mark.parametrize("n", [200, 400])
def test_an_output_that_is_hardly_ever_above_its_hinge(n: int) -> None:
    """z has a mean of -0.08 with a spread of 0.003, and its largest value is above 0: what is there is nothing."""
    weights, biases = np.full((1, n), -0.1), np.zeros(n)
    weights[0, 0], biases[0] = 0.01, 0.02
    problem = tt.Problem(n_features=n, n_hidden=1, density=1.0, importance=(1.0,) + (0.0,) * (n - 1))
    loss, _, d_bias = tt.loss_and_grad(problem, weights, biases)
    assert loss == pytest.approx(1 / 3, rel=1e-12)
    assert abs(d_bias[0]) < 1e-12
