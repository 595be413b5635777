"""Certified diagrams: strips, their ends and what is shown of them."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certified_diagram as module
from toytoy.analytic.certified_boundary import Boundary, boundary_of_pair
from toytoy.analytic.certified_diagram import CertifiedDiagram, certified_diagram, dropped_below, superposed_above
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof.branching import CELL, Found, reach, variance

from tests.unit.analytic.test_certified_diagram import STRIP, STRIPS


def boundary(lower: float, upper: float) -> Boundary:
    return Boundary(lower, upper, None, 1)


def test_a_model_that_gains_nothing_serves_no_strip() -> None:
    assert module._importance_of(0.5, 0.52, 1.0, 1.5, (0.0, 0.0)) == math.inf


@pytest.mark.parametrize(("a", "b"), STRIPS)
def test_soft_is_where_the_best_bias_would_shut_the_second_output(a: float, b: float) -> None:
    """t s (1 - μ) = μ (1 - s²) at the rarer end, μ = a / 2, for the longest t that is admitted: fact 1 at both ends."""
    r = 0.5
    s = math.sqrt(module.never_shut_up_to(a, b, r))
    loss = r * (variance(b) + (b - a) ** 2 / 8)
    longest = max(reach(p, loss) for p in (a, b)) + 2 * CELL
    mu = a / 2
    assert longest * s * (1 - mu) < mu * (1 - s * s)
    assert longest * s * (1 - mu) == pytest.approx(mu * (1 - s * s), rel=1e-7)


@pytest.mark.parametrize("window", [(0.1, 10.0), (0.3, 2.0), (0.5, 0.9), (1.5, 4.0)])
def test_the_undecided_share_counts_points_of_the_window(window: tuple[float, float]) -> None:
    """A point is undecided between lower and upper, or between their inverses: two strips of different width."""
    diagram = CertifiedDiagram((0.1, 0.2, 0.8), (0.25, 0.4), (0.55, 1.7), window)
    low, high = map(math.log, window)
    logs = low + (np.arange(20_000) + 0.5) / 20_000 * (high - low)
    shares = []
    for lower, upper in zip(diagram.lower, diagram.upper, strict=True):
        inside = (math.log(lower) < -np.abs(logs)) & (-np.abs(logs) < math.log(min(upper, 1.0)))
        shares.append(inside.mean())
    assert diagram.undecided == pytest.approx((shares[0] + 2 * shares[1]) / 3, abs=2e-4)


@pytest.mark.parametrize("importance", [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (0.1, math.inf)])
def test_bad_windows_of_importance_are_refused(importance: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="importance must"):
        certified_diagram(2, importance=importance)
    with pytest.raises(ValueError, match="count must"):
        certified_diagram(0)


def test_strips_are_equally_wide_and_know_the_boundaries_at_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "boundary_of_pair", lambda p, width: boundary(p, width))
    monkeypatch.setattr(module, "dropped_below", lambda a, b, first, last: (a, b, first.lower, last.lower))
    monkeypatch.setattr(module, "superposed_above", lambda a, b, last: (a, b, last.lower, last.upper))
    found = certified_diagram(4, density=(0.03, 0.48), importance=(1, 2))
    ends = found.densities
    assert (ends[0], ends[-1]) == (0.03, 0.48)
    assert ends == pytest.approx([0.03, 0.06, 0.12, 0.24, 0.48], rel=1e-14)
    assert found.lower == tuple((a, b, a, b) for a, b in pairwise(ends))  # type: ignore[comparison-overlap]
    assert found.upper == tuple((a, b, b, module.EDGE_WIDTH) for a, b in pairwise(ends))  # type: ignore[comparison-overlap]
    assert found.importance == (1.0, 2.0)
    whole = certified_diagram()
    assert (len(whole.lower), whole.densities[0], whole.densities[-1]) == (100, 0.01, 1.0)
    assert whole.importance == (0.1, 10.0)


def test_strips_are_halved_three_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown of eighths is shown of the strip; of sixteenths it is not."""
    ends = boundary(0.2, 1.0)
    for depth, least in ((3, 0.2 * (1 - module.MARGINS[0])), (4, 0.0)):
        narrow = math.log(2) / 2**depth * 1.01
        monkeypatch.setattr(module, "_shown", lambda q, narrow=narrow: abs(math.log(q.q / q.p)) <= narrow)
        assert dropped_below(*STRIP, ends, ends) == least
    widths: list[float] = []
    monkeypatch.setattr(module, "branch", lambda question: Found(0.0, 0.0, 1.0, 0.5, (0.1, 0.2), 1, True))
    monkeypatch.setattr(module, "boundary_of_pair", lambda p, width: ends)

    def importance(a: float, b: float, *model: Any) -> float:
        widths.append(math.log(b / a))
        return 9.0

    monkeypatch.setattr(module, "_importance_of", importance)
    assert superposed_above(*STRIP, ends) == 9.0
    assert math.log(2) / min(widths) == pytest.approx(8.0)
    assert len(widths) == 15 * len(module.BEYOND)


# a strip; then what is shown dropped as a share of r_b at its ends, the least r with both as a multiple of r_b at its
# denser end, and the s² below which the second output is never shut
STRIPS_SHOWN = [
    (0.03, 0.0315, 0.998, 1.00000300611, 0.000122756613),
    (0.3, 0.31, 0.998, 1.00000165726, 0.00961728887),
    (0.48, 0.5, 0.998, 1.00000102917, 0.0207901536),
    (0.2, 0.25, 0.998, 1.00000141537, 0.00435892955),
]


@pytest.mark.parametrize(("a", "b", "dropped", "both", "soft"), STRIPS_SHOWN)
def test_what_is_shown_is_as_sharp_as_it_was(a: float, b: float, dropped: float, both: float, soft: float) -> None:
    first, last = (boundary_of_pair(p, 1e-6) for p in (a, b))
    lower = dropped_below(a, b, first, last)
    assert lower == pytest.approx(dropped * min(first.lower, last.lower), rel=1e-12)
    assert superposed_above(a, b, last) == pytest.approx(both * last.upper, rel=1e-9)
    assert module.never_shut_up_to(a, b, lower) == pytest.approx(soft, rel=1e-8)


def test_bernstein_coefficients_bound_a_models_importance() -> None:
    """Against exact importances of one model inside the strip; and they are not far above."""
    t, s, biases = 1.0, 0.75, (0.0625, 0.25)
    a, b = 0.5, 0.52
    bound = Fraction(module._importance_of(a, b, t, s, biases))
    exact, model = [], ([[Fraction(t), -Fraction(s)]], [Fraction(x) for x in biases])
    for p in (Fraction(a) + (Fraction(b) - Fraction(a)) * k / 8 for k in range(9)):
        first = tt.Problem(n_features=2, n_hidden=1, density=p, importance=(1, 0))
        cost, left = exact_loss(first, *model), exact_loss(first.replace(importance=(0, 1)), *model)
        exact.append(cost / (p / 3 - p * p / 4 - left))
    assert max(exact) <= bound <= max(exact) * (1 + Fraction(1, 1000))
    assert variance(0.5) == pytest.approx(0.5 / 3 - 0.25 / 4)
