"""Regimes of every feature and phases of the toy's extra feature, clean and noisy."""

import time

import numpy as np
import pytest
import toytoy as tt
from toytoy import Phase, Regime

N, D, S = Regime.NOT_REPRESENTED, Regime.DEDICATED, Regime.SUPERPOSED
ROOT = np.sqrt(0.75)
PHASES = [
    ([[1.0, 0.0]], Phase.NOT_REPRESENTED),
    ([[0.0, 0.0]], Phase.NOT_REPRESENTED),
    ([[0.0, 1.0]], Phase.DEDICATED),
    ([[1.0, -1.0]], Phase.ANTIPODAL),
    ([[-0.9, 0.2]], Phase.ANTIPODAL),
    ([[1.0, 1.0]], Phase.ALIGNED),
    ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], Phase.NOT_REPRESENTED),
    ([[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]], Phase.NOT_REPRESENTED),
    ([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], Phase.DEDICATED),
    ([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]], Phase.DEDICATED),
    ([[1.0, 0.0, -1.0], [0.0, 1.0, 0.0]], Phase.ANTIPODAL),
    ([[1.0, 0.0, 0.0], [0.0, 1.0, -0.6]], Phase.ANTIPODAL),
    ([[1.0, 0.0, -0.6], [0.0, 0.0, 0.0]], Phase.ANTIPODAL),
    ([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], Phase.ALIGNED),
    ([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], Phase.ANTIPODAL_OTHERS),
    ([[1.0, -0.5, -0.5], [0.0, ROOT, -ROOT]], Phase.TRIANGLE),
    ([[1.0, -1.0, 0.0], [0.3, 0.3, -0.4]], Phase.TRIANGLE),
    ([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], Phase.MIXED),  # the extra alone, the others aligned
    ([[1.0, -1.0, 0.5], [0.0, 0.0, 0.0]], Phase.MIXED),  # all three on one line
    ([[0.0, 1.0, 0.6], [0.0, 0.0, 0.8]], Phase.MIXED),  # a pair that spans two dimensions
]


@pytest.mark.parametrize(("weights", "expected"), PHASES)
def test_phase_of_clean_weights(weights, expected):
    assert tt.phase(weights) is expected


@pytest.mark.parametrize(("weights", "expected"), PHASES)
def test_phase_does_not_depend_on_gauge_or_on_the_order_of_the_others(weights, expected):
    weights = np.array(weights)
    cosine, sine = np.cos(0.7), np.sin(0.7)
    turned = -weights if len(weights) == 1 else np.array([[cosine, -sine], [sine, cosine]]) @ weights
    assert tt.phase(turned) is expected
    others = list(range(weights.shape[1] - 1))[::-1]
    assert tt.phase(weights[:, [*others, weights.shape[1] - 1]]) is expected


@pytest.mark.parametrize(("weights", "expected"), PHASES)
def test_a_batch_of_one_equals_the_single_answer(weights, expected):
    batch = tt.phase(np.array([weights]))
    assert batch.shape == (1,)
    assert batch[0] is expected
    assert tuple(tt.regimes(np.array([weights]))[0]) == tt.regimes(weights)
    several = tt.phase(np.array([[weights] * 5] * 4))
    assert several.shape == (4, 5)
    assert (several == expected).all()


@pytest.mark.parametrize(
    ("weights", "expected"), [p for p in PHASES if p[1] is not Phase.MIXED and np.any(p[0])], ids=str
)
def test_noise_of_three_percent_is_seen_through_at_the_trained_tolerance(weights, expected):
    rng = np.random.default_rng(5)
    noisy = np.array(weights) + 0.03 * rng.uniform(-1, 1, size=(200, *np.shape(weights)))
    assert (tt.phase(noisy, tolerance=0.01) == expected).all()


def test_the_exact_tolerance_does_not_see_through_noise():
    noisy = np.array([[1.0, -1.0, 0.03], [0.02, 0.03, 1.0]])
    assert tt.phase(noisy) is Phase.TRIANGLE
    assert tt.phase(noisy, tolerance=0.01) is Phase.ANTIPODAL_OTHERS


