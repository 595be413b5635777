"""Panels: three kinds kept apart, plain data, and cosines within groups."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.panels import group_cosines, groups_of, solve_panels

SHORT = tt.Trained(steps=5, batch=16)
PAIRS = {f"p = {p}": tt.Problem.toy(2, density=p) for p in (0.2, 0.5)}


def test_optimum_and_trained_stay_apart() -> None:
    counted: list[tuple[int, int]] = []
    found = solve_panels("pairs", PAIRS, 8, SHORT, 2, progress=lambda *count: counted.append(count))
    assert [s.kind for s in (*found.optimum, *found.trained)] == ["optimum"] * 2 + ["trained"] * 2
    assert all(float(t.loss) > float(o.loss) for t, o in zip(found.trained, found.optimum, strict=True))
    assert counted == [(k, 4) for k in (1, 2, 3, 4)]
    assert {s.seed for s in (*found.optimum, *found.trained)} == {2}


def test_data_are_plain_and_complete() -> None:
    found = solve_panels("pairs", PAIRS, 8, None)
    data = json.loads(json.dumps(found.to_dict()))
    assert (data["labels"], data["trained"]) == (["p = 0.2", "p = 0.5"], [])
    assert data["optimum"][1]["loss"] == pytest.approx(0.0762824469895635733818, rel=1e-14)  # MATH.md §5
    assert data["optimum"][1]["problem"]["density"] == 0.5


def test_bad_numbers_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="starts"):
        solve_panels("pairs", PAIRS, -1, None)
    with pytest.raises(ValueError, match="seed"):
        solve_panels("pairs", PAIRS, 1, None, -1)


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ([[1, 0, 2, 2], [0, 1, 0, 0]], [0.0, 1.0]),
        ([[1, -3, 1, 0], [0, 0, 0, 0]], [-1.0, np.nan]),  # one of the second pair is not represented
        ([[1, 0.5, 0, 0], [0, 3**0.5 / 2, 0, 0]], [0.5, np.nan]),
    ],
)
def test_cosines_are_those_of_columns_in_one_group(columns: list[list[float]], wanted: list[float]) -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.1, support=tt.CorrelatedGroups((2, 2)))
    solution = tt.minimize(problem, tt.Multistart(n_starts=1))
    object.__setattr__(solution, "weights", np.array(columns, dtype=float))
    np.testing.assert_allclose(group_cosines(solution), wanted, atol=1e-15)
    assert groups_of(problem) == ((0, 1), (2, 3))
    assert groups_of(tt.Problem.toy(2, density=0.5)) == ()


def test_sentences_compare_what_can_be_compared() -> None:
    apart = tt.Problem(n_features=4, n_hidden=2, density=0.1, support=tt.AnticorrelatedGroups((2, 2)))
    (line,) = solve_panels("", {"apart": apart}, 8, SHORT).sentences()
    assert "%" not in line  # of nothing
    assert "cosines -1.000 -1.000" in line
    (line,) = solve_panels("", {"pair": PAIRS["p = 0.5"]}, 8, SHORT).sentences()
    assert line.startswith("pair: loss 0.076282447")
    assert line.endswith("%)")
