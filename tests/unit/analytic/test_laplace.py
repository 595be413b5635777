"""The line integral, against the closed form where there is one, and against sampling beyond."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import laplace
from toytoy.analytic.laplace import FEWEST_FOR_THREADS, check_line, evaluate_line
from toytoy.analytic.loss import evaluate
from toytoy.analytic.support import Support


class Alone(Support):
    """A law of one's own, of which the line knows nothing: all features, or none."""

    def choices(self, densities: Any) -> Any:
        everyone = tuple(range(len(densities)))
        return [[((), 1 - densities[0]), (everyone, densities[0])]]

    def draw(self, uniforms: Any, densities: Any) -> Any:
        return uniforms[..., [0] * uniforms.shape[-1]] < densities


EPS = float(np.finfo(float).eps)
ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)]
LOSS, SLOPE = 1e-8, 1e-6  # relative: what the line promises
Model = tuple[tt.Problem, np.ndarray, np.ndarray]


def drawn(n: int, seed: int, activation: Any = "relu", lowest: float = 1e-2) -> Model:
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, n + 1))
    density = tuple(np.exp(rng.uniform(np.log(lowest), 0, n))) if seed % 2 else float(rng.uniform(lowest, 1))
    problem = tt.Problem(
        n_features=n, n_hidden=m, density=density, importance=tuple(rng.uniform(0.2, 2, n)), activation=activation
    )
    return problem, rng.normal(size=(m, n)) * (2 / m) ** 0.5 / 2, rng.uniform(-0.2, 0.2, n)


def norm(array: np.ndarray) -> float:
    return float(np.linalg.norm(array))


def gradient(d_weights: np.ndarray, d_bias: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ravel(d_weights), np.ravel(d_bias)])


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("n", range(2, 9))
def test_the_line_agrees_with_the_closed_form(n: int, activation: Any) -> None:
    for seed in range(4):
        problem, weights, bias = drawn(n, seed, activation)
        exact = evaluate(problem, weights, bias)
        found, errors = evaluate_line(problem, weights[None], bias[None])
        off, claimed = abs(found.loss[0] - exact.loss), errors[0] + 40 * EPS * exact.loss
        assert off <= claimed
        assert off <= LOSS * exact.loss
        slopes = gradient(exact.d_weights, exact.d_bias)
        off = norm(gradient(found.d_weights, found.d_bias) - slopes)
        assert off <= SLOPE * max(norm(slopes), problem.null_loss)
        assert np.abs(found.parts[0] - exact.parts).max() <= LOSS * exact.loss


def test_ten_features_in_both_ways() -> None:
    problem, weights, bias = drawn(10, 3)
    cube, line = (tt.loss_estimate(problem, weights, bias, method=method) for method in ("cube", "line"))
    assert cube.agrees(line)
    assert (cube.kind, line.kind) == ("rounding", "quadrature")


