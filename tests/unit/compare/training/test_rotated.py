"""Rotated models: orthogonal matrices, and counts of neurons by chance (the laws are in tests/properties)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.rotated import hidden_changes, mean_monosemantic, mean_of, plain_changes, rotations

EPS = float(np.finfo(float).eps)


def test_rotations_are_orthogonal_and_seeded() -> None:
    turns = rotations(4, seed=1, count=5)
    np.testing.assert_allclose(turns @ turns.mT, np.broadcast_to(np.eye(4), (5, 4, 4)), atol=20 * EPS)
    np.testing.assert_array_equal(turns, rotations(4, seed=1, count=5))
    assert not np.allclose(turns, rotations(4, seed=2, count=5))


def test_the_identity_changes_nothing_in_either_model() -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.3)
    weights, bias, one = np.eye(2, 3), np.full(3, 0.05), np.eye(2)[None]
    assert plain_changes(problem, weights, bias, one).tolist() == [0.0]
    assert hidden_changes(problem, weights, bias, one)[0].tolist() == [0.0]


def test_counts_by_chance() -> None:
    weights = np.eye(2, 3)
    assert mean_monosemantic(weights, np.eye(2)[None]).value == 2
    # in a plane: angles whose squared sine or cosine is below a tenth, 4 arcsin(√0.1) / π of them
    wanted = 2 * 4 * np.arcsin(np.sqrt(0.1)) / np.pi
    turns = rotations(2, 0, 4000)
    found = mean_monosemantic(weights, turns)
    assert abs(found.value - wanted) < 5 * found.error
    assert found.error < 2 / np.sqrt(len(turns))  # counts of 0 to 2


def test_a_mean_has_its_standard_error() -> None:
    found = mean_of([1, 2, 3, 6])
    assert (found.value, found.error) == (3.0, float(np.std([1, 2, 3, 6], ddof=1)) / 2)
    assert mean_of([1]).error == np.inf


@pytest.mark.parametrize("measure", [plain_changes, hidden_changes])
@pytest.mark.parametrize(
    ("weights", "bias", "turns", "words"),
    [
        (np.eye(3), np.zeros(3), np.eye(2)[None], "weights must have shape"),
        (np.eye(2, 3) * np.nan, np.zeros(3), np.eye(2)[None], "weights must be finite"),
        (np.eye(2, 3), np.zeros(2), np.eye(2)[None], "bias must have shape"),
        (np.eye(2, 3)[None], np.zeros(3), np.eye(2)[None], "pick an instance"),
        (np.eye(2, 3), np.zeros(3), np.eye(2)[None] * np.nan, "turns must be finite, got nan at"),
        (np.eye(2, 3), np.zeros(3), [[[1.0], [1.0, 2.0]]], "turns must be a rectangular array"),
        (np.eye(2, 3), np.zeros(3), 2 * np.eye(2)[None], "turns must be orthogonal, .* is off by 3; see rotations"),
        (np.eye(2, 3), np.zeros(3), np.eye(2), r"turns must have shape \(count, 2, 2\), got shape \(2, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(measure: Any, weights: Any, bias: Any, turns: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure(tt.Problem(n_features=3, n_hidden=2, density=0.3), weights, bias, turns)


@pytest.mark.parametrize("arguments", [(0, 0), (2, -1), (2, 0, 0)])
def test_rotations_that_make_no_sense_are_refused(arguments: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must be a whole number"):
        rotations(*arguments)


@pytest.mark.parametrize(
    ("weights", "turns", "words"),
    [
        (
            np.eye(2, 3),
            np.eye(3)[None],
            r"^turns must have shape \(count, 2, 2\), got shape \(1, 3, 3\); see rotations",
        ),
        (np.eye(2, 3), np.zeros((0, 2, 2)), r"^turns must have shape \(count, 2, 2\), got shape \(0, 2, 2\)"),
        (np.eye(2, 3)[None], np.eye(2)[None], "^weights must be one model's, with two axes, got .*; pick an instance"),
    ],
)
def test_counts_of_what_does_not_fit_are_refused(weights: Any, turns: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mean_monosemantic(weights, turns)


@pytest.mark.parametrize("values", [[], np.zeros((2, 2)), 1.0])
def test_there_is_no_mean_of_nothing(values: Any) -> None:
    with pytest.raises(ValueError, match=r"^values must be one number or more, in one axis, got shape"):
        mean_of(values)


def test_a_model_without_loss_has_nothing_that_a_change_is_a_share_of() -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.5)
    with pytest.raises(ValueError, match=r"own loss must be positive.*got 0\.0 on"):
        hidden_changes(problem, np.eye(2), np.zeros(2), rotations(2, seed=0, count=2))
