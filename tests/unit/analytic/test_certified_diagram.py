"""The certified diagram: every density of a strip, told by certificates of points inside; how much is left open."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import certified_diagram as module
from toytoy.analytic.certificate import certificate
from toytoy.analytic.certified_boundary import boundary_of_pair
from toytoy.analytic.certified_diagram import CertifiedDiagram, certified_diagram, dropped_below, superposed_above
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof.branching import Question, variance
from toytoy.analytic.proof.onset_bound import OnsetBound

STRIPS = [(0.03, 0.0315), (0.2, 0.21), (0.48, 0.5), (0.6, 0.625), (0.83, 0.85), (0.96, 1.0)]


@pytest.mark.parametrize(("a", "b"), STRIPS)
def test_points_of_a_strip_agree(a: float, b: float) -> None:
    """Certificates at densities inside, just below the lower line and just above the upper one."""
    first, last = (boundary_of_pair(p, 1e-6) for p in (a, b))
    lower, upper = dropped_below(a, b, first, last), superposed_above(a, b, last)
    assert 0 < lower <= min(first.upper, last.upper)
    assert upper >= max(first.lower, last.lower)
    assert math.log(upper / lower) < math.log(last.upper / first.upper) + 0.03
    for p in np.linspace(a, b, 5):
        assert certificate(tt.Problem.toy(2, importance=lower, density=float(p))).exact
        if upper < 1:
            found = certificate(tt.Problem.toy(2, importance=upper * (1 + 1e-9), density=float(p)))
            assert found.enclosure.upper < Fraction(upper) * (Fraction(p) / 3 - Fraction(p) ** 2 / 4)


def test_beyond_the_boundary_nothing_is_shown_dropped() -> None:
    """Asked for more than is true the search must fail: at one density by a little, between two by their difference."""
    first, last = (boundary_of_pair(p, 1e-6) for p in (0.3, 0.31))
    assert module._is_dropped_at(0.3, first.lower * (1 - 2e-3))
    assert not module._is_dropped_at(0.3, first.upper * (1 + 2e-3))
    assert module._is_dropped(0.3, 0.31, first.lower * (1 - 2e-3), 0)
    assert not module._is_dropped(0.3, 0.31, last.upper * (1 + 2e-2), 2)


def test_what_is_asked_at_the_two_laws_adds_up_to_the_mean_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """The middle Bernstein coefficient of r v is more than the mean of r v at both laws, by r (b - a)² / 8."""
    asked: list[Question] = []

    def shown(question: Question) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr(module, "_shown", shown)
    a, b, r = 0.4, 0.5, 0.3
    assert module._is_dropped(a, b, r, 0)
    exact = [Fraction(q.r) * (Fraction(q.q) / 3 - Fraction(q.q) ** 2 / 4) + Fraction(q.extra) for q in asked]
    needed = Fraction(r) * ((Fraction(a) + Fraction(b)) / 6 - Fraction(a) * Fraction(b) / 4)
    assert sorted((q.p, q.q) for q in asked) == [(a, b), (b, a)]
    assert needed <= sum(exact) / 2 <= needed * (1 + Fraction(1, 10**12))


def test_without_the_lemma_nothing_is_shown_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "onset_bound", lambda low, high: OnsetBound(0.0, 0.0))
    first, last = boundary_of_pair(0.3, 1e-6), boundary_of_pair(0.31, 1e-6)
    assert dropped_below(0.3, 0.31, first, last) == 0.0


def test_the_second_output_is_never_shut_below_soft() -> None:
    """At every density of a strip and every admitted t the best bias is at least ts."""
    for a, b in STRIPS:
        soft = module.never_shut_up_to(a, b, 0.5)
        s = math.sqrt(soft)
        for p in np.linspace(a, b, 4):
            for t in (0.5, 1.0, 1.2):
                assert t * s <= p / 2 * (1 - s * s) + p / 2 * t * s


def test_bernstein_coefficients_bound_a_models_importance() -> None:
    """Against exact importances of one model inside the strip; and they are not far above."""
    t, s, biases = 1.0, 0.75, (0.0625, 0.25)
    a, b = 0.5, 0.52
    bound = module._importance_of(a, b, t, s, biases)
    exact, model = [], ([[Fraction(t), -Fraction(s)]], [Fraction(x) for x in biases])
    for p in (Fraction(a) + (Fraction(b) - Fraction(a)) * k / 8 for k in range(9)):
        first = tt.Problem(n_features=2, n_hidden=1, density=p, importance=(1, 0))
        cost, left = exact_loss(first, *model), exact_loss(first.replace(importance=(0, 1)), *model)
        exact.append(float(cost / (p / 3 - p * p / 4 - left)))
    assert max(exact) <= bound <= max(exact) * (1 + 1e-3)
    assert variance(0.5) == pytest.approx(0.5 / 3 - 0.25 / 4)


def test_the_undecided_share_is_counted_in_the_logarithms() -> None:
    diagram = CertifiedDiagram((0.1, 1.0), (10**-0.5,), (10**-0.25,), (0.1, 10.0))
    assert diagram.undecided == pytest.approx(0.25)  # a quarter of a decade twice, of two decades
    assert CertifiedDiagram((0.1, 1.0), (0.0,), (2.0,), (0.1, 10.0)).undecided == pytest.approx(1.0)
    assert CertifiedDiagram((0.1, 1.0), (0.01,), (0.02,), (0.1, 10.0)).undecided == 0.0


def test_a_coarse_diagram() -> None:
    diagram = certified_diagram(8, density=(0.05, 0.5))
    assert len(diagram.lower) == len(diagram.upper) == 8
    assert (diagram.densities[0], diagram.densities[-1]) == (0.05, 0.5)
    assert all(low < high for low, high in zip(diagram.lower, diagram.upper, strict=True))
    assert 0 < diagram.undecided < 0.2


@pytest.mark.slow
def test_the_whole_diagram_leaves_little_open() -> None:
    diagram = certified_diagram()
    print(f"undecided: {diagram.undecided:.4f} of the window")
    assert diagram.undecided <= 0.015


@pytest.mark.parametrize("density", [(0.0, 1.0), (0.5, 0.5), (0.5, 0.1), (0.5, 1.5)])
def test_bad_windows_are_refused(density: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="density must"):
        certified_diagram(2, density=density)
