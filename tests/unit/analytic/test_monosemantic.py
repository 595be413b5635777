"""Networks whose neurons each serve one feature: costs by another optimizer, shares by trying all of them."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from toytoy.analytic.monosemantic import feature_costs, monosemantic_losses, neurons_worth

F = Fraction
EPS = float(np.finfo(float).eps)
FOUND = 1e-9  # what Nelder and Mead leave of a loss of 0.1 at their tolerance of 1e-10


def error(p: float, slope: float, bias: float) -> float:
    """Integrate the squared error of ReLU(slope · ReLU(x) + bias), kinks and all, straight from its definition."""

    def positive(x: float) -> float:
        return (x - max(slope * x + bias, 0.0)) ** 2

    def negative(x: float) -> float:
        return (x - max(bias, 0.0)) ** 2

    kink = [-bias / slope] if slope and 0 < -bias / slope < 1 else None
    sides = sum(float(quad(f, 0, 1, points=kink)[0]) for f in (positive, negative))
    return (1 - p) * max(bias, 0.0) ** 2 + p / 2 * sides


@pytest.mark.equation("monosemantic-costs")
@pytest.mark.parametrize("p", [1.0, 0.6, 0.1, 0.003])
def test_no_slope_and_bias_do_better(p: float) -> None:
    starts = [(1.0, 0.1), (0.5, 0.4), (1.2, -0.1), (-0.5, 0.5)]
    options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000}
    least = min(minimize(lambda t: error(p, *t), s, method="Nelder-Mead", options=options).fun for s in starts)
    none, one, two = map(float, feature_costs(p))
    assert abs(least - one) <= FOUND
    bias = 2 * p / (8 - 3 * p)
    assert abs(error(p, 1 - 1.5 * bias, bias) - one) <= 10 * EPS
    assert abs(error(p, 0.0, p / 2) - none) <= 10 * EPS
    assert two == 0


@pytest.mark.equation("monosemantic-loss")
@pytest.mark.parametrize("seed", range(4))
def test_no_way_to_share_neurons_out_does_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    density = [F(int(k), 20) for k in rng.integers(1, 21, 4)]
    importance = [F(int(k), 7) for k in rng.integers(0, 15, 4)]
    costs = [[i * c for c in feature_costs(p)] for p, i in zip(density, importance, strict=True)]
    losses = monosemantic_losses(density, importance, 9)
    for k, loss in enumerate(losses):
        ways = (w for w in itertools.product(range(3), repeat=4) if sum(w) <= k)
        assert loss == min(sum(c[used] for c, used in zip(costs, way, strict=True)) for way in ways)  # exactly
    assert losses[8] == losses[9] == 0


def test_pairs_serve_the_most_important_features() -> None:
    importance = [F(4, 5) ** i for i in range(10)]
    p = F(1, 10)
    losses = monosemantic_losses([p] * 10, importance, 8)
    for pairs in range(5):
        assert losses[2 * pairs] == sum(importance[pairs:]) * (p / 3 - p * p / 4)


def test_worth_undoes_the_losses_and_stays_inside() -> None:
    density, importance = [0.2] * 5, [0.8**i for i in range(5)]
    losses = monosemantic_losses(density, importance, 10)
    worths = [neurons_worth(density, importance, float(loss)) for loss in losses]
    np.testing.assert_allclose(worths, range(11), atol=20 * EPS)
    halfway = float(losses[3] + losses[4]) / 2
    assert neurons_worth(density, importance, halfway) == pytest.approx(3.5, abs=20 * EPS)
    assert neurons_worth(density, importance, 10.0) == 0


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"density.*1\.5"):
        feature_costs(1.5)
    with pytest.raises(ValueError, match="2 and 1 numbers"):
        monosemantic_losses((0.5, 0.5), (1.0,), 2)
    with pytest.raises(ValueError, match="n_neurons"):
        monosemantic_losses((0.5,), (1.0,), -1)
    with pytest.raises(ValueError, match="loss"):
        neurons_worth((0.5,), (1.0,), -0.1)


@pytest.mark.parametrize(
    ("density", "importance", "says"),
    [
        (0.5, (1.0,), r"^density must be a sequence of numbers, one a feature, got density=0.5; write \(0.5,\)$"),
        (np.array(0.5), (1.0,), r"^density must be a sequence of numbers, one a feature, got density=array\(0.5\)"),
        ((0.5,), 1, r"^importance must be a sequence of numbers, one a feature, got importance=1; write \(0.5,\)$"),
        (None, (1.0,), r"^density must be a sequence of numbers, one a feature, got density=None"),
        ("a", (1.0,), r"^density must lie in \(0, 1\], got density='a'"),
    ],
)
def test_numbers_that_are_no_sequence_are_refused(density: Any, importance: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        monosemantic_losses(density, importance, 2)
    with pytest.raises(TypeError, match=says):
        neurons_worth(density, importance, 0.01)


def test_worth_is_the_fewest_neurons_that_do() -> None:
    for density, importance, fewest in (((0.5, 0.5), (1.0, 0.0), 2), ((0.2,) * 3, (0.0,) * 3, 0), ((), (), 0)):
        assert neurons_worth(density, importance, 0.0) == fewest
    losses = monosemantic_losses((0.5, 0.5), (1.0, 0.0), 4)
    assert neurons_worth((0.5, 0.5), (1.0, 0.0), float(losses[1]) / 4) == pytest.approx(1.75, abs=20 * EPS)


@pytest.mark.parametrize("n_neurons", [1.5, -1, True, "2"])
def test_neurons_are_counted(n_neurons: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="n_neurons must be a whole number"):
        monosemantic_losses((0.5,), (1.0,), n_neurons)


def test_the_losses_of_one_feature_by_hand() -> None:
    """p = 1/2: 5/48 without a neuron, 5/78 with one, nothing from two on."""
    half = Fraction(1, 2)
    zero, one = Fraction(5, 48), Fraction(5, 78)
    assert monosemantic_losses((half,), (Fraction(3),), 4) == (3 * zero, 3 * one, 0, 0, 0)
    assert monosemantic_losses((half,), (1,), 0) == (zero,)
    two = monosemantic_losses((half, half), (1, 1), 3)
    assert two == (2 * zero, zero + one, zero, one)  # a pair for one, then one for the other
    assert monosemantic_losses((), (), 1) == (0, 0)


def test_worth_is_a_line_between_whole_numbers() -> None:
    losses = [float(each) for each in monosemantic_losses((0.5, 0.25), (1.0, 2.0), 4)]
    for k in range(4):
        assert neurons_worth((0.5, 0.25), (1.0, 2.0), losses[k]) == pytest.approx(k)
        for share in (0.25, 0.75):
            between = losses[k] + share * (losses[k + 1] - losses[k])
            assert neurons_worth((0.5, 0.25), (1.0, 2.0), between) == pytest.approx(k + share)
    assert neurons_worth((0.5, 0.25), (1.0, 2.0), losses[0] + 1.0) == 0.0
    assert neurons_worth((0.5, 0.25), (1.0, 2.0), 0.0) == 4.0
    with pytest.raises(ValueError, match="loss must lie in"):
        neurons_worth((0.5,), (1.0,), -1e-9)
