"""JSON forms hold the contract's fields, with the library's numbers, and stay JSON where numbers are not finite."""

from __future__ import annotations

import json

import numpy as np
import toytoy as tt
from toytoy.compare.summary import (
    shares,
    summarize_decomposition,
    summarize_diagram,
    summarize_solution,
    summarize_verification,
    to_json,
)

from tests.cross.small_job import small_job

PROBLEM = tt.Problem.toy(2, importance=0.4, density=0.5)
ROUNDING = 10 * np.finfo(float).eps  # sums of five parts over two outputs, in another order


def test_a_solution() -> None:
    solution = tt.minimize(PROBLEM, tt.Multistart(n_starts=4, seed=0))
    summary = json.loads(to_json(summarize_solution(solution)))
    wanted = "loss loss_error weights bias regimes structure capacity kind method status gradient_norm kinks hits"
    assert {*wanted.split(), "n_distinct", "n_evaluations", "seed", "problem"} <= summary.keys()
    assert summary["loss"] == float(solution.loss)
    assert summary["weights"] == solution.weights.tolist()
    assert summary["regimes"] == ["dedicated", "not_represented"]
    assert summary["kinks"], "this optimum sits on a kink"


def test_a_decomposition_adds_up() -> None:
    summary = summarize_decomposition(tt.decompose(PROBLEM, [[1.0, -1.0]], [0.1, 0.2]))
    names = ("bias_cost", "benefit", "interference", "distortion", "false_positive")
    total = sum(sum(summary[name]) for name in names)
    assert abs(total - tt.loss(PROBLEM, [[1.0, -1.0]], [0.1, 0.2])) <= ROUNDING * total
    assert abs(summary["total"] - total) <= ROUNDING * total


def test_a_diagram() -> None:
    diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.01, 0.5], method="optimum")
    summary = json.loads(to_json(summarize_diagram(diagram)))
    assert summary["shares"]["regime"] == {"not_represented": 0.75, "superposed": 0.25}
    assert summary["regime"] == diagram.data.regime.values.tolist()
    assert summary["loss"] == diagram.data.loss.values.tolist()
    assert (summary["kind"], summary["seed"]) == ("optimum", None)


def test_shares_add_up_and_are_sorted() -> None:
    found = shares(small_job().diagrams["optimum_fine"], "phase")
    assert abs(sum(found.values()) - 1) <= ROUNDING
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_verification_is_the_contract_s_fields_alone() -> None:
    summary = json.loads(to_json(summarize_verification(small_job())))
    assert summary.keys() == {"verdict", "checks"}
    assert all(check.keys() == {"name", "verdict", "value", "tolerance"} for check in summary["checks"])


def test_what_is_not_finite_becomes_null() -> None:
    assert json.loads(to_json({"a": [float("nan"), (1.0, float("inf"))]})) == {"a": [None, [1.0, None]]}
