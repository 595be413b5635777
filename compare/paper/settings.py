"""How the paper's models are trained, and searched for here: as published, and quickly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypedDict

from ...analytic.linear import best_linear
from ...analytic.problem import Problem
from ...analytic.solution import Solution
from ...analytic.support import Independent
from ...numeric.multistart import Multistart
from ...numeric.trained import Trained

Progress = Callable[[int, int], None]
PUBLISHED = Trained(weight_decay=0.01)  # the notebook leaves AdamW's decay on, of biases too
QUICK = Trained(steps=1000, batch=256, lr=5e-3, weight_decay=0.01)  # as far as lr=1e-3 comes in five times the steps
STARTS = 64  # random ones: twice what the toys need
CLOSED_FORM = 10  # features up to which the compiled search runs on the closed form


class Study(TypedDict, total=False):
    """How models are searched for and trained: what the figures of several models take by name, each as it likes.

    Parameters
    ----------
    starts : int
        Random starts of each search, >= 0, besides the structured ones.
    trained : Trained, optional
        As the notebook by default: AdamW with decay 0.01, rate 1e-3, batch 1024, 10 000 steps; None trains nothing. Its
        seed is replaced.
    seed : int
        Of searches and training.
    processes : int
        How many share the models; see `spread`.
    progress : callable (done, total), optional
        Counts models.
    """

    starts: int
    trained: Trained | None
    seed: int
    processes: int
    progress: Progress | None


def search(problem: Problem, starts: int, seed: int, warm: tuple[Solution, ...] = ()) -> Solution:
    """Search for the optimum: by the compiled optimizer where there is a closed form, else by L-BFGS.

    A linear model of independent features needs no search: `best_linear` is its optimum.
    """
    if problem.activation == "linear" and problem.support == Independent():
        return best_linear(problem)
    optimizer = "bfgs" if problem.n_features <= CLOSED_FORM else "L-BFGS-B"
    return Multistart(n_starts=starts, seed=seed, optimizer=optimizer, warm_starts=warm).minimize(problem)


def train(problem: Problem, trained: Trained, seed: int) -> Solution:
    """Train a model with another seed."""
    return replace(trained, seed=seed).minimize(problem)
