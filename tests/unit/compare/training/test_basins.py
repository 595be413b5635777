"""Basins: counts are those of the models one by one, and no phase is reached where its minimum does not exist."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.basins import Basins, PhaseBasins, count_phases, cut_marks, phase_basins
from toytoy.numeric.inits import initial_weights
from toytoy.numeric.trained import train_many

LONG = tt.Trained(steps=3000, lr=0.01, batch=32, n_instances=24)


@cache
def cut() -> tuple[Basins, dict[str, float]]:
    marks = cut_marks(2, 0.4)
    inside = (marks["fold"] + marks["threshold"]) / 2
    importance = np.array([0.85 * marks["fold"], inside, 1.3 * marks["threshold"]])
    return count_phases(2, 1, np.array([0.4]), importance, LONG), marks


def test_no_pair_is_reached_below_its_fold() -> None:
    basins, marks = cut()
    assert marks["fold"] < marks["crossing"] < marks["threshold"]
    pair, dropped = (basins.share("noise_free", name)[0] for name in ("antipodal", "not_represented"))
    assert pair[0] == 0
    assert dropped[0] > 0.5
    assert pair[2] > 0


def test_dropping_is_half_stable_above_the_threshold_and_noise_undoes_it() -> None:
    """From weights of one sign W_e falls to 0 and stays; past 0 it would grow, but exact descent never gets there."""
    problem = tt.Problem.toy(2, importance=1.3 * cut_marks(2, 0.4)["threshold"], density=0.4)
    flow = tt.Trained(steps=6000, lr=0.2, optimizer="sgd", noise_free=True, n_instances=40)
    start = initial_weights(problem, 40, 0, "xavier_normal")
    same = start[:, 0, 0] * start[:, 0, 1] > 0
    ended = tt.phase(train_many([problem], flow).weights[0], 0.01).astype(str)
    assert set(ended[same]) == {"not_represented"}
    assert (ended[~same] == "antipodal").mean() > 0.9
    noisy = tt.Trained(steps=8000, lr=0.01, batch=32, n_instances=40)
    assert set(tt.phase(train_many([problem], noisy).weights[0], 0.01).astype(str)) == {"antipodal"}


def test_between_the_spinodals_both_are_reached() -> None:
    basins, _ = cut()
    low = [basins.interval("noise_free", name)[0, 1, 0] for name in ("antipodal", "not_represented")]
    assert min(low) > 0


def test_counts_are_those_of_models_one_by_one() -> None:
    few = tt.Trained(steps=300, lr=0.02, batch=64, n_instances=5, seed=3)
    density, importance = np.array([0.1, 0.6]), np.array([0.3, 1.0, 2.0])
    basins = count_phases(2, 1, density, importance, few)
    for i, j in ((0, 1), (1, 2)):
        problem = tt.Problem.toy(2, density=density[i], importance=importance[j])
        for kind in ("sampled", "noise_free"):
            solution = tt.minimize(problem, replace(few, noise_free=kind == "noise_free"))
            names = [str(tt.phase(weights, 0.01)) for weights in solution.runs.weights]
            assert basins.counts[kind][i, j].tolist() == [names.count(name) for name in basins.phases]
        best = tt.minimize(problem, tt.Multistart(n_starts=16))
        assert basins.optimum[i, j] == str(tt.phase(best.weights, 0.01))
    assert (basins.counts["sampled"].sum(axis=-1) == 5).all()


@pytest.mark.parametrize("n", [2, 3])
def test_everything_can_be_told(n: int) -> None:
    few = tt.Trained(steps=20, batch=16, n_instances=3)
    found = phase_basins(n, n - 1, detail=2, cut_detail=2, cut_instances=4, trained=few)
    assert isinstance(found, PhaseBasins)
    data = json.loads(json.dumps(found.to_dict()))
    assert np.shape(data["map"]["interval"]["sampled"]) == (2, 2, len(found.map.phases), 2)
    assert found.map.share("sampled", "no such phase").sum() == 0
    assert len(found.sentences()) == 5


def test_training_must_be_a_trained() -> None:
    with pytest.raises(TypeError, match="trained must be a Trained, got trained=3"):
        phase_basins(2, 1, detail=2, trained=3)  # type: ignore[arg-type]
