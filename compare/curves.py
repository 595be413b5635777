"""Curves between regions of a diagram: crossings of labels between neighboring cells, bisected along importance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..analytic.activation import resolve
from ..analytic.domain import nearest
from ..analytic.gram import superposition
from ..analytic.problem import Problem
from ..analytic.published import ansatz_boundary
from ..analytic.regime import Phase, Regime, phase, regimes
from ..analytic.solution import Kind
from .locate import AnsatzLocator, Locator, OptimumLocator

Array = NDArray[np.float64]
Labels = NDArray[np.object_]
BRACKET = 1e-9  # relative width in r at which bisection stops: solutions there differ by rounding
THOROUGH = 6  # bisections that search from every known phase; then the two sides' branches decide
MOST_HALVINGS = 100  # of a ratio of importances, down to rounding
SMALL_JUMP = 0.01  # an onset smaller than this is taken for a continuous one, whose label comes late
MOST_STRIPS = 4  # label changes looked for between two neighboring cells: the toys' diagrams have at most 3
STEP = 1e-3  # relative step in r over which the slope of a continuous onset is measured


@dataclass(frozen=True, eq=False)
class BoundaryCurve:
    """Points of one boundary, and how well they are known.

    Parameters
    ----------
    between : (str, str)
        Labels on the sides of lower and of higher importance.
    density : array, shape (k,)
    importance : array, shape (k,)
        r on the boundary: the middle of the last bracket.
    error : array, shape (k,)
        Half the bracket, and, where the overlap that names the regime sets in continuously, how late its label
        comes: it is named only once the squared overlap exceeds the tolerance (about 1e-5 in r for exact optima).
    jump : array, shape (k,)
        Change of ‖W_extra‖ across the last bracket.
    ansatz : array, shape (k,)
        r on the closed-form boundary of the published ansatz at the same density; NaN where it has none.
    """

    between: tuple[str, str]
    density: Array
    importance: Array
    error: Array
    jump: Array
    ansatz: Array

    def __len__(self) -> int:
        return len(self.density)


class Crossings(NamedTuple):
    """Brackets of k label changes: densities (k,), r and models on both sides, labels on both sides."""

    density: Array
    importance: Array  # (2, k)
    models: Array  # (2, k, m n + n)
    labels: Labels  # (2, k)


def trace_boundaries(template: Problem, data: xr.Dataset, of: str) -> tuple[BoundaryCurve, ...]:
    """Bisect every label change between neighbors along importance; one curve for each pair of labels.

    A region that lies wholly between two neighbors is found only if their labels differ.
    """
    if of not in ("regime", "phase"):
        raise ValueError(nearest("of", of, ("regime", "phase")))
    crossings = _between_cells(data, of)
    kind = Kind(data.attrs["kind"])
    late = np.zeros(len(crossings.density))
    if kind is not Kind.TRAINED and len(late):
        locate = AnsatzLocator(template) if kind is Kind.ANSATZ else OptimumLocator(template)
        crossings = _all_bisected(template, crossings, locate, of, float(data.attrs["tolerance"]))
        late = _lateness(template, crossings, locate)
    return _curves(template, crossings, late)


def _between_cells(data: xr.Dataset, of: str) -> Crossings:
    labels = data[of].values
    m, n = data.sizes["hidden"], data.sizes["feature"]
    models = np.concatenate([data.weights.values.reshape(*labels.shape, m * n), data.bias.values], axis=-1)
    row, column = np.nonzero(labels[:, :-1] != labels[:, 1:])
    r = data.importance.values
    return Crossings(
        data.density.values[row],
        np.array([r[column], r[column + 1]]),
        np.array([models[row, column], models[row, column + 1]]),
        np.array([labels[row, column], labels[row, column + 1]], dtype=object),
    )


def _all_bisected(template: Problem, crossings: Crossings, locate: Locator, of: str, tolerance: float) -> Crossings:
    """Bisect to the first change of each pair of cells, and from there on, where a strip was hidden between them."""
    found = []
    for _ in range(MOST_STRIPS):
        done = _bisected(template, crossings, locate, of, tolerance)
        found.append(done)
        rest = np.flatnonzero(done.labels[1] != crossings.labels[1])
        if not rest.size:
            break
        upper = [(done[k][1, rest], crossings[k][1, rest]) for k in (1, 2, 3)]
        sides: list[Any] = [np.array(pair, dtype=pair[0].dtype) for pair in upper]
        crossings = Crossings(done.density[rest], *sides)
    density = np.concatenate([done.density for done in found])
    return Crossings(density, *(np.concatenate([done[k] for done in found], axis=1) for k in (1, 2, 3)))


def _bisected(template: Problem, crossings: Crossings, locate: Locator, of: str, tolerance: float) -> Crossings:
    """Bisect each change; once more, with a search at every step, where one finds another label at the ends."""
    done = _halved(template, crossings, locate, of, tolerance, THOROUGH)
    ends = [locate(done.density, r, done.models, True) for r in done.importance]
    labels = np.array([_label(template, models, of, tolerance) for models in ends], dtype=object)
    hidden = np.flatnonzero((labels != done.labels).any(axis=0))  # a third phase, too narrow for the first steps
    if not hidden.size:
        return done
    part: list[Any] = [crossings.density[hidden], *(crossings[k][:, hidden] for k in (1, 2, 3))]
    again = _halved(template, Crossings(*part), locate, of, tolerance, MOST_HALVINGS)
    merged: list[Any] = [done.density, *(done[k].copy() for k in (1, 2, 3))]
    for k in (1, 2, 3):
        merged[k][:, hidden] = again[k]
    return Crossings(*merged)


def _halved(
    template: Problem, crossings: Crossings, locate: Locator, of: str, tolerance: float, thorough: int
) -> Crossings:
    density = crossings.density
    r, models, labels = crossings.importance.copy(), crossings.models.copy(), crossings.labels.copy()
    steps = 0
    while (active := np.flatnonzero(r[1] > r[0] * (1 + BRACKET))).size:
        middle = np.sqrt(r[0, active] * r[1, active])
        found = locate(density[active], middle, models[:, active], steps < thorough)
        label = _label(template, found, of, tolerance)
        side = (label != labels[0, active]).astype(int)  # what differs from the lower side moves the upper one
        r[side, active], models[side, active], labels[side, active] = middle, found, label
        steps += 1
    return Crossings(density, r, models, labels)


def _label(template: Problem, models: Array, of: str, tolerance: float) -> Labels:
    weights = _weights(template, models)
    found = phase(weights, tolerance) if of == "phase" else regimes(weights, tolerance)[..., -1]
    return np.array([str(label) for label in found], dtype=object)


def _weights(template: Problem, models: Array) -> Array:
    m, n = template.n_hidden, template.n_features
    return models[..., : m * n].reshape(*models.shape[:-1], m, n)


def _lateness(template: Problem, crossings: Crossings, locate: Locator) -> Array:
    """Bound how far in r a continuous onset lies from its change of label: its size there over its slope."""
    overlap = _onset(template, crossings)
    side = overlap.argmax(axis=0)  # the side on which the overlap has set in
    every = np.arange(overlap.shape[1])
    size = overlap[side, every]
    small = np.flatnonzero((size > 0) & (size < SMALL_JUMP))
    late = np.zeros(len(every))
    if small.size:
        r = crossings.importance[side, every][small]
        step = np.where(side[small] == 1, STEP, -STEP) * r
        models = crossings.models[side, every][small]
        further = locate(crossings.density[small], r + step, np.array([models, models]), False)
        moved = crossings._replace(
            models=np.array([further, further]), labels=crossings.labels[:, small], density=crossings.density[small]
        )
        slope = (_onset(template, moved)[0] - size[small]) / abs(step)
        late[small] = np.where(slope > 0, size[small] / np.maximum(slope, 1e-300), abs(step))
    return late


def _onset(template: Problem, crossings: Crossings) -> Array:
    """Length that decides the label, shape (2, k): of the extra, or of what overlaps it where it is represented."""
    weights = _weights(template, crossings.models)
    vanishing = (crossings.labels == Regime.NOT_REPRESENTED).any(axis=0)
    size = np.sqrt((weights[..., -1] ** 2).sum(axis=-1))
    return np.where(vanishing, size, np.sqrt(superposition(weights)[..., -1]))


def _curves(template: Problem, crossings: Crossings, late: Array) -> tuple[BoundaryCurve, ...]:
    low, high = crossings.importance
    size = np.sqrt((_weights(template, crossings.models)[..., -1] ** 2).sum(axis=-1))
    curves = []
    pairs = [(str(below), str(above)) for below, above in crossings.labels.T]
    for pair in sorted(set(pairs)):
        at = np.array([k for k, other in enumerate(pairs) if other == pair])
        at = at[np.lexsort((low[at], crossings.density[at]))]
        curves.append(
            BoundaryCurve(
                pair,
                crossings.density[at],
                np.sqrt(low[at] * high[at]),
                (high[at] - low[at]) / 2 + late[at],
                size[1, at] - size[0, at],
                published_curve(template, pair, crossings.density[at]),
            )
        )
    return tuple(curves)


def published_curve(template: Problem, between: tuple[str, str], density: Array) -> Array:
    """Give r on the published ansatz' boundary between the same regimes (or phases), NaN where it has none.

    What was published is the ReLU's.
    """
    n_features = template.n_features
    if template.sigma != resolve("relu"):
        return np.full(len(density), np.nan)
    # (3,2): where the extra is dedicated at low density, the others are a pair
    lone = Phase.DEDICATED if n_features == 2 else Phase.ANTIPODAL_OTHERS
    same: dict[frozenset[str], tuple[str, str]] = {
        frozenset({Regime.NOT_REPRESENTED, Regime.SUPERPOSED}): (Phase.NOT_REPRESENTED, Phase.ANTIPODAL),
        frozenset({Regime.SUPERPOSED, Regime.DEDICATED}): (Phase.ANTIPODAL, lone),
    }
    phases = same.get(frozenset(between), between)
    try:
        return np.asarray(ansatz_boundary(n_features, phases, density=density), dtype=float)
    except ValueError:  # the ansatz has no boundary between these
        return np.full(len(density), np.nan)
