"""Solve here: a job is started, its answers are shown as they come, and whatever is asked gets a sentence."""

from __future__ import annotations

import time
from typing import Any

import pytest
import toytoy as tt
from flask.testing import FlaskClient
from toytoy.compare.explorer import solver_callbacks
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.jobs import Job
from toytoy.compare.explorer.solve import STAGES, solve_here
from toytoy.compare.explorer.solver_callbacks import DOING, progress, results_of
from toytoy.compare.explorer.state import State

from tests.explorer_client import ask, make_client

HERE = State(2, "optimum", 0.2, 0.6).query()
QUICK = tuple(stage for stage in STAGES if stage != "training")


def quick(*place: Any, seed: int) -> Any:
    """Solve without the training, which takes seconds."""
    return solve_here(*place, seed=seed, stages=QUICK)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(solver_callbacks, "solve_here", quick)
    return make_client()


def start(client: FlaskClient, seed: object = "0", query: object = HERE) -> dict[str, Any]:
    """Press the button."""
    values = {"query.data": query, "seed.value": seed, "solve.n_clicks": 1}
    status, found = ask(client, "job.data", values, "solve.n_clicks")
    assert status == 200
    return {name.partition("@")[0]: value for name, value in found.items()}


def follow(client: FlaskClient, job: object) -> dict[str, Any]:
    """Ask for answers until there are no more to come."""
    values: dict[str, Any] = {"job.data": job, "dark.data": "light"}
    seen: dict[str, Any] = {}
    for k in range(200):
        status, found = ask(client, "results.children", {**values, "tick.n_intervals": k}, "tick.n_intervals")
        assert status == 200
        seen |= found
        values["shown.data"] = seen.get("shown.data")
        if found["tick.disabled"]:
            return seen
        time.sleep(0.05)
    raise AssertionError("it never ended")


def test_a_place_is_solved(client: FlaskClient) -> None:
    begun = start(client, "3")
    assert begun["job.data"]["name"]
    found = follow(client, begun["job.data"])
    assert found["solving.children"] == "Solved at p = 0.2, r = 0.6, seed 3."
    assert found["solve.disabled"] is False
    text = str(found["results.children"])
    for stage in QUICK:
        assert stage in text
    solution = tt.minimize(tt.Problem.toy(2, density=0.2, importance=0.6), tt.Multistart(n_starts=8))
    assert f"{float(solution.loss):.6g}"[:8] in text


def test_another_theme_draws_the_answers_again(client: FlaskClient) -> None:
    job = start(client)["job.data"]
    seen = follow(client, job)
    values = {"job.data": job, "shown.data": seen["shown.data"], "dark.data": "dark"}
    _, found = ask(client, "results.children", values, "dark.data")
    assert "#eaeaea" in str(found["results.children"])
    assert (found["tick.disabled"], found["solve.disabled"]) == (True, False)
    _, found = ask(client, "results.children", {"dark.data": "dark"}, "dark.data")
    assert found == {}


@pytest.mark.parametrize("seed", ["", "-1", "1.5", "x", "nan", None, [], "9" * 50])
def test_a_bad_seed_is_said(client: FlaskClient, seed: object) -> None:
    found = start(client, seed)
    assert "job.data" not in found
    assert found["solving.children"].startswith("seed must be a whole number")
    assert [value for name, value in found.items() if name.endswith("disabled")] == [True, False]


def test_names_that_nobody_gave_find_nothing(client: FlaskClient) -> None:
    jobs: list[Any] = [None, 1, [], {}, {"name": "x"}, {"name": None}, {"name": []}]
    for job in jobs:
        values = {"job.data": job, "tick.n_intervals": 1}
        status, found = ask(client, "results.children", values, "tick.n_intervals")
        assert status == 200
        assert "no longer kept" in found["solving.children"]
        assert (found["tick.disabled"], found["solve.disabled"]) == (True, False)


def test_only_relu_is_solved() -> None:
    given = tt.phase_diagram(2, 1, density=[0.2], importance=[1.0], method="ansatz", activation="abs")
    found = start(make_client(Atlas(given, "mine.nc")), query="?map=ansatz")
    assert "Only the toy with ReLU" in found["solving.children"]


def test_every_stage_has_its_words() -> None:
    assert tuple(DOING) == STAGES
    job = Job(2, 0.2, 0.6, 0)
    for k, stage in enumerate(STAGES):
        assert DOING[stage] in progress(job, False, k)
    job.failure = "it ended early: no"
    assert progress(job, True, 1) == "At p = 0.2, r = 0.6 it ended early: no"


def test_results_show_a_table_and_each_model_s_weights() -> None:
    job, answers = Job(2, 0.2, 0.6, 0), list(quick(0.2, 0.6, 2, seed=0))
    for theme in ("light", "dark", "None"):
        table, drawn = results_of(job, answers, theme)
        rows = table.children.children[2].children
        assert [row.children[0].children for row in rows] == list(QUICK)
        assert [figure.children[0].children for figure in drawn.children] == ["Weights: ansatz", "Weights: search"]
