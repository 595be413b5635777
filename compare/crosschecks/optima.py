"""Optima of a map against other searches, other seeds, proofs, and points that are known."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...analytic.answer import SAME_MINIMUM
from ...analytic.certificate import certify
from ...analytic.loss import EPS
from ...analytic.problem import Problem
from ...numeric.cells import Cells
from ...numeric.multistart import Multistart
from ..checks import Entry
from ..diagram import PhaseDiagram
from .closer import command, model_command, write_array, write_problem
from .declared import CrossCheck
from .drawn import Model
from .evidence import Evidence, cell_name, some_cells

Array = NDArray[np.float64]

# found by two independent solvers at 20 digits: (density, importance, loss) at which the optimum is known
KNOWN = {2: (0.5, 1.0, 0.0762824469895635733818), 3: (0.7, 1.0, 0.1022010637277116226625)}
# a search that compares losses is blind to gradients below the root of their rounding; ten of these, as near the kink
# b = 0 the curvature changes within a step: by trial 9 of 10,000 cells end above 1e-8, none above 4e-8
STATIONARY = 10 * EPS**0.5
KNOWN_TOLERANCE = 1e-13  # some hundred roundings of the exact loss
FEW_STARTS = 1  # random ones of scipy's slower methods, besides one for each known phase


def stationary(evidence: Evidence) -> list[Entry]:
    """Give the largest entry of each optimum's gradient over the null loss, the natural scale."""
    optimum = evidence.map("optimum_fine")
    data = optimum.data
    density, importance = np.meshgrid(optimum.densities, optimum.importances, indexing="ij")
    cells = Cells.make(optimum.template, density.ravel(), importance.ravel())
    models = np.concatenate([data.weights.values.reshape(len(cells), -1), data.bias.values.reshape(len(cells), -1)], 1)
    gradient = cells.descend(models, max_steps=0)[1][:, 1] / cells.null_loss
    places = zip(density.ravel(), importance.ravel(), strict=True)
    return [
        Entry(float(value), STATIONARY, cell_name(p, r), partial(_look_gradient, optimum, k))
        for k, (value, (p, r)) in enumerate(zip(gradient, places, strict=True))
    ]


def _look_gradient(optimum: PhaseDiagram, k: int) -> str:
    i, j = divmod(k, len(optimum.importances))
    problem = optimum.problem(optimum.densities[i], optimum.importances[j])
    model = Model("", problem, optimum.data.weights.values[i, j], optimum.data.bias.values[i, j])
    largest = "x = max(float(abs(g).max()) for g in tt.loss_and_grad(p, W, b)[1:])"
    return model_command(model, largest, 'print("largest entry", x, "over the null loss", x / p.null_loss)')


def from_neighbors(evidence: Evidence) -> list[Entry]:
    """Give how far descents from the models of adjacent cells, and of the ansatz, end below each optimum."""
    optimum = evidence.map("optimum_fine")
    data, shape = optimum.data, optimum.data.loss.shape
    density, importance = np.meshgrid(optimum.densities, optimum.importances, indexing="ij")
    cells = Cells.make(optimum.template, density.ravel(), importance.ravel())
    starts = _neighbors(evidence)
    ends = np.array([cells.descend(start)[1][:, 0] for start in starts])
    best, lowest = np.argmin(ends, axis=0), np.min(ends, axis=0).reshape(shape)
    found = []
    for k, (i, j) in enumerate(np.ndindex(*shape)):
        p, r = float(optimum.densities[i]), float(optimum.importances[j])
        problem = optimum.problem(p, r)
        mapped, allowed = float(data.loss[i, j]), SAME_MINIMUM * cells.null_loss[k] + float(data.loss_error[i, j])
        look = partial(_look_neighbor, problem, mapped, starts[best[k]][k])
        found.append(Entry(mapped - float(lowest[i, j]), float(allowed), cell_name(p, r), look))
    return found


def _neighbors(evidence: Evidence) -> list[Array]:
    """Take as starts of every cell the models beside it along each axis (at an end its own), and the ansatz."""
    models = [
        np.concatenate([data.weights.values.reshape(*data.loss.shape, -1), data.bias.values], axis=-1)
        for data in (evidence.map(name).data for name in ("optimum_fine", "ansatz_fine"))
    ]
    places = np.indices(models[0].shape[:2])
    starts = [models[1]]
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        moved = places.copy()
        moved[axis] = np.clip(moved[axis] + step, 0, models[0].shape[axis] - 1)
        starts.append(models[0][tuple(moved)])
    return [start.reshape(-1, start.shape[-1]) for start in starts]


def _look_neighbor(problem: Problem, mapped: float, start: Array) -> str:
    p, r = float(problem.densities[0]), float(problem.importances[-1])
    return command(
        "import numpy as np",
        "from toytoy.numeric.cells import Cells",
        f"cell = Cells.make({write_problem(problem)}, np.array([{p!r}]), np.array([{r!r}]))",
        f"x, y = {mapped!r}, float(cell.descend(np.array([{write_array(start)}]))[1][0, 0])",
        'print("on the map", x, "from a neighbor", y, "below by", x - y)',
    )


def other_seeds(evidence: Evidence) -> list[Entry]:
    """Search some cells again from other random starts, without neighbors."""
    return _searched(evidence, "optimum_fine", Multistart(seed=evidence.plan.seed))


