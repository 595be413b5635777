"""What leaves a loss as it is, or scales it: rotations, relabeling, flips at density 1, importances, r -> 1/r."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...analytic.loss import EPS, loss_estimate
from ...analytic.support import Independent
from ..checks import Entry
from ..diagram import phase_diagram
from .closer import command, model_command, write_array, write_problem
from .declared import CLOSED_FORM, MODELS, ROUNDINGS, CrossCheck
from .drawn import Model
from .evidence import Evidence, cell_name

Array = NDArray[np.float64]
FACTOR = 4.0  # of importances: a power of two, so that it rounds nothing
STEP = 2.0**-20  # weights are whole steps, and before a rotation five times such, so that (3/5, 4/5) rounds nothing
MOST = 2**22  # steps of the largest weight: products and their sums then fit in a double


def turned(model: Model) -> tuple[Model, Model] | None:
    """Give a model of rounded weights, and the same one turned in its hidden space, both exact; None in one dimension.

    The orthogonal matrix ((-4, 3), (3, 4)) / 5 mixes the first two axes; the others stay.
    """
    if model.problem.n_hidden < 2:
        return None
    steps = np.clip(np.round(model.weights / (5 * STEP)), -MOST, MOST)
    first, second, *rest = steps
    other = np.array([-4 * first + 3 * second, 3 * first + 4 * second, *(5 * row for row in rest)])
    return model._replace(weights=5 * STEP * steps), model._replace(weights=STEP * other)


def relabeled(model: Model) -> Model | None:
    """Rename features: their columns, biases, densities and importances move together; None where they have groups."""
    problem = model.problem
    if not isinstance(problem.support, Independent):
        return None
    order = [*range(1, problem.n_features), 0]
    moved = problem.replace(
        density=tuple(problem.densities[i] for i in order), importance=tuple(problem.importances[i] for i in order)
    )
    return model._replace(problem=moved, weights=model.weights[:, order], bias=model.bias[order])


def scaled(model: Model) -> Model:
    """Multiply all importances."""
    problem = model.problem
    return model._replace(problem=problem.replace(importance=tuple(FACTOR * float(i) for i in problem.importances)))


def flipped(model: Model) -> tuple[Model, Model] | None:
    """At density 1 put 1 − x for the last feature in every other row: its column changes sign, and biases make up.

    b_j grows by G_ji for each j ≠ i, and b_i by all G_ij; weights and biases are rounded first, so that this is exact.
    """
    problem = model.problem
    if not isinstance(problem.support, Independent):
        return None
    full = problem.replace(density=1.0)
    weights = STEP * np.clip(np.round(model.weights / STEP), -MOST, MOST)
    bias = np.round(model.bias / STEP**2) * STEP**2
    gram, signs = weights.T @ weights, np.ones(problem.n_features)
    signs[-1] = -1.0
    others = np.where(signs[:, None] != signs, gram, 0.0).sum(axis=1)
    return (
        model._replace(problem=full, weights=weights, bias=bias),
        model._replace(problem=full, weights=weights * signs, bias=bias + others),
    )


def twins(pairs: Iterable[tuple[Model, Model] | None], factor: float = 1.0) -> list[Entry]:
    """Compare the losses of two models that must be the same, or the second a factor times the first."""
    found = []
    for pair in pairs:
        if pair is None:
            continue
        a, b = (loss_estimate(model.problem, model.weights, model.bias) for model in pair)
        apart, allowed = abs(factor * a.value - b.value), factor * a.error + b.error
        found.append(Entry(apart, allowed, pair[0].name, partial(_look, pair, factor)))
    return found


def _look(pair: tuple[Model, Model], factor: float) -> str:
    first, second = pair
    other = (
        f"q, V, c = {write_problem(second.problem)}, {write_array(second.weights)}, {write_array(second.bias)}",
        f"x, y = {factor} * tt.loss_estimate(p, W, b).value, tt.loss_estimate(q, V, c).value",
    )
    return model_command(first, *other, 'print(x, y, "differ by", abs(x - y))')


def rotation(evidence: Evidence) -> list[Entry]:
    """Compare losses before and after a rotation of the hidden space."""
    return twins(turned(model) for model in evidence.models)


def relabeling(evidence: Evidence) -> list[Entry]:
    """Compare losses before and after features change places."""
    others = ((model, relabeled(model)) for model in evidence.models)
    return twins((model, other) for model, other in others if other is not None)


def importance_scale(evidence: Evidence) -> list[Entry]:
    """Compare losses before and after all importances grow."""
    return twins(((model, scaled(model)) for model in evidence.models), FACTOR)


def flips(evidence: Evidence) -> list[Entry]:
    """Compare losses at density 1 before and after a column changes sign."""
    return twins(flipped(model) for model in evidence.models)


def mirrored(evidence: Evidence) -> list[Entry]:
    """Compare optima of the (2,1) toy with those searched for at 1/r: L(1/r) = L(r)/r."""
    optimum = evidence.map("optimum")
    r = optimum.importances
    other = phase_diagram(2, 1, density=optimum.densities, importance=(1 / r)[::-1])
    losses, errors = (other.data[name].values[:, ::-1] * r for name in ("loss", "loss_error"))
    data, found = optimum.data, []
    for i, p in enumerate(optimum.densities):
        for j, importance in enumerate(r):
            apart = abs(float(losses[i, j]) - float(data.loss[i, j]))
            allowed = float(errors[i, j]) + float(data.loss_error[i, j]) + EPS * float(losses[i, j])
            look = partial(_look_mirrored, float(p), float(importance), float(data.loss[i, j]))
            found.append(Entry(apart, allowed, cell_name(p, importance), look))
    return found


def _look_mirrored(density: float, importance: float, mapped: float) -> str:
    there = f"r = {importance!r}"
    search = f"f = lambda r: tt.phase_diagram(2, 1, density=[{density!r}], importance=[r]).data.loss.item()"
    x = f"x, y = {mapped!r}, r * f(1 / r)"
    return command(there, search, x, 'print("on the map", x, "again", f(r), "at 1/r", y, "differ by", abs(x - y))')


def smaller_toy(evidence: Evidence) -> list[Entry]:
    """Compare the (3,2) optimum with the (2,1) optimum: a feature on a dimension of its own costs nothing."""
    optimum = evidence.map("optimum")
    smaller = phase_diagram(2, 1, density=optimum.densities, importance=optimum.importances)
    found = []
    for i, p in enumerate(optimum.densities):
        for j, r in enumerate(optimum.importances):
            pair = [each.data.isel(density=i, importance=j) for each in (optimum, smaller)]
            above = float(pair[0].loss) - float(pair[1].loss)
            allowed = sum(float(each.loss_error) for each in pair)
            look = partial(_look_smaller, float(p), float(r), float(pair[0].loss))
            found.append(Entry(above, allowed, cell_name(p, r), look))
    return found


def _look_smaller(density: float, importance: float, mapped: float) -> str:
    grid = f"g = dict(density=[{density!r}], importance=[{importance!r}])"
    search = "f = lambda n: tt.phase_diagram(n, n - 1, **g).data.loss.item()"
    return command(
        grid,
        search,
        f"x, y = {mapped!r}, f(2)",
        'print("on the map", x, "again", f(3), "of (2,1)", y, "above by", x - y)',
    )


SYMMETRIES: tuple[CrossCheck, ...] = (
    CrossCheck(
        "L(1/r) = L(r)/r",
        "symmetries",
        "least losses at every cell of the map and at 1/r",
        ("search of the map", "search at 1/r"),
        "both rounding errors, and that of 1/r",
        mirrored,
        toys=(2,),
    ),
    CrossCheck(
        "(3,2) optimum never above (2,1)'s",
        "symmetries",
        "how far least losses at every cell lie above those of the smaller toy, whose spare feature costs nothing",
        ("search of the (3,2) map", "search of the (2,1) map"),
        ROUNDINGS,
        smaller_toy,
        toys=(3,),
    ),
    CrossCheck(
        "rotation of the hidden space",
        "symmetries",
        f"losses of {MODELS}, in two dimensions or more, before and after",
        (CLOSED_FORM, f"{CLOSED_FORM} of the turned weights"),
        f"{ROUNDINGS}: the rotation itself is exact",
        rotation,
    ),
    CrossCheck(
        "relabeling of features",
        "symmetries",
        f"losses of independent features, of {MODELS}, before and after",
        (CLOSED_FORM, f"{CLOSED_FORM} of features in another order"),
        ROUNDINGS,
        relabeling,
    ),
    CrossCheck(
        "flips at density 1",
        "symmetries",
        f"losses at density 1 of independent features, of {MODELS}, before and after x becomes 1 - x",
        (CLOSED_FORM, f"{CLOSED_FORM} of a column of the other sign"),
        f"{ROUNDINGS}: the flip itself is exact",
        flips,
    ),
    CrossCheck(
        "scale of importances",
        "symmetries",
        f"losses of {MODELS}, before and after, over the scale",
        (CLOSED_FORM, f"{CLOSED_FORM} at four times the importances"),
        f"{ROUNDINGS}: a power of two rounds nothing",
        importance_scale,
    ),
)
