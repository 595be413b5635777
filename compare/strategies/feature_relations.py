"""Relations by moving, adding, exchanging or flipping features, or weighing them otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ...analytic.problem import Problem
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups, Independent, OneHot
from ..ranges import readable
from .asked import Asked, model
from .case import Case
from .numbers import importances
from .pair import Related


def _moved(values: Any, order: list[int]) -> Any:
    return tuple(values[i] for i in order) if isinstance(values, tuple) else values


def relabeled(draw: st.DrawFn, asked: Asked) -> Related:
    """Put the features in another order; groups stay together."""
    problem = draw(asked.problems(least=2))
    support, groups = problem.support, [tuple(range(problem.n_features))]
    if isinstance(support, CorrelatedGroups | AnticorrelatedGroups):
        groups = list(support.groups)
    mixed = [draw(st.permutations(group)) for group in draw(st.permutations(groups))]
    order = [i for group in mixed for i in group]
    moved: dict[str, Any] = {"density": _moved(problem.density, order), "importance": _moved(problem.importance, order)}
    if isinstance(support, CorrelatedGroups | AnticorrelatedGroups):
        moved["support"] = type(support)(tuple(len(group) for group in mixed))
    first = model(draw, problem)
    second = Case(problem.replace(**moved), first.weights[:, order], first.bias[order])
    return Related("relabeled", first, second, order=tuple(order), least=True)


def scaled(draw: st.DrawFn, asked: Asked) -> Related:
    """Multiply all importances by one factor."""
    first = model(draw, draw(asked.problems()))
    factor = draw(st.one_of(st.sampled_from([2.0, 0.5]), readable(0.1, 10.0)))
    old = first.problem.importance
    scaled = tuple(factor * i for i in old) if isinstance(old, tuple) else factor * old
    second = Case(first.problem.replace(importance=scaled), first.weights, first.bias)
    return Related("scaled importance", first, second, factor=factor, least=True)


def reciprocal(draw: st.DrawFn, asked: Asked) -> Related:
    """Take (2,1) at r and at 1/r, the columns exchanged."""
    problem = draw(asked.problems(2, 2, (Independent,)))
    r, density = draw(importances(0.1)), problem.densities[0]
    toys = [Problem.toy(2, importance=i, density=density, activation=problem.activation) for i in (r, 1.0 / r)]
    first = model(draw, toys[0])
    second = Case(toys[1], first.weights[:, ::-1], first.bias[::-1])
    return Related("reciprocal importance", first, second, factor=1.0 / r, order=(1, 0), least=True)


def unused_feature(draw: st.DrawFn, asked: Asked) -> Related:
    """Add a feature whose column is 0: it costs what its bias misses, nothing if its importance is 0."""
    laws = tuple(law for law in asked.laws if law is not OneHot)
    problem = draw(asked.problems(most=asked.most - 1, laws=laws))
    first, n = model(draw, problem), problem.n_features
    density, importance = problem.densities[-1], problem.importances[-1]
    grown: dict[str, Any] = {"n_features": n + 1}
    if asked.each:
        importance = draw(st.one_of(st.just(0.0), importances()))
        grown |= {"density": (*problem.densities, density), "importance": (*problem.importances, importance)}
    if isinstance(problem.support, CorrelatedGroups | AnticorrelatedGroups):
        grown["support"] = type(problem.support)((*problem.support.sizes, 1))
    bias = draw(readable(-1.0, 1.0))
    wider = np.hstack([first.weights, np.zeros((problem.n_hidden, 1))])
    second = Case(problem.replace(**grown), wider, np.append(first.bias, bias))
    answer, p = float(problem.sigma(bias)), float(density)
    offset = float(importance) * (p / 3.0 - p * answer + answer**2)  # E (x - σ(b))²
    return Related("unused feature", first, second, offset=offset, least=importance == 0)


def exchanged(draw: st.DrawFn, asked: Asked) -> Related:
    """Exchange two features that are alike in everything: the same problem, another model."""
    problem = draw(asked.problems(2, laws=(Independent, OneHot)))
    order, i = list(range(problem.n_features)), draw(st.integers(0, problem.n_features - 2))
    j = draw(st.integers(i + 1, problem.n_features - 1))
    alike = [i if k == j else k for k in order]
    problem = problem.replace(density=_moved(problem.density, alike), importance=_moved(problem.importance, alike))
    order[i], order[j] = j, i
    first = model(draw, problem)
    second = Case(problem, first.weights[:, order], first.bias[order])
    return Related("exchanged features", first, second, order=tuple(order), least=True)


def flipped(draw: st.DrawFn, asked: Asked) -> Related:
    """Take one output j, and another feature i, always on: x_i → 1 - x_i is G_ji → -G_ji with b_j → b_j + G_ji."""
    problem = draw(asked.problems(2, laws=(Independent,)))
    n = problem.n_features
    j = draw(st.integers(0, n - 1))
    i = (j + draw(st.integers(1, n - 1))) % n
    density: Any = 1.0
    if draw(st.booleans()):
        density = tuple(1.0 if k == i else p for k, p in enumerate(problem.densities))
    alone = tuple(float(problem.importances[j]) if k == j else 0.0 for k in range(n))
    first = model(draw, problem.replace(density=density, importance=alone))
    weights, bias = first.weights.copy(), first.bias.copy()
    weights[:, i] *= -1.0
    bias[j] += first.gram[j, i]
    return Related("flipped inputs", first, Case(first.problem, weights + 0.0, bias), least=True)
