"""Neurons of one feature and of several: planted ones, at the edge of the criterion, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.numeric.neurons import count_kinds, gains, monosemantic_by_share, neuron_kinds

PLANTED = np.array(
    [
        [1.0, 0.0, 0.0, 0.0],  # one feature
        [0.0, -1.0, 0.0, 0.2],  # one, and a little of another: 1/1.04
        [0.0, 0.0, 1.0, -1.0],  # two
        [0.6, 0.6, 0.6, 0.6],  # four
        [0.0, 0.05, 0.0, 0.05],  # nothing to speak of
    ]
)
WANTED = ["monosemantic", "monosemantic", "polysemantic", "polysemantic", "silent"]


def test_planted_neurons_are_told_apart() -> None:
    assert neuron_kinds(PLANTED).tolist() == WANTED
    assert count_kinds(neuron_kinds(PLANTED)) == {"silent": 1, "monosemantic": 2, "polysemantic": 2}


def test_neither_labels_nor_signs_nor_scales_within_a_neuron_matter() -> None:
    rng = np.random.default_rng(0)
    order, features = rng.permutation(5), rng.permutation(4)
    turned = (PLANTED * rng.choice([-1, 1], 5)[:, None])[order][:, features]
    assert neuron_kinds(turned).tolist() == [WANTED[k] for k in order]
    factors = 2.0 ** rng.integers(-3, 4, 5)  # exactly
    kinds = neuron_kinds(PLANTED * factors[:, None], (PLANTED / factors[:, None]).T)
    assert kinds.tolist() == WANTED


def test_the_edge_is_where_it_is_said_to_be() -> None:
    row = np.array([[3.0, 1.0]])
    assert neuron_kinds(row).tolist() == ["monosemantic"]
    assert neuron_kinds(row * [1, 1.001]).tolist() == ["polysemantic"]
    assert neuron_kinds(row * 0.0316).tolist() == ["silent"]  # 10 · 0.0316² = 0.00999
    assert neuron_kinds(row * 0.0317).tolist() == ["monosemantic"]


def test_many_models_at_once_and_untied_weights() -> None:
    rng = np.random.default_rng(1)
    encoder, decoder = rng.normal(size=(3, 5, 4)), rng.normal(size=(3, 4, 5))
    kinds = neuron_kinds(encoder, decoder)
    assert kinds.shape == (3, 5)
    for k in range(3):
        assert neuron_kinds(encoder[k], decoder[k]).tolist() == kinds[k].tolist()
        for j in range(5):
            np.testing.assert_array_equal(gains(encoder[k], decoder[k])[j], abs(encoder[k, j] * decoder[k, :, j]))


def test_a_higher_threshold_never_finds_more() -> None:
    counts = list(monosemantic_by_share(np.random.default_rng(2).normal(size=(200, 3))).values())
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="share must lie in"):
        neuron_kinds(PLANTED, share=0.5)
    with pytest.raises(ValueError, match="transpose"):
        gains(PLANTED, PLANTED)
    with pytest.raises(ValueError, match="tolerance"):
        neuron_kinds(PLANTED, tolerance=-1)
