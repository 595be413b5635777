"""Drops and jumps while models learn: planted steps are found, paths are those of descent, twins share their start."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.dynamics import SETS, Dynamics, Learning, dynamics, nearest, peaks
from toytoy.numeric.inits import initial_weights

STEPS = np.arange(1.0, 5000.0)


@pytest.fixture(scope="module")
def found() -> Dynamics:
    return dynamics(steps=1000, batch=16, instances=2)


def step_at(place: float) -> np.ndarray:
    return np.asarray(1 / (1 + (place / STEPS) ** 8))


def test_planted_steps_are_found_where_they_are() -> None:
    values = np.stack([step_at(30), step_at(1000)], axis=1)
    places = peaks(STEPS, values, 0.1)
    grid = np.log(5000 / 5) / 299  # the grid's step in ln(steps)
    np.testing.assert_allclose(np.log(places), np.log([30, 1000]), atol=2 * grid)
    assert len(peaks(STEPS, 0.01 * values, 0.1)) == 0  # too small to be called one
    assert len(peaks(STEPS, np.log(STEPS)[:, None], 0.1)) == 0  # a steady rate has no peak


def test_what_happens_together_has_no_gap_and_what_does_not_has_one() -> None:
    def run(drop: float, jump: float) -> Learning:
        return Learning("exact", STEPS, STEPS, STEPS[:, None], np.array([drop]), np.array([jump, 4000.0]))

    aligned = Dynamics("planted", (run(30, 30), run(300, 300)))
    steps, logs = aligned.gaps("exact")
    assert steps.tolist() == logs.tolist() == [0, 0]
    swapped = aligned.by_chance("exact")
    assert swapped.value == pytest.approx(np.log(10))  # only one exchange of two runs
    assert swapped.error < 1e-12
    assert aligned.off("exact").value == aligned.off("exact").error == 0
    steps, logs = Dynamics("planted", (run(30, 60),)).gaps("exact")
    assert steps.tolist() == [30]
    assert logs[0] == pytest.approx(np.log(2))
    assert nearest(100, np.array([20.0, 400.0, 90.0])) == 90


def test_errors_are_of_runs_and_not_of_drops() -> None:
    """Copies of a run tell nothing new; drops that share a run are drawn together."""
    rng = np.random.default_rng(0)

    def runs(count: int, copies: int) -> Dynamics:
        each = []
        for _ in range(count):
            drop, jump = 100 * np.exp(rng.normal()), 0.3 * rng.normal()
            drops = drop * np.linspace(1, 1.0001, copies)
            each.append(Learning("exact", STEPS, STEPS, STEPS[:, None], drops, drops[:1] * np.exp(jump)))
        return Dynamics("planted", tuple(each))

    spread = [runs(16, 5).off("exact").value for _ in range(200)]
    claimed = [runs(16, 5).off("exact").error for _ in range(40)]
    assert np.median(claimed) == pytest.approx(np.std(spread), rel=0.35)  # taken as independent: √5 times smaller
    chance = [runs(16, 5).by_chance("exact") for _ in range(5)]
    assert all(each.value > 0.5 and each.error > 0.02 for each in chance)


@pytest.mark.parametrize("support", SETS)
def test_six_features_end_as_three_pairs(support: str) -> None:
    path = dynamics(support, steps=5000 if support == "independent" else 20_000, instances=1, sampled=False).runs[0]
    np.testing.assert_allclose(path.capacity[-1], 0.5, atol=0.02)
    assert (np.diff(path.loss) <= 1e-12).all()  # small enough steps only descend
    assert len(path.drops) > 0


def test_twins_start_alike_and_losses_are_exact(found: Dynamics) -> None:
    problem = tt.Problem(n_features=6, n_hidden=3, density=0.05)
    start = 0.1 * initial_weights(problem, 2, 0, "xavier_normal")
    for k, (exact, sampled) in enumerate(zip(found.of("exact"), found.of("sampled"), strict=True)):
        assert exact.steps[0] == 0
        assert exact.loss[0] == pytest.approx(float(tt.loss(problem, start[k], np.zeros(6))), rel=1e-12)
        np.testing.assert_allclose(sampled.capacity[0], exact.capacity[0], atol=0.02)
        assert sampled.loss[0] == pytest.approx(exact.loss[0], rel=1e-5)  # the same start, in single precision
        assert sampled.loss[-1] < 0.5 * sampled.loss[0]


def test_plain_data_and_sentences(found: Dynamics) -> None:
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [run["kind"] for run in data["runs"]] == ["exact"] * 2 + ["sampled"] * 2
    assert [line.partition(":")[0] for line in found.sentences()] == ["exact", "sampled"]


def test_an_unknown_support_is_refused() -> None:
    with pytest.raises(ValueError, match="independent"):
        dynamics("anti")


@pytest.mark.parametrize("change", [{"steps": 10}, {"scale": 0.0}, {"scale": np.nan}, {"batch": 0}, {"instances": 0}])
def test_numbers_out_of_range_are_refused_by_their_names(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        dynamics(**{"steps": 100, "instances": 1, **change})


def test_peaks_of_nothing_and_jumps_that_are_none_are_refused() -> None:
    for steps, values in (
        (STEPS, np.ones((3, 1))),
        (STEPS, np.full((len(STEPS), 1), np.nan)),
        (STEPS[::-1], STEPS[:, None]),
    ):
        with pytest.raises(ValueError, match="steps must ascend"):
            peaks(steps, values, 0.1)
    with pytest.raises(ValueError, match="others"):
        nearest(3.0, np.array([]))