@pytest.mark.parametrize(("n", "density"), [(12, 0.3), (30, 0.05), (80, 0.02)])
def test_beyond_the_closed_form_sampling_agrees(n: int, density: float) -> None:
    rng = np.random.default_rng(n)
    problem = tt.Problem(n_features=n, n_hidden=n // 4, density=density)
    weights, bias = rng.normal(size=(n // 4, n)) / (n // 4) ** 0.5, rng.uniform(-0.1, 0.1, n)
    exact = tt.loss_estimate(problem, weights, bias)
    sampled = tt.monte_carlo(problem, weights, bias, size=20_000, seed=0)
    assert exact.error < LOSS * exact.value
    assert exact.agrees(sampled, 5.0)


def test_the_gradient_is_that_of_the_loss() -> None:
    problem, weights, bias = drawn(14, 5)
    rng, step = np.random.default_rng(0), 1e-4
    along = rng.normal(size=weights.shape), rng.normal(size=bias.shape)
    losses = [tt.loss(problem, weights + t * along[0], bias + t * along[1]) for t in (-step, step)]
    _, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    slope = float((d_weights * along[0]).sum() + (d_bias * along[1]).sum())
    assert (losses[1] - losses[0]) / (2 * step) == pytest.approx(slope, rel=1e-5)  # a step's square, and 1e-10 / step


def test_the_parts_add_up_to_the_loss_and_silence_costs_what_it_must() -> None:
    problem, weights, bias = drawn(16, 4)
    parts = tt.decompose(problem, weights, bias)
    assert parts.total == pytest.approx(tt.loss(problem, weights, bias), rel=10 * EPS)
    silent = (1 - problem.densities[0]) ** 16 * np.array(problem.importances) * np.maximum(bias, 0) ** 2
    np.testing.assert_allclose(parts.bias_cost, silent, rtol=1e-12)


def test_what_changes_nothing_changes_nothing() -> None:
    """Relabeling features relabels the gradient; turning the hidden space changes no loss."""
    problem, weights, bias = drawn(13, 7)
    rng = np.random.default_rng(2)
    order = rng.permutation(13)
    moved = problem.replace(
        importance=tuple(np.array(problem.importances)[order]), density=tuple(np.array(problem.densities)[order])
    )
    first, second = tt.loss_and_grad(problem, weights, bias), tt.loss_and_grad(moved, weights[:, order], bias[order])
    assert first[0] == pytest.approx(second[0], rel=1e-12)
    np.testing.assert_allclose(first[2][order], second[2], atol=1e-10 * problem.null_loss)
    turn = np.linalg.qr(rng.normal(size=(problem.n_hidden, problem.n_hidden)))[0]
    assert tt.loss(problem, turn @ weights, bias) == pytest.approx(first[0], rel=1e-12)


def test_threads_and_batches_change_no_bit() -> None:
    n = FEWEST_FOR_THREADS + 5
    problem = tt.Problem(n_features=n, n_hidden=8, density=0.05)
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, 8, n)) / 3, np.zeros((2, n))
    one, two = (evaluate_line(problem, weights, bias, threads=threads)[0] for threads in (1, 2))
    alone = evaluate_line(problem, weights[1:], bias[1:])[0]
    for a, b, c in zip(one, two, alone, strict=True):
        assert np.array_equal(a, b)
        assert np.array_equal(a[1:], c)
    assert evaluate_line(problem, weights, bias, gradient=False)[0].loss == pytest.approx(one.loss, rel=0)


def test_a_call_leaves_the_number_of_threads_open() -> None:
    """numba's own threads, once started, would refuse another number later: none are started."""
    code = (
        "import os, numpy as np, toytoy as tt\n"
        "problem = tt.Problem(n_features=60, n_hidden=2, density=0.05)\n"
        "tt.loss(problem, np.ones((2, 60)) / 9, np.zeros(60))\n"
        "os.environ['NUMBA_NUM_THREADS'] = '1'\n"
        "import numba\n"
        "numba.njit(lambda x: x + 1)(1)\n"  # compiling reads the environment again
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_features_that_nothing_reads_are_exact_at_any_number() -> None:
    """An output that sees two features of 300 is the closed form of two."""
    small = tt.Problem(n_features=2, n_hidden=1, density=0.02)
    large = tt.Problem(n_features=300, n_hidden=1, density=0.02)
    weights = np.zeros((1, 300))
    weights[0, :2] = 0.9, -0.8
    bias = np.full(300, 0.01)
    exact = tt.loss(small, weights[:, :2], bias[:2]) + 298 * (0.02 * (1 / 3 - 0.01 + 0.0001) + 0.98 * 0.0001)
    assert tt.loss(large, weights, bias) == pytest.approx(exact, rel=LOSS / 10)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"activation": "gelu"}, "piecewise-linear activation, got activation='gelu'")],
)
def test_what_has_no_line_is_refused(changes: dict[str, object], message: str) -> None:
    problem = tt.Problem(n_features=12, n_hidden=2, density=0.05).replace(**changes)
    with pytest.raises(ValueError, match=message):
        check_line(problem)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a record of the rows asked for, by the pool's size or None, in the kernel's place."""
    found: dict[str, list[Any]] = {"rows": [], "pools": []}

    class Pool(ThreadPoolExecutor):
        def __init__(self, count: int) -> None:
            found["pools"].append(count)
            super().__init__(count)

    monkeypatch.setattr(laplace, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(laplace, "_cores", lambda: 3)
    monkeypatch.setattr(
        "toytoy.analytic.line_row.line_rows", lambda first, last, *rest: found["rows"].append((first, last))
    )
    return found


@pytest.mark.parametrize(
    ("n", "threads", "pools"),
    [(47, 2, []), (48, 2, [2]), (48, None, [3]), (48, 1, []), (47, None, []), (100, 5, [5]), (1, None, [])],
)
def test_every_row_is_asked_for_once_and_threads_pay_from_48_features_on(
    calls: Any, n: int, threads: int | None, pools: list[int]
) -> None:
    problem = tt.Problem(n_features=n, n_hidden=1, density=0.05)
    evaluate_line(problem, np.ones((1, 1, n)), np.zeros((1, n)), threads=threads)
    assert calls["pools"] == pools
    rows = sorted(calls["rows"])
    assert [row for first, last in rows for row in range(first, last)] == list(range(n))
    assert all(last - first <= 16 for first, last in rows)


def test_entries_up_to_the_largest_are_taken(calls: Any) -> None:
    """Of WᵀW, or of the bias: what overflows is refused by the size of the weights that made it."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.05)
    zero = np.zeros((1, 2))
    evaluate_line(problem, np.array([[[0.0, 0.999e30]]]), zero)
    evaluate_line(problem, np.zeros((1, 1, 2)), np.array([[0.0, -1e60]]))
    evaluate_line(problem, np.zeros((0, 1, 2)), np.zeros((0, 2)))  # no model is small enough
    for weights, bias, size in (
        ([[[0.0, 1.001e30]]], zero, "1e\\+30"),
        ([[[0.0, 0.0]]], [[-1.001e60, 0.0]], "1e\\+60"),
        ([[[1e200, -1e200]]], zero, "1e\\+200"),
    ):
        with pytest.raises(ValueError, match=f"small enough for the line, got an entry of size {size}"):
            evaluate_line(problem, np.array(weights), np.array(bias))


def test_options_go_by_name(calls: Any) -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.05)
    evaluate_line(problem=problem, weights=np.zeros((1, 1, 2)), bias=np.zeros((1, 2)), gradient=False, threads=1)
    with pytest.raises(TypeError, match="positional argument"):
        evaluate_line(problem, np.zeros((1, 1, 2)), np.zeros((1, 2)), False)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"activation": "softplus", "support": tt.CorrelatedGroups((2,))}, "needs a piecewise-linear activation"),
        ({"support": Alone()}, r"needs independent features, got support=.*monte_carlo"),
    ],
)
def test_a_law_without_a_product_is_refused(changes: dict[str, Any], message: str) -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.05).replace(**changes)
    for attempt in (check_line, lambda each: evaluate_line(each, np.zeros((1, 1, 2)), np.zeros((1, 2)))):
        with pytest.raises(ValueError, match=message) as caught:
            attempt(problem)
        assert "\n" not in str(caught.value)


def test_cores_are_those_that_numba_would_use() -> None:
    import numba.core.config

    config: Any = numba.core.config
    assert laplace._cores() == config.NUMBA_NUM_THREADS >= 1
