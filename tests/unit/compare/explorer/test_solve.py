"""Solving one place live: each stage's answer is the library's own, and what can't be done is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer import solve
from toytoy.compare.explorer.cell import CAPTIONS
from toytoy.compare.explorer.solve import STAGES, Answer, answer_pictures, answers_table, solve_here
from toytoy.compare.explorer.theme import THEMES

from tests.plotly_pictures import faults

SHORT = 30  # steps of training


def solved(*stages: str, n_features: int = 2, **more: Any) -> list[Answer]:
    return list(solve_here(0.2, 0.6, n_features, steps=SHORT, stages=stages or STAGES, **more))


@pytest.mark.parametrize("n_features", [2, 3])
def test_answers_come_in_order_and_are_the_librarys(n_features: int) -> None:
    answers = solved(n_features=n_features)
    assert tuple(answer.stage for answer in answers) == STAGES
    problem = tt.Problem.toy(n_features, density=0.2, importance=0.6)
    frozen, searched, _, trained = answers
    for answer in (frozen, searched, trained):
        assert answer.weights is not None
        assert answer.bias is not None
        assert answer.loss == pytest.approx(float(tt.loss(problem, answer.weights, answer.bias)), rel=1e-14)
        assert answer.seconds >= 0
    assert frozen.loss == pytest.approx(float(tt.ansatz("antipodal", problem).loss), rel=1e-15)
    best = tt.minimize(problem, tt.Multistart(n_starts=40))
    assert searched.loss == best.loss.value
    assert searched.phase == "antipodal"
    assert frozen.loss is not None
    assert searched.loss is not None
    assert trained.loss is not None
    assert searched.loss < frozen.loss
    assert searched.loss < trained.loss
    assert f"{best.runs.hits} of {len(best.runs)} starts" in searched.detail


def test_the_certificate_holds_the_search() -> None:
    searched, proved = solved("search", "certificate")
    assert proved.status == "certified"
    assert proved.loss is not None
    assert proved.error is not None
    assert searched.loss is not None
    assert abs(searched.loss - proved.loss) <= proved.error
    (open_,) = solved("certificate", n_features=3)
    assert open_.loss is None
    assert "toytoy certify" in open_.status


def test_the_same_seed_is_the_same_answer() -> None:
    first, again, other = (solved("training", seed=seed)[0] for seed in (1, 1, 2))
    assert first.weights == again.weights
    assert first.weights != other.weights


def test_answers_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[str] = []

    def stage_run(stage: str) -> Callable[..., dict[str, str]]:
        def record(*_: object) -> dict[str, str]:
            run.append(stage)
            return {"status": stage}

        return record

    monkeypatch.setattr(solve, "_RUN", {stage: stage_run(stage) for stage in STAGES})
    stream = solve_here(0.2, 0.6)
    assert run == []
    assert next(stream).status == "ansatz"
    assert run == ["ansatz"]


@pytest.mark.parametrize("error", [ImportError('pip install "toytoy[torch]"'), ValueError("lr must be small enough")])
def test_what_cannot_be_done_is_its_status(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(solve, "minimize", fail)
    answers = solved("ansatz", "training")
    assert answers[0].status == "converged"
    assert answers[1].status == str(error)
    assert answers_table(answers).rows[1][1:4] == ("–", "–", "–")
    assert answer_pictures(answers[1], 0.2, 0.6) == {}


def test_the_table_sets_them_beside_the_search() -> None:
    answers = solved()
    table = answers_table(answers)
    assert [row[0] for row in table.rows] == [*STAGES]
    assert {len(row) for row in table.rows} == {len(table.header)}
    assert answers[0].loss is not None
    assert answers[1].loss is not None
    assert table.rows[0][2] == f"{100 * (answers[0].loss / answers[1].loss - 1):.3g} %"
    assert table.rows[1][2] == table.rows[2][2] == "–"
    assert all(row[2] == "–" for row in answers_table(answers[:1]).rows)


@pytest.mark.parametrize("theme", THEMES)
def test_pictures_of_an_answer(theme: str) -> None:
    (answer,) = solved("search", n_features=3)
    drawn = answer_pictures(answer, 0.2, 0.6, theme)
    assert set(drawn) == set(CAPTIONS)
    assert all(faults(figure, THEMES[theme].ink) == [] for figure in drawn.values())
    marks = [a for a in drawn["arrows"]["layout"]["annotations"] if a["showarrow"]]
    np.testing.assert_array_equal(np.array([[a["x"], a["y"]] for a in marks]).T, answer.weights)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"density": 0.0}, ValueError, "density must lie"),
        ({"density": float("nan")}, ValueError, "density must lie"),
        ({"density": "0.2"}, TypeError, "density must lie"),
        ({"importance": 0.0}, ValueError, "importance must be positive"),
        ({"importance": float("inf")}, ValueError, "importance must lie"),
        ({"n_features": 4}, ValueError, "n_features must be 2 or 3"),
        ({"n_features": "2"}, ValueError, "n_features must be 2 or 3"),
        ({"steps": 0}, ValueError, "steps must be a whole number in"),
        ({"steps": 10**9}, ValueError, "steps must be a whole number in"),
        ({"steps": 10.5}, TypeError, "steps must be a whole number in"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"stages": ("serch",)}, ValueError, "did you mean 'search'"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(given: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        solve_here(**{"density": 0.2, "importance": 0.6, **given})


def test_a_place_at_the_ends_of_floats_is_answered() -> None:
    answers = list(solve_here(1e-70, 1e300, stages=("ansatz", "search", "certificate")))
    assert len(answers) == 3
    assert "density must be at least" in answers[2].status or answers[2].loss is None