def by_slsqp(evidence: Evidence) -> list[Entry]:
    """Search some cells again by scipy's SLSQP: its L-BFGS-B takes ten times as long where BLAS has threads."""
    return _searched(evidence, "optimum", Multistart(4 * FEW_STARTS, evidence.plan.seed + 1, "SLSQP"))


def by_trust_region(evidence: Evidence) -> list[Entry]:
    """Search one cell again by scipy's trust-constr, which takes a second for it, and twice that where p is small."""
    return _searched(evidence, "optimum", Multistart(FEW_STARTS, evidence.plan.seed + 2, "trust-constr"), count=1)


def _searched(evidence: Evidence, name: str, solver: Multistart, count: int = 4) -> list[Entry]:
    """Compare a map's optima with a search's: each search starts from every known phase, so neither may be lower."""

    def loss(problem: Problem) -> float:
        return float(solver.minimize(problem).loss)

    found = f"float(tt.minimize(p, tt.{solver!r}).loss)"
    return _at_cells(evidence.map(name), lambda p: (loss(p), SAME_MINIMUM * p.null_loss), found, count=count)


def _at_cells(
    optimum: PhaseDiagram, other: Callable[[Problem], tuple[float, float]], code: str, *, count: int = 4
) -> list[Entry]:
    found = []
    for i, j in some_cells(optimum)[-count:]:
        p, r = float(optimum.densities[i]), float(optimum.importances[j])
        problem, mapped = optimum.problem(p, r), float(optimum.data.loss[i, j])
        loss, allowed = other(problem)
        allowed += float(optimum.data.loss_error[i, j])
        found.append(Entry(abs(mapped - loss), allowed, cell_name(p, r), partial(_look, problem, mapped, code)))
    return found


def _look(problem: Problem, mapped: float, code: str) -> str:
    both = f"p = {write_problem(problem)}; x, y = {mapped!r}, {code}"
    return command(both, 'print("on the map", x, "searched again", y, "differ by", abs(x - y))')


def certified(evidence: Evidence) -> list[Entry]:
    """Give how far optima of the (2,1) toy lie outside of the intervals that provably hold them."""
    optimum, found = evidence.map("optimum"), []
    for i, j in some_cells(optimum):
        p, r = float(optimum.densities[i]), float(optimum.importances[j])
        problem, mapped = optimum.problem(p, r), float(optimum.data.loss[i, j])
        low, high = certify(problem).interval
        code = f"x, (low, high) = {mapped!r}, tt.certify({write_problem(problem)}).interval"
        look = partial(
            command, code, 'print("on the map", x, "proved", low, high, "outside by", max(low - x, x - high))'
        )
        outside = max(low - mapped, mapped - high)
        found.append(Entry(outside, float(optimum.data.loss_error[i, j]), cell_name(p, r), look))
    return found


def known_value(evidence: Evidence) -> list[Entry]:
    """Search where the least loss is known to 20 digits."""
    n, seed = evidence.plan.n_features, evidence.plan.seed
    density, importance, known = KNOWN[n]
    problem = Problem.toy(n, density=density, importance=importance)
    found = float(Multistart(seed=seed).minimize(problem).loss)
    code = f"x, y = float(tt.minimize(tt.Problem.toy({n}, density={density}, importance={importance})"
    line = f"{code}, tt.Multistart(seed={seed})).loss), {known!r}"
    look = partial(command, line, 'print(x, "known", y, "differ by", abs(x - y))')
    return [Entry(abs(found - known), KNOWN_TOLERANCE, cell_name(density, importance), look)]


OPTIMA: tuple[CrossCheck, ...] = (
    CrossCheck(
        "gradient at the optima",
        "optima",
        "largest entry of the gradient over the null loss, at every cell of the fine optimum map",
        ("search of the map", "gradient in closed form"),
        "ten times the root of the machine epsilon: losses can't tell less",
        stationary,
    ),
    CrossCheck(
        "optimum against descents from neighbors",
        "optima",
        "how far each cell of the fine map lies above descents from adjacent cells' models and from the ansatz",
        ("search of the map", "descents from neighbors and ansatz"),
        "losses that close count as the same minimum, 1e-10 of the null loss",
        from_neighbors,
    ),
    CrossCheck(
        "optimum against multistarts of another seed",
        "optima",
        "least losses at some cells of the fine map",
        ("search of the map, by neighbors", "multistart without neighbors"),
        "losses that close count as the same minimum, 1e-10 of the null loss",
        other_seeds,
    ),
    CrossCheck(
        "optimum against scipy's SLSQP",
        "optima",
        "least losses at some cells of the map",
        ("search of the map", "multistart by SLSQP, its ends polished"),
        "losses that close count as the same minimum, 1e-10 of the null loss",
        by_slsqp,
    ),
    CrossCheck(
        "optimum against scipy's trust-constr",
        "optima",
        "least losses at one cell of the map",
        ("search of the map", "multistart by trust-constr, its ends polished"),
        "losses that close count as the same minimum, 1e-10 of the null loss",
        by_trust_region,
    ),
    CrossCheck(
        "optimum inside its certificate",
        "optima",
        "least losses at some cells of the map, by how far they lie outside",
        ("search of the map", "branch and bound with outward rounding"),
        "the rounding error of the map's loss",
        certified,
        toys=(2,),
    ),
    CrossCheck(
        "optimum at a known point",
        "optima",
        "the least loss at one density and importance",
        ("multistart", "20 digits by two independent solvers"),
        "some hundred roundings of the exact loss",
        known_value,
    ),
)
