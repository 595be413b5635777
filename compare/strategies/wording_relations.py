"""Relations by saying the same in other words: another name, or another convention."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ...analytic.activation import ClippedReLU, LeakyReLU
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups, Independent, OneHot
from .asked import Asked, model
from .case import Case
from .pair import Related


def renamed_activation(draw: st.DrawFn, asked: Asked) -> Related:
    """Write linear, ReLU or absolute value as a leaky or clipped ReLU."""
    first = model(draw, draw(asked.problems()))
    ceiling = 1.0 + float((np.abs(first.gram).sum(axis=1) + np.abs(first.bias)).max())  # above all that is reached
    same = [
        ("relu", LeakyReLU(0.0)),
        ("linear", LeakyReLU(1.0)),
        ("abs", LeakyReLU(-1.0)),
        ("relu", ClippedReLU(ceiling)),
    ]
    names = draw(st.sampled_from(same))
    one, two = (Case(first.problem.replace(activation=name), first.weights, first.bias) for name in names)
    return Related("renamed activation", one, two, least=names[1] != ClippedReLU(ceiling))


def renamed_laws(asked: Asked) -> list[tuple[Any, Any]]:
    """List what support laws say the same as which groups."""
    groups: list[tuple[Any, Any]] = [
        (Independent, CorrelatedGroups),
        (Independent, AnticorrelatedGroups),
        (OneHot, AnticorrelatedGroups),
    ]
    return [(law, grouped) for law, grouped in groups if asked.has(law) and asked.has(grouped)]


def renamed_support(draw: st.DrawFn, asked: Asked) -> Related:
    """Write independent features as groups of one, or one-hot as an anticorrelated group that is always on."""
    law, grouped = draw(st.sampled_from(renamed_laws(asked)))
    first = model(draw, draw(asked.problems(laws=(law,))))
    n = first.problem.n_features
    support = grouped((n,) if law is OneHot else (1,) * n)
    second = first.problem.replace(support=support, density=first.problem.density)
    return Related("renamed support", first, Case(second, first.weights, first.bias), least=True)


def mean(draw: st.DrawFn, asked: Asked) -> Related:
    """Take the same case; the second's loss is a mean over features."""
    first = model(draw, draw(asked.problems()))
    factor = 1.0 / first.problem.n_features
    return Related("mean for sum", first, first, factor=factor, least=True, two_conventions=True)


def sparsity(draw: st.DrawFn, asked: Asked) -> Related:
    """Take the same case, but the second's `density` holds 1 - p: its loss takes a sparsity in the density's place."""
    problem = draw(asked.problems(laws=(Independent, CorrelatedGroups)))

    def rare(p: Any) -> float:
        return min(float(p), 0.999)  # a density of 1 is a sparsity of 0, which no Problem takes

    old = problem.density
    density = tuple(rare(p) for p in old) if isinstance(old, tuple) else rare(old)
    sparsity = tuple(1.0 - p for p in density) if isinstance(density, tuple) else 1.0 - density
    first = model(draw, problem.replace(density=density))
    second = Case(problem.replace(density=sparsity), first.weights, first.bias)
    return Related("sparsity for density", first, second, least=True, two_conventions=True)
