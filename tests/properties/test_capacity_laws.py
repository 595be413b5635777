"""Laws of capacity: the paper's dimensionality, its budget and who uses it up, and what it does not see."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.analytic.gram import rank

EPS = float(np.finfo(float).eps)
seeds, shapes = st.integers(0, 2**16), st.tuples(st.integers(1, 4), st.integers(1, 7))
law = settings(deadline=None, derandomize=True, max_examples=150)


def drawn(seed: int, shape: tuple[int, int]) -> np.ndarray:
    """Weights of some rank, some columns 0, of very different lengths."""
    rng, (m, n) = np.random.default_rng(seed), shape
    inner = rng.integers(1, m + 1)
    lengths = 10.0 ** rng.uniform(-3, 3, n) * (rng.random(n) < 0.8)
    product: np.ndarray = (rng.normal(size=(m, inner)) @ rng.normal(size=(inner, n))) * lengths
    return product


@law
@given(seeds, shapes)
def test_capacity_is_the_papers_feature_dimensionality(seed: int, shape: tuple[int, int]) -> None:
    """D_i = ‖W_i‖² / Σ_j (Ŵ_i·W_j)², written out by the paper's formula."""
    weights = drawn(seed, shape)
    for i, c in enumerate(tt.capacity(weights)):
        length = np.linalg.norm(weights[:, i])
        if length:
            unit = weights[:, i] / length
            assert c == pytest.approx(length**2 / sum((unit @ other) ** 2 for other in weights.T), rel=50 * EPS)
        else:
            assert c == 0


@pytest.mark.equation("capacity-sum")
@law
@given(seeds, shapes)
def test_each_share_is_at_most_its_leverage_and_all_at_most_the_rank(seed: int, shape: tuple[int, int]) -> None:
    weights = drawn(seed, shape)
    if not weights.any():
        return
    _, singular, right = np.linalg.svd(weights, full_matrices=False)
    spanned = singular > 1e-13 * singular[0]
    leverage = (right[spanned] ** 2).sum(axis=0)  # W_iᵀ M⁺ W_i
    # directions of tiny columns are good to 1e-16 of the largest one only
    assert (tt.capacity(weights)[leverage > 1e-6] <= leverage[leverage > 1e-6] + 1e-8).all()
    assert tt.capacity(weights).sum() <= rank(weights, 0.0) + 1e-12


@pytest.mark.equation("capacity-sum")
@law
@given(seeds, st.lists(st.sampled_from([(1, 1), (1, 2), (1, 4), (2, 3), (2, 5)]), min_size=1, max_size=3))
def test_orthogonal_tight_frames_use_it_up(seed: int, blocks: list[tuple[int, int]]) -> None:
    rng = np.random.default_rng(seed)
    m, n = np.sum(blocks, axis=0)
    weights, row, column = np.zeros((m, n)), 0, 0
    for d, k in blocks:
        frame = np.linalg.qr(rng.normal(size=(k, k)))[0][:d] * rng.uniform(0.2, 2.0)
        weights[row : row + d, column : column + k] = frame
        row, column = row + d, column + k
    turn = np.linalg.qr(rng.normal(size=(m, m)))[0]
    assert tt.capacity(turn @ weights).sum() == pytest.approx(m, abs=1e-12)
    if any(d > 1 for d, _ in blocks):  # longer by half, one column of a plane's frame spoils it
        at = next(sum(k for _, k in blocks[:b]) for b, (d, _) in enumerate(blocks) if d > 1)
        weights[:, at] *= 1.5
        assert tt.capacity(weights).sum() < m - 1e-9


@law
@given(seeds, shapes)
def test_capacity_does_not_see_rotation_scale_or_signs(seed: int, shape: tuple[int, int]) -> None:
    weights, rng = drawn(seed, shape), np.random.default_rng(seed + 1)
    turn = np.linalg.qr(rng.normal(size=(shape[0], shape[0])))[0]
    signs, scale = rng.choice([-1.0, 1.0], shape[1]), 10.0 ** rng.uniform(-2, 2)
    changed = tt.capacity(scale * turn @ weights * signs)
    spread = np.abs(weights).max() / max(float(np.abs(weights)[np.abs(weights) > 0].min(initial=1.0)), 1e-12)
    assert changed == pytest.approx(tt.capacity(weights), abs=1e-14 + 1e-15 * spread)
    order = rng.permutation(shape[1])
    assert np.abs(tt.capacity(weights[:, order]) - tt.capacity(weights)[order]).max() <= 10 * EPS
