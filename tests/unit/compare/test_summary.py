"""JSON forms hold the contract's fields, with the library's numbers, and stay JSON where numbers are not finite."""

from __future__ import annotations

import json

import numpy as np
import toytoy as tt
from toytoy.analytic.certificate import certificate
from toytoy.compare.boundary import boundary
from toytoy.compare.summary import (
    shares,
    summarize_boundary,
    summarize_certificate,
    summarize_decomposition,
    summarize_diagram,
    summarize_lines,
    summarize_map,
    summarize_solution,
    summarize_verification,
    to_json,
)

from tests.cross.small_job import small_job
from tests.small_lines import small_lines

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


def test_a_verification_is_the_contract_s_fields_and_how_to_look_closer() -> None:
    summary = json.loads(to_json(summarize_verification(small_job())))
    assert summary.keys() == {"verdict", "checks"}
    for check in summary["checks"]:
        assert list(check)[:4] == ["name", "verdict", "value", "tolerance"]
        assert check.keys() >= {"reason", "worst", "failures", "look_closer"}


def test_boundaries_are_a_list_of_the_contract_s_fields() -> None:
    found = boundary(2, 1, density=0.5)
    summary = json.loads(to_json(summarize_boundary(found)))
    assert [entry["importance"] for entry in summary] == [b.importance.value for b in (found, *found.others)]
    assert len(summary) == 2
    assert all(
        {"density", "importance", "error", "order", "jump", "phases", "status"} <= entry.keys() for entry in summary
    )
    assert all(entry["error"] == entry["importance_error"] > entry["density_error"] == 0 for entry in summary)
    (at, *_) = summarize_boundary(boundary(2, 1, importance=0.5))
    assert at["error"] == at["density_error"] > at["importance_error"] == 0


def test_lines_are_the_contract_s_fields() -> None:
    summary = json.loads(to_json(summarize_lines(small_lines())))
    assert {"lines", "points", "window"} <= summary.keys()
    assert {"between", "order", "density", "importance"} <= summary["lines"][0].keys()
    assert {"name", "density", "importance", "error"} <= summary["points"][0].keys()
    assert summary["window"] == {"density": [0.01, 1.0], "importance": [0.1, 10.0]}


def test_a_map_has_its_lines_only_if_they_were_traced() -> None:
    diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.01, 0.5], method="ansatz")
    assert summarize_map(diagram) == summarize_diagram(diagram)
    both = summarize_map(diagram, small_lines())
    assert both.keys() - summarize_diagram(diagram).keys() == {"lines", "points"}
    assert both["lines"] == summarize_lines(small_lines())["lines"]


def test_a_certificate_gives_its_interval_and_a_model() -> None:
    problem = PROBLEM.replace(importance=(1.0, 0.8))
    found = certificate(problem, 1e-6)
    summary = json.loads(to_json(summarize_certificate(found, problem)))
    assert (summary["lower"], summary["upper"]) == found.estimate.interval
    assert summary["complete"]
    assert not summary["exact"]
    loss = tt.loss(problem, summary["weights"], summary["bias"])
    assert summary["lower"] <= loss <= summary["upper"]


def test_what_is_not_finite_becomes_null() -> None:
    assert json.loads(to_json({"a": [float("nan"), (1.0, float("inf"))]})) == {"a": [None, [1.0, None]]}
