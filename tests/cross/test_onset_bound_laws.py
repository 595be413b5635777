"""The lemma of the onset: no model inside its radius beats it, wherever it lies, and beyond the radius one does."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof import onset_bound as module
from toytoy.analytic.proof.onset_bound import onset_bound


@pytest.mark.equation("certificate-box")
@pytest.mark.parametrize("p", [0.03, 0.5, 0.7, 1.0])
def test_nor_does_one_that_the_box_leaves_out(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    problem, v = tt.Problem.toy(2, importance=F(ratio), density=F(p)), F(p) / 3 - F(p) ** 2 / 4
    rng = np.random.default_rng(2)
    for n in range(150):
        eps, bias = radius * (1 - rng.random()), rng.normal(size=2) * (1.0, 0.1, 0.3 * radius)[n % 3]
        s = rng.uniform(0, 3) if n % 2 else abs(1 + 2 * eps * rng.normal())
        assert exact_loss(problem, [[F(s), -F(eps)]], [F(bias[0]), F(p) / 2 + F(bias[1])]) >= F(ratio) * v


@pytest.mark.parametrize("p", [0.03, 0.2, 0.5])
def test_beyond_the_radius_a_model_may_beat_it(p: float) -> None:
    radius, ratio = onset_bound(p, p)
    found = tt.minimize(tt.Problem.toy(2, importance=ratio, density=p), tt.Multistart(n_starts=8, seed=0))
    assert found.loss.value < 0.99 * ratio * (p / 3 - p * p / 4)
    assert np.abs(found.weights).min() > radius


def test_a_radius_too_large_for_the_lower_end_is_not_carried_on() -> None:
    assert not module._holds_up_to(0.51, 0.3, onset_bound(0.5, 0.5))
