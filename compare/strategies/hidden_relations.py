"""Relations by turning, reflecting or widening the hidden space."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from .asked import Asked, model
from .case import Case
from .pair import Related
from .rotations import turns


def rotated(draw: st.DrawFn, asked: Asked) -> Related:
    """Multiply the weights by an orthogonal matrix."""
    problem = draw(asked.problems(least=2))
    first = model(draw, problem.replace(n_hidden=max(2, problem.n_hidden)))
    turn = draw(turns(first.problem.n_hidden))
    return Related("rotated", first, Case(first.problem, turn @ first.weights + 0.0, first.bias), least=True)


def reflected(draw: st.DrawFn, asked: Asked) -> Related:
    """Give some hidden dimensions the other sign: no rounding at all."""
    first = model(draw, draw(asked.problems()))
    signs = np.array(draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=(m := len(first.weights)), max_size=m)))
    return Related(
        "reflected", first, Case(first.problem, signs[:, None] * first.weights + 0.0, first.bias), least=True
    )


def unused_dimension(draw: st.DrawFn, asked: Asked) -> Related:
    """Add a hidden dimension, which nothing uses."""
    problem = draw(asked.problems(least=2))
    first = model(draw, problem.replace(n_hidden=min(problem.n_hidden, problem.n_features - 1)))
    wider = np.vstack([first.weights, np.zeros(problem.n_features)])
    second = Case(problem.replace(n_hidden=first.problem.n_hidden + 1), wider, first.bias)
    return Related("unused dimension", first, second)
