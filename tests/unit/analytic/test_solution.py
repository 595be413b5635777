"""Solutions and their runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.solution import Kind, Run, Runs

FIELDS = [
    *("problem", "weights", "bias", "loss", "gradient_norm", "kinks", "regimes", "structure", "tolerance"),
    *("status", "kind", "method", "seed", "n_evaluations", "runs"),
]


def runs(losses: list[float], tolerance: float = 0.01) -> Runs:
    k = len(losses)
    return Runs(np.array(losses), np.arange(2.0 * k).reshape(k, 1, 2), np.zeros((k, 2)), tolerance)


def test_the_contract_of_fields() -> None:
    assert [field.name for field in dataclasses.fields(tt.Solution)] == FIELDS


def test_hits_and_distinct_minima() -> None:
    some = runs([0.3, 0.1, 0.105, 0.3005, 0.2])
    assert some.best == 1
    assert some.hits == 2
    assert some.n_distinct == 3
    assert (runs([0.5]).hits, runs([0.5]).n_distinct) == (1, 1)


def test_runs_are_a_sequence() -> None:
    some = runs([0.3, 0.1])
    assert len(some) == len(list(some)) == 2
    assert isinstance(some[1], Run)
    assert some[1].loss == 0.1
    assert some[1].weights.tolist() == [[2.0, 3.0]]
    assert some[1].history is None
    kept = dataclasses.replace(some, histories=np.array([[3.0, 2.0], [1.0, 0.5]]))
    assert kept[1].history is not None
    assert kept[1].history.tolist() == [1.0, 0.5]
    with pytest.raises(IndexError):
        some[2]


def test_kinds_are_three() -> None:
    assert [str(kind) for kind in Kind] == ["ansatz", "optimum", "trained"]


def test_a_solution_is_frozen_and_equal_only_to_itself() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    one, other = (tt.ansatz("antipodal", problem) for _ in range(2))
    assert one == one
    assert one != other
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.loss = other.loss  # type: ignore[misc]


def test_losses_a_tolerance_apart_are_the_same() -> None:
    """Eighths: exact. The edge belongs to the same minimum, for hits and for what is distinct."""
    some = runs([0.0, 0.125, 0.25, 0.5], 0.125)
    assert (some.hits, some.n_distinct) == (2, 2)
    less = runs([0.0, 0.125, 0.25, 0.5], float(np.nextafter(0.125, 0)))
    assert (less.hits, less.n_distinct) == (1, 4)
    assert runs([0.25, 0.0, 0.0], 0.0).best == 1  # the first of equals
    assert runs([0.25, 0.0, 0.0], 0.0).n_distinct == 2


def test_runs_are_frozen_and_equal_only_to_themselves() -> None:
    one, other = runs([0.5]), runs([0.5])
    assert len({one, other}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.losses = other.losses  # type: ignore[misc]
    assert [run.bias.tolist() for run in runs([0.5, 0.25])] == [[0.0, 0.0]] * 2