def test_tolerances_are_inclusive():
    assert tt.regimes([[1.0, 0.125]], tolerance=0.125**2)[1] is N
    assert tt.regimes([[1.0, 0.125]], tolerance=0.99 * 0.125**2)[1] is S
    # (Ŵ_0·W_1)² = 0.25, (Ŵ_1·W_0)² = 0.2
    assert tt.regimes([[1.0, 0.5], [0.0, 1.0]], tolerance=0.25) == (D, D)
    assert tt.regimes([[1.0, 0.5], [0.0, 1.0]], tolerance=0.24) == (S, D)
    assert tt.regimes([[1.0, 0.5], [0.0, 1.0]], tolerance=0.19) == (S, S)


def test_regimes_of_a_batch_are_those_of_its_models():
    batch = np.random.default_rng(2).normal(size=(3, 4, 2, 5)) * np.array([1, 1, 0, 1, 0])
    whole = tt.regimes(batch)
    assert whole.shape == (3, 4, 5)
    assert all(tuple(whole[i, j]) == tt.regimes(batch[i, j]) for i in range(3) for j in range(4))
    assert all(type(r) is Regime for r in whole.flat)


def test_ten_thousand_phases_take_less_than_half_a_second():
    batch = np.random.default_rng(0).normal(size=(10_000, 2, 3))
    start = time.process_time()
    phases = tt.phase(batch, tolerance=0.01)
    assert phases.shape == (10_000,)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3, 3), (3, 2), (5, 2, 4)])
def test_phase_is_refused_for_other_models(shape):
    with pytest.raises(ValueError, match="2 features in 1 dimension and 3 in 2"):
        tt.phase(np.ones(shape))


@pytest.mark.parametrize("function", [tt.phase, tt.regimes, tt.structure])
@pytest.mark.parametrize("tolerance", [-1e-9, 1.0, np.nan])
def test_tolerances_out_of_range_are_refused(function, tolerance):
    with pytest.raises(ValueError, match="tolerance must lie in"):
        function([[1.0, 0.0]], tolerance=tolerance)


@pytest.mark.parametrize("size", [1e-3, 0.3, 1e3])
def test_the_sign_alone_tells_a_small_pair_from_a_large_one(size):
    assert tt.phase([[size, size]], tolerance=1e-12) is Phase.ALIGNED
    assert tt.phase([[size, -size]], tolerance=1e-12) is Phase.ANTIPODAL
    assert tt.phase([[size, -size, 0.0], [0.0, 0.0, size]], tolerance=1e-12) is Phase.ANTIPODAL_OTHERS
    assert tt.phase([[size, size, 0.0], [0.0, 0.0, size]], tolerance=1e-12) is Phase.MIXED


def test_a_phase_includes_its_tolerance():
    """An extra of squared length 1/4 is not represented at 1/4; overlaps of 1/4 leave it dedicated."""
    above = np.nextafter(0.5, 1)
    assert tt.phase([[1.0, 0.5]], tolerance=0.25) is Phase.NOT_REPRESENTED
    assert tt.phase([[0.5, 1.0]], tolerance=0.25) is Phase.DEDICATED  # the other is dropped, and (1 · 1/2)² is 1/4
    assert tt.phase([[above, 1.0]], tolerance=0.25) is Phase.ALIGNED
    assert tt.phase([[0.5, 0.0, 0.0], [0.0, 0.5, 1.0]], tolerance=0.25) is Phase.DEDICATED


def test_an_error_names_the_shape_and_the_way_out():
    with pytest.raises(ValueError, match=r"got weights of shape \(5, 2, 4\); use structure"):
        tt.phase(np.ones((5, 2, 4)))
    assert tt.phase(np.ones((0, 2, 3))).shape == (0,)
    assert tt.regimes(np.ones((0, 2, 3))).shape == (0, 3)
