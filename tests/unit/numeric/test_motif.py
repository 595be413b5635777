"""The detector of asymmetric superposition with inhibition: what is planted is found, what looks alike is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from toytoy.numeric.motif import SharedNeuron, motifs, motifs_by_chance, shared_neurons

N = 6
Weights = tuple[np.ndarray, np.ndarray]


def exact(n: int = N) -> Weights:
    """Make two neurons a feature."""
    one = np.eye(n)
    return np.vstack([one, -one]), np.hstack([one, one])


def planted(weight: float = 2.0, taken: float = 1.5) -> Weights:
    """Let neuron 0 serve feature 1, too, and neuron 6 + 2 inhibit output 1 where feature 0 is positive."""
    encoder, decoder = exact()
    encoder[0, 0], encoder[0, 1] = weight, -1 / weight
    decoder[0, 0], decoder[1, 0] = 1 / weight, weight
    encoder[7] = 0.0  # what neuron 0 does now
    encoder[8, 0], decoder[1, 8] = weight, -taken * weight
    return encoder, decoder


def found_in(weights: Weights) -> set[tuple[int, int, int, int | None]]:
    return {(p.neuron, p.large, p.small, p.inhibitor) for p in motifs(shared_neurons(*weights))}


def test_a_planted_motif_is_found_and_measured() -> None:
    assert shared_neurons(*planted()) == (SharedNeuron(0, 0, 1, 16.0, 8, 1.5, "asymmetric with inhibition"),)


@pytest.mark.parametrize("seed", range(5))
def test_labels_scales_and_noise_do_not_hide_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    encoder, decoder = planted()
    neurons, features = rng.permutation(2 * N), rng.permutation(N)
    scale, sign = rng.uniform(0.2, 5, 2 * N), rng.choice([-1, 1], N)
    encoder = (scale[:, None] * encoder * sign)[neurons][:, features]
    decoder = (decoder / scale)[:, neurons][features]
    place, label = neurons.tolist().index, features.tolist().index
    wanted = {(place(0), label(0), label(1), place(8))}
    assert found_in((encoder, decoder)) == wanted
    size = 0.05  # of noise, where the weights have a scale again: no gain comes near a third by it
    undo = scale[neurons]
    noisy = (encoder / undo[:, None] + size * rng.normal(size=encoder.shape)) * undo[:, None]
    assert found_in((noisy, decoder + size * rng.normal(size=decoder.shape) / undo)) == wanted


def test_two_motifs_in_one_network() -> None:
    encoder, decoder = planted()
    encoder[3, 3], encoder[3, 4], decoder[3, 3], decoder[4, 3] = 1 / 3, 3.0, 3.0, 1 / 3
    encoder[11, 4], decoder[3, 11] = 1.0, -9.0
    assert found_in((encoder, decoder)) == {(0, 0, 1, 8), (3, 4, 3, 11)}


def test_what_is_not_the_motif() -> None:
    assert shared_neurons(*exact()) == ()  # monosemantic pairs
    symmetric = shared_neurons(*planted(weight=1.0))
    assert [(p.kind, p.asymmetry) for p in symmetric] == [("symmetric", 1.0)]
    (bare,) = shared_neurons(*planted(taken=0.0))
    assert (bare.kind, bare.inhibitor, bare.inhibition) == ("asymmetric", None, 0.0)
    encoder, decoder = planted()
    encoder[8, 0] *= -1  # inhibits where feature 0 is negative: neuron 0 is silent there
    assert {p.kind for p in shared_neurons(encoder, decoder)} == {"asymmetric"}
    encoder, decoder = planted()
    decoder[[1, 2], 8] = decoder[[2, 1], 8]  # inhibits another output
    assert {p.kind for p in shared_neurons(encoder, decoder)} == {"asymmetric"}
    encoder, decoder = planted()
    decoder[1, 0] *= -1  # neuron 0 inhibits output 1 instead of serving it
    assert shared_neurons(encoder, decoder) == ()


def test_random_weights_seldom_show_it() -> None:
    """What chance makes of exact weights with noise a fifth as large."""
    rng, chance = np.random.default_rng(0), 0
    for _ in range(200):
        encoder, decoder = exact()
        chance += len(found_in((encoder + 0.2 * rng.normal(size=(12, 6)), decoder + 0.2 * rng.normal(size=(6, 12)))))
    assert chance <= 2  # of 200 networks


def test_chance_is_counted_by_permuting() -> None:
    encoder, decoder = planted()
    found = shared_neurons(encoder, decoder)
    # one neuron alone reads feature 0 on that side, and one alone inhibits output 1: they meet in 1 of 11 places
    assert abs(motifs_by_chance(encoder, decoder, found, count=20_000) - 1 / 11) < 5 * 0.29 / np.sqrt(20_000)
    bare = planted(taken=0.0)
    assert motifs_by_chance(*bare, shared_neurons(*bare)) == 0
    symmetric = planted(weight=1.0)
    assert motifs_by_chance(*symmetric, shared_neurons(*symmetric)) == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="pick an instance"):
        shared_neurons(np.zeros((2, 4, 3)), np.zeros((2, 3, 4)))
    with pytest.raises(ValueError, match="asymmetry"):
        shared_neurons(*exact(), asymmetry=1.0)
    with pytest.raises(ValueError, match="transpose"):
        shared_neurons(exact()[0], exact()[0])


@pytest.mark.parametrize("detect", [shared_neurons, lambda encoder, decoder: motifs_by_chance(encoder, decoder, ())])
@pytest.mark.parametrize(
    ("encoder", "decoder", "says"),
    [
        (np.eye(3, 2), np.eye(3, 2), "^decoder must have the encoder's shape with its last two axes swapped"),
        (np.zeros((2, 4, 3)), np.zeros((2, 3, 4)), "^encoder must be one model's, with two axes, got shape"),
        (np.eye(2), np.eye(2) * np.nan, "^decoder must be finite, got nan"),
        (np.zeros((2, 0)), np.zeros((0, 2)), "^encoder must have one feature or more"),
    ],
)
def test_weights_that_do_not_fit_are_refused(detect: Any, encoder: Any, decoder: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        detect(encoder, decoder)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"count": 0}, r"^count must be a whole number in \[1, inf\), got count=0; give the number of permutations"),
        ({"inhibition": -1}, r"^inhibition must lie in \(0, inf\), got inhibition=-1"),
        ({"inhibition": np.nan}, r"^inhibition must lie in \(0, inf\), got inhibition=nan"),
        ({"seed": -1}, r"^seed must be a whole number"),
    ],
)
def test_numbers_out_of_range_are_refused(options: Any, says: str) -> None:
    weights = planted()
    with pytest.raises(ValueError, match=says):
        motifs_by_chance(*weights, shared_neurons(*weights), **options)


@pytest.mark.parametrize("change", [{"neuron": 7}, {"neuron": 99}, {"neuron": -12}, {"small": 2}, {"asymmetry": 8.0}])
def test_pairs_of_other_weights_are_refused(change: Any) -> None:
    weights = planted()
    found = tuple(replace(pair, **change) for pair in shared_neurons(*weights))
    with pytest.raises(ValueError, match=r"^found must be pairs of these weights, got .*; see shared_neurons$"):
        motifs_by_chance(*weights, found)


@pytest.mark.parametrize("found", [3, "a", (1, 2), None])
def test_what_is_no_pair_is_refused(found: Any) -> None:
    for use in (motifs, lambda given: motifs_by_chance(*planted(), given)):
        with pytest.raises(TypeError, match=r"^found must be SharedNeurons, got found=.*; see shared_neurons$"):
            use(found)


def test_one_neuron_has_no_inhibitor_by_chance() -> None:
    alone = [[2.0, -0.5]], [[0.5], [2.0]]
    assert motifs_by_chance(*alone, shared_neurons(*alone)) == 0
