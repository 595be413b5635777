"""What the explorer's page does when a place is to be solved, and while its answers arrive."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update

from ...analytic.domain import SEED
from ..notation import bounded, parse_number
from .atlas import Atlas
from .callbacks import place_of
from .jobs import Job, Jobs
from .layout import graph
from .panels import table_of
from .solve import STAGES, answer_pictures, answers_table, solve_here

SEEDS = bounded(SEED, 2**32 - 1)
DOING = {
    "ansatz": "comparing the published models",
    "search": "searching the optimum",
    "certificate": "proving the least loss",
    "training": "training a model, some seconds",
}
BUSY = "Another page is solving; try again when it is done."
GONE = "These answers are no longer kept; solve again."


def connect_solver(app: Dash, atlas: Atlas) -> None:
    """Connect the button that solves, and what asks for its answers."""
    jobs = Jobs(solve_here)
    _connect_start(app, atlas, jobs)
    _connect_answers(app, jobs)


def _connect_start(app: Dash, atlas: Atlas, jobs: Jobs) -> None:
    @app.callback(
        Output("job", "data"),
        Output("solving", "children", allow_duplicate=True),
        Output("tick", "disabled", allow_duplicate=True),
        Output("solve", "disabled", allow_duplicate=True),
        Input("solve", "n_clicks"),
        State("query", "data"),
        State("seed", "value"),
        prevent_initial_call=True,
    )
    def start(clicks: object, query: object, seed: object) -> Any:
        state, _ = place_of(atlas, query, None)
        if not atlas.is_relu(state.n_features):
            return no_update, "Only the toy with ReLU is solved here; toytoy solve takes every activation.", True, False
        try:
            number = parse_number(seed.strip() if isinstance(seed, str) else "", SEEDS)
        except ValueError as error:
            return no_update, f"{error}", True, False
        name = jobs.start(Job(state.n_features, state.density, state.importance, number))
        if name is None:
            return no_update, BUSY, True, False
        return {"name": name, "shown": -1}, f"Solving: {DOING[STAGES[0]]} …", False, True


def _connect_answers(app: Dash, jobs: Jobs) -> None:
    @app.callback(
        Output("solving", "children"),
        Output("results", "children"),
        Output("shown", "data"),
        Output("tick", "disabled"),
        Output("solve", "disabled"),
        Input("tick", "n_intervals"),
        State("job", "data"),
        State("shown", "data"),
        Input("dark", "data"),
        prevent_initial_call=True,
    )
    def show(ticks: object, kept: object, shown: object, dark: object) -> Any:
        name = kept.get("name") if isinstance(kept, dict) else None
        job = jobs.find(name)
        if kept is None and ctx.triggered_id == "dark":  # the theme, while nothing was solved yet
            return (no_update,) * 5
        if job is None:
            return GONE, no_update, no_update, True, False
        done, answers = job.done, list(job.answers)  # in this order: what is done has all its answers
        now = [name, len(answers), dark]
        results = no_update if now == shown or not answers else results_of(job, answers, str(dark))
        return progress(job, done, len(answers)), results, now, done, not done


def progress(job: Job, done: bool, n_answers: int) -> str:
    """Say how far a job is."""
    at = f"p = {job.density:g}, r = {job.importance:g}"
    if job.failure:
        return f"At {at} {job.failure}"
    if done:
        return f"Solved at {at}, seed {job.seed}."
    return f"Solving at {at}: {DOING[STAGES[min(n_answers, len(STAGES) - 1)]]} …"


def results_of(job: Job, answers: list[Any], theme: str) -> list[Any]:
    """Put answers as a table, and the weights of each model found."""
    look = theme if theme in ("light", "dark") else "light"
    drawn = []
    for answer in answers:
        figures = answer_pictures(answer, job.density, job.importance, look)
        if figures:
            words = f"Weights of the {answer.stage}'s model as arrows"
            arrows = graph(f"solved-{answer.stage}", words, figures["arrows"], "plot small")
            drawn.append(html.Figure([html.Figcaption(f"Weights: {answer.stage}"), arrows]))
    return [table_of(answers_table(answers)), html.Div(drawn, className="pictures")]
