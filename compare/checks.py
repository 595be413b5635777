"""What must hold between independent answers, each as a named check with a value, a tolerance, and what breaks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.answer import SAME_MINIMUM
from ..analytic.loss import EPS, loss_estimate
from ..analytic.problem import Problem
from ..numeric.cells import Cells
from ..numeric.montecarlo import monte_carlo
from ..numeric.multistart import Multistart
from .agreement import AGREES, DISAGREEMENT, Agreement
from .diagram import PhaseDiagram, phase_diagram

Array = NDArray[np.float64]
STANDARD_ERRORS = 5.0  # one false alarm in 1.7 million normal deviates
N_SAMPLES = 200_000
ACTIVE_SAMPLES = 1000  # standard errors are themselves to be trusted from about so many active samples
N_NAMED = 5  # cells that a failed check names
# found by two independent solvers at 20 digits: (density, importance, loss) at which the optimum is known
KNOWN = {2: (0.5, 1.0, 0.0762824469895635733818), 3: (0.7, 1.0, 0.1022010637277116226625)}
# a search that compares losses is blind to gradients below the root of their rounding; ten of these, as near the kink
# b = 0 the curvature changes within a step: by trial 9 of 10,000 cells end above 1e-8, none above 4e-8
STATIONARY = 10 * EPS**0.5
KNOWN_TOLERANCE = 1e-13  # some hundred roundings of the exact loss


@dataclass(frozen=True)
class Check:
    """One thing that must hold.

    Parameters
    ----------
    name : str
    agrees : bool
    value, tolerance : float
        Of the entry that comes closest to breaking it, or breaks it most: it holds where value <= tolerance.
    reason : str
        Why the tolerance has that value.
    failures : tuple of str
        The first of the entries that break it.
    n_failures : int
    """

    name: str
    agrees: bool
    value: float
    tolerance: float
    reason: str
    failures: tuple[str, ...] = ()
    n_failures: int = 0

    @property
    def verdict(self) -> str:
        """Either "agrees" or "disagreement"."""
        return AGREES if self.agrees else DISAGREEMENT


def judge(name: str, values: Array, tolerances: Array, entries: Sequence[str], reason: str) -> Check:
    """Compare values with tolerances, entry by entry; what is not a number fails, and so does an empty comparison.

    Raises
    ------
    ValueError
        If there is nothing to compare.
    """
    values, tolerances = (np.ravel(a) for a in np.broadcast_arrays(values, tolerances))
    if values.size == 0 or values.size != len(entries):
        raise ValueError(f"{name} must compare one value an entry, got {values.size} values and {len(entries)} entries")
    excess = values - tolerances
    failed = ~(excess <= 0)
    worst = int(np.argmax(np.where(np.isnan(excess), np.inf, excess)))
    named = tuple(str(entries[int(k)]) for k in np.flatnonzero(failed)[:N_NAMED])
    return Check(
        name, not failed.any(), float(values[worst]), float(tolerances[worst]), reason, named, int(failed.sum())
    )


def cell_names(diagram: PhaseDiagram) -> list[str]:
    """Name every cell of a diagram, densities first."""
    return [f"density={p:.4g}, importance={r:.4g}" for p in diagram.densities for r in diagram.importances]


def no_disagreement(name: str, agreement: Agreement) -> Check:
    """Check that no cell of a comparison is a disagreement; the value is their number."""
    cells = agreement.cells
    named = [
        f"density={p:.4g}, importance={r:.4g}"
        for p in cells.density.values
        for r in cells.importance.values
        if cells.sel(density=p, importance=r) == DISAGREEMENT
    ]
    count = agreement.count(DISAGREEMENT)
    reason = "cells whose labels differ, by losses that do not explain it"
    return Check(f"{name}: cells that disagree", count == 0, count, 0, reason, tuple(named[:N_NAMED]), count)


def never_below(name: str, diagram: PhaseDiagram, optimum: PhaseDiagram) -> Check:
    """Check that no loss of a diagram, every trained instance's included, lies below the optimum's."""
    losses = diagram.data.loss.values
    if "instance_loss" in diagram.data:
        losses = diagram.data.instance_loss.values.min(axis=-1)
    errors = diagram.data.loss_error.values + optimum.data.loss_error.values
    below = optimum.data.loss.values - losses
    return judge(f"{name} never below the optimum", below, errors, cell_names(optimum), "both rounding errors")


def stationary(optimum: PhaseDiagram) -> Check:
    """Check that gradients vanish at the optima: largest entry over the null loss, the natural scale."""
    data = optimum.data
    density, importance = np.meshgrid(optimum.densities, optimum.importances, indexing="ij")
    cells = Cells.make(optimum.template, density.ravel(), importance.ravel())
    models = np.concatenate([data.weights.values.reshape(len(cells), -1), data.bias.values.reshape(len(cells), -1)], 1)
    gradient = cells.descend(models, max_steps=0)[1][:, 1] / cells.null_loss
    reason = "ten times the root of the machine epsilon: losses can't tell less"
    return judge("gradient at the optima", gradient, np.array(STATIONARY), cell_names(optimum), reason)


def mirrored(optimum: PhaseDiagram) -> Check:
    """Check the exact symmetry L(1/r) = L(r)/r of the (2,1) toy, against optima searched for at 1/r."""
    r = optimum.importances
    other = phase_diagram(2, 1, density=optimum.densities, importance=(1 / r)[::-1])
    losses, errors = (other.data[name].values[:, ::-1] * r for name in ("loss", "loss_error"))
    apart = abs(losses - optimum.data.loss.values)
    allowed = errors + optimum.data.loss_error.values + EPS * losses
    return judge("L(1/r) = L(r)/r", apart, allowed, cell_names(optimum), "both rounding errors, and that of 1/r")


def never_above_smaller(optimum: PhaseDiagram) -> Check:
    """Check the (3,2) optimum against the (2,1) optimum: a feature on a dimension of its own costs nothing."""
    smaller = phase_diagram(2, 1, density=optimum.densities, importance=optimum.importances)
    above = optimum.data.loss.values - smaller.data.loss.values
    errors = optimum.data.loss_error.values + smaller.data.loss_error.values
    return judge("(3,2) optimum never above (2,1)'s", above, errors, cell_names(optimum), "both rounding errors")


def known_value(n_features: int, seed: int) -> Check:
    """Check a multistart against a loss that is known to 20 digits."""
    density, importance, loss = KNOWN[n_features]
    found = Multistart(seed=seed).minimize(Problem.toy(n_features, density=density, importance=importance))
    entry = f"density={density}, importance={importance}"
    apart = np.array(abs(float(found.loss) - loss))
    return judge("optimum at a known point", apart, np.array(KNOWN_TOLERANCE), [entry], "roundings of the exact loss")


def independent_search(optimum: PhaseDiagram, seed: int) -> Check:
    """Check that multistarts, which know no neighbors, find nothing better at a few cells."""
    below, allowed, names = [], [], []
    for i, j in some_cells(optimum):
        problem = optimum.problem(optimum.densities[i], optimum.importances[j])
        below.append(float(optimum.data.loss[i, j]) - float(Multistart(seed=seed).minimize(problem).loss))
        allowed.append(SAME_MINIMUM * problem.null_loss)
        names.append(f"density={optimum.densities[i]:.4g}, importance={optimum.importances[j]:.4g}")
    reason = "losses that close count as the same minimum"
    return judge("no multistart below the optimum", np.array(below), np.array(allowed), names, reason)


def sampled(diagrams: Sequence[PhaseDiagram], seed: int) -> Check | None:
    """Check exact losses of models in a few cells of each diagram against Monte Carlo; None if all are too sparse."""
    apart, allowed, names = [], [], list[str]()
    for diagram in diagrams:
        for i, j in some_cells(diagram, ACTIVE_SAMPLES / N_SAMPLES):
            p, r = diagram.densities[i], diagram.importances[j]
            problem, weights, bias = diagram.problem(p, r), diagram.data.weights[i, j], diagram.data.bias[i, j]
            exact = loss_estimate(problem, weights.values, bias.values)
            drawn = monte_carlo(problem, weights.values, bias.values, N_SAMPLES, seed + len(names))
            apart.append(abs(exact.value - drawn.value))
            allowed.append(STANDARD_ERRORS * drawn.error + exact.error)
            names.append(f"{diagram.kind}, density={p:.4g}, importance={r:.4g}")
    if not names:
        return None
    reason = f"{STANDARD_ERRORS:g} standard errors"
    return judge("exact loss against Monte Carlo", np.array(apart), np.array(allowed), names, reason)


def closed_form_boundaries(ansatz: PhaseDiagram) -> Check | None:
    """Check boundaries bisected on the ansatz map against their closed forms; None if no boundary crosses it."""
    curves = [curve for curve in ansatz.boundaries() if np.isfinite(curve.ansatz).any()]
    if not curves:
        return None

    def along(name: str) -> Array:
        return np.asarray(np.concatenate([getattr(curve, name) for curve in curves]), dtype=np.float64)

    r, exact, error, density = (along(name) for name in ("importance", "ansatz", "error", "density"))
    known = np.isfinite(exact)
    names = [f"density={p:.4g}" for p in density[known]]
    allowed = error[known] + 10 * EPS * exact[known]  # the closed form itself rounds a few times
    reason = "half the last bracket, and roundings of the closed form"
    return judge("ansatz boundaries in closed form", abs(r - exact)[known], allowed, names, reason)


def some_cells(diagram: PhaseDiagram, sparsest: float = 0.0) -> list[tuple[int, int]]:
    """Pick up to four cells spread over a diagram's rows (of at least some density) and columns."""
    rows, columns = np.flatnonzero(diagram.densities >= sparsest), len(diagram.importances)
    places = [(rows[k * len(rows) // 4], order * columns // 4) for k, order in enumerate((1, 3, 0, 2)) if len(rows)]
    return sorted({(int(i), int(j)) for i, j in places})
