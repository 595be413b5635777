"""One place solved afresh, step by step: searched, certified where that is quick, and trained."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...analytic.ansatz import CANDIDATES, ansatz
from ...analytic.decomposition import decompose
from ...analytic.domain import SEED, Domain, nearest
from ...analytic.problem import Problem
from ...analytic.regime import phase
from ...analytic.solution import Solution
from ...numeric.minimize import minimize
from ...numeric.multistart import Multistart
from ...numeric.trained import Trained
from ..figures.colors import spoken
from .cell import Table, model_pictures
from .places import checked_place
from .theme import Figure, theme_of

STAGES = ("ansatz", "search", "certificate", "training")
N_STARTS = 40  # for 99.9 % to meet the optimum of any cell of the toys' diagrams
# Short, so that a page does not wait: a third of the published steps, at a higher rate, on smaller batches.
SHORT_STEPS, BATCH, RATE = 3000, 256, 3e-3
MOST_STEPS = Domain("steps", 1, 10_000, integer=True, hint="train longer with toytoy solve --method trained")
CERTIFIED = 2  # features: proofs of (2,1) take milliseconds, of (3,2) minutes
HEADER = ("answer", "loss", "above the search's", "phase of the extra", "status", "seconds")


@dataclass(frozen=True, eq=False)
class Answer:
    """What one stage found, as plain data.

    Parameters
    ----------
    stage : {"ansatz", "search", "certificate", "training"}
    status : str
        "converged", "certified", "stopped after 3000 steps", or why there is nothing.
    seconds : float
        Of the machine's time, wall clock.
    loss, error : float or None
        Exact loss per input, and its error: rounding, or for a certificate half the interval that holds the minimum.
    weights, bias : nested lists of float, or None
    phase : str
    regimes : tuple of str
    detail : str
        The method, and how often it found the same.
    """

    stage: str
    status: str
    seconds: float
    loss: float | None = None
    error: float | None = None
    weights: list[list[float]] | None = None
    bias: list[float] | None = None
    phase: str = ""
    regimes: tuple[str, ...] = ()
    detail: str = ""


def solve_here(
    density: float,
    importance: float,
    n_features: int = 2,
    *,
    seed: int = 0,
    steps: int = SHORT_STEPS,
    stages: tuple[str, ...] = STAGES,
) -> Iterator[Answer]:
    """Solve one toy live, yielding each answer as it is found.

    "ansatz": the best of the published frozen models. "search": the optimum by `Multistart` from 40 random and all
    structured starts. "certificate": for (2,1) an interval that provably holds the least loss. "training": one model by
    Adam, for a third of the published steps. What can't be done is an answer, too: its status says why.

    Parameters
    ----------
    density, importance : float
        In (0, 1] and > 0.
    n_features : {2, 3}
    seed : int
        Of starts, and of the training's initial weights and batches.
    steps : int
        Of training, 1 to 10 000.
    stages : tuple of str
        Which to run, in this order.

    Yields
    ------
    Answer

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or a stage unknown; before anything is computed.

    Examples
    --------
    >>> from toytoy.compare.explorer.solve import solve_here
    >>> for answer in solve_here(0.2, 0.6, stages=("search", "certificate")):
    ...     print(answer.stage, round(answer.loss, 9), *answer.regimes[-1:])
    search 0.010519218 superposed
    certificate 0.010519218
    """
    p, r = checked_place(density, importance)
    SEED.check(seed)
    MOST_STEPS.check(steps)
    for stage in stages:
        if stage not in STAGES:
            raise ValueError(nearest("stage", stage, STAGES))
    problem = Problem.toy(_size(n_features), density=p, importance=r)
    return (_timed(stage, problem, seed, steps) for stage in stages)


def answers_table(answers: Sequence[Answer]) -> Table:
    """Set answers side by side: loss, what it is above the search's, the extra's phase, status."""
    least = next((answer.loss for answer in answers if answer.stage == "search"), None)
    return Table("Solved here", HEADER, tuple(_row(answer, least) for answer in answers))


def answer_pictures(answer: Answer, density: float, importance: float, theme: str = "light") -> dict[str, Figure]:
    """Draw an answer's model as a cell's is drawn; nothing where there is none."""
    if answer.weights is None or answer.bias is None:
        return {}
    look, weights, bias = theme_of(theme), np.array(answer.weights), np.array(answer.bias)
    problem = Problem.toy(weights.shape[1], density=density, importance=importance)
    return model_pictures(weights, bias, decompose(problem, weights, bias), look)


def _size(n_features: int) -> int:
    if n_features not in (2, 3):
        raise ValueError(f"n_features must be 2 or 3, for the toys (2,1) and (3,2), got n_features={n_features!r}")
    return n_features


def _timed(stage: str, problem: Problem, seed: int, steps: int) -> Answer:
    """Run a stage; what it refuses is its status."""
    start = time.perf_counter()
    try:
        found = _RUN[stage](problem, seed, steps)
    except (ValueError, ImportError) as error:
        found = dict[str, Any](status=str(error))
    return Answer(stage, seconds=time.perf_counter() - start, **found)


def _ansatz(problem: Problem, seed: int, steps: int) -> dict[str, Any]:
    models = [ansatz(name, problem) for name in CANDIDATES[problem.n_features]]
    best = min(models, key=lambda model: model.loss.value)
    return _of(best) | {"detail": f"the best of {len(models)} published frozen models"}


def _search(problem: Problem, seed: int, steps: int) -> dict[str, Any]:
    found = minimize(problem, Multistart(n_starts=N_STARTS, seed=seed))
    reached = f"{found.runs.hits} of {len(found.runs)} starts reached it, {found.runs.n_distinct} losses in all"
    return _of(found) | {"detail": reached}


def _certificate(problem: Problem, seed: int, steps: int) -> dict[str, Any]:
    if problem.n_features != CERTIFIED:
        return {"status": "not run: proofs of (3,2) take minutes; toytoy certify -n 3 -m 2 gives them"}
    from ...analytic.certificate import certificate

    found = certificate(problem)
    low, high = found.estimate.interval
    return {
        "status": "certified" if found.complete else "certified, wider than asked",
        "loss": found.estimate.value,
        "error": found.estimate.error,
        "detail": f"the least loss lies in [{low:.12g}, {high:.12g}], by {found.n_boxes} boxes",
    }


def _training(problem: Problem, seed: int, steps: int) -> dict[str, Any]:
    trained = Trained(steps=steps, batch=BATCH, lr=RATE, seed=seed)
    return _of(minimize(problem, trained)) | {"detail": f"Adam at {RATE:g}, batches of {BATCH}"}


def _of(solution: Solution) -> dict[str, Any]:
    return {
        "status": solution.status,
        "loss": solution.loss.value,
        "error": solution.loss.error,
        "weights": solution.weights.tolist(),
        "bias": solution.bias.tolist(),
        "phase": str(phase(solution.weights, solution.tolerance)),
        "regimes": tuple(str(regime) for regime in solution.regimes),
    }


def _row(answer: Answer, least: float | None) -> tuple[str, ...]:
    if answer.loss is None or answer.error is None:
        return (answer.stage, "–", "–", "–", answer.status, f"{answer.seconds:.2g}")
    above = "–"
    if least and answer.stage not in ("search", "certificate"):
        above = f"{100 * (answer.loss / least - 1):.3g} %"
    said = f"{answer.status}; {answer.detail}"
    loss = f"{answer.loss:.9g} ± {answer.error:.1g}"
    return (answer.stage, loss, above, spoken(answer.phase) or "–", said, f"{answer.seconds:.2g}")


_RUN: dict[str, Callable[[Problem, int, int], dict[str, Any]]] = {
    "ansatz": _ansatz,
    "search": _search,
    "certificate": _certificate,
    "training": _training,
}
