"""Neurons of one feature and of several: planted ones, at the edge of the criterion, and what must not matter."""

from __future__ import annotations

from typing import Any

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


@pytest.mark.parametrize("measure", [gains, neuron_kinds, monosemantic_by_share])
@pytest.mark.parametrize(
    ("encoder", "decoder", "says"),
    [
        (
            np.zeros((3, 0)),
            None,
            r"^encoder must have one feature or more, got shape \(3, 0\); one column is one$",
        ),
        ([1.0, 2.0], None, r"^encoder must have shape \(\.\.\., n_hidden, n_features\), got shape \(2,\)$"),
        (PLANTED * np.nan, None, r"^encoder must be finite, got nan at index \(0, 0\)$"),
        (PLANTED, [1.0], r"^decoder must have shape \(\.\.\., n_features, n_hidden\), got shape \(1,\)$"),
        (PLANTED, PLANTED.T + np.inf, r"^decoder must be finite, got "),
    ],
)
def test_weights_are_refused_by_their_name(measure: Any, encoder: Any, decoder: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        measure(encoder, decoder)


@pytest.mark.parametrize("kinds", ["silent", 3, [["silent"], ["other"]], [None], [1.0], True])
def test_only_kinds_are_counted(kinds: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^kinds must be an array of Neuron.*got .*; see neuron_kinds$"):
        count_kinds(kinds)


def test_words_of_kinds_are_kinds() -> None:
    assert count_kinds(WANTED) == count_kinds(neuron_kinds(PLANTED))  # type: ignore[arg-type]


@pytest.mark.parametrize("shares", [0.9, "0.9", None])
def test_shares_are_a_sequence(shares: Any) -> None:
    with pytest.raises(TypeError, match=r"^shares must be a sequence of numbers, got shares=.*; write \(0.9,\)$"):
        monosemantic_by_share(PLANTED, shares=shares)
