"""What can't lie below what: optimum, ansatz with free scale and biases, frozen ansatz, trained models."""

from __future__ import annotations

from functools import partial

from ...analytic.ansatz import CANDIDATES, ansatz
from ...analytic.loss import EPS
from ...analytic.problem import Problem
from ...analytic.published import ansatz_loss
from ...analytic.regime import Phase
from ..checks import Entry
from ..diagram import PhaseDiagram
from ..statuses import DISAGREEMENT
from .closer import command, write_problem
from .declared import ROUNDINGS, CrossCheck
from .evidence import Evidence, cell_name, some_cells

COMPARED = ("ansatz_fine", "ansatz (fine grid)"), ("ansatz", "ansatz"), ("trained", "trained")
CLOSED_FORM_ROUNDINGS = 10  # of a product of few numbers, and of the exact loss it is compared with


def no_disagreement(name: str, evidence: Evidence) -> list[Entry]:
    """Give 1 for each cell in which a map contradicts the optimum, 0 for the others."""
    cells = evidence.agreement(name).cells
    broken = (cells == DISAGREEMENT).values
    optimum = _optimum_name(name)
    found = []
    for i, p in enumerate(cells.density.values):
        for j, r in enumerate(cells.importance.values):
            found_there = [f"{cell}.{part}.item()" for cell in (name, optimum) for part in ("regime", "loss")]
            shown = f"print({', '.join(found_there)}, 'margin', {optimum}.margin.item())"
            look = evidence.closer((name, optimum), i, j, shown)
            found.append(Entry(float(broken[i, j]), 0.0, cell_name(p, r), look))
    return found


def never_below(name: str, evidence: Evidence) -> list[Entry]:
    """Give how far losses of a map, every trained instance's included, lie below the optimum's."""
    diagram, optimum = evidence.map(name).data, evidence.optimum_of(name).data
    kept = "instance_loss" if "instance_loss" in diagram else "loss"
    losses = diagram[kept].values.reshape(*diagram.loss.shape, -1).min(axis=-1)
    below, allowed = optimum.loss.values - losses, diagram.loss_error.values + optimum.loss_error.values
    best, found = _optimum_name(name), []
    for i, p in enumerate(optimum.density.values):
        for j, r in enumerate(optimum.importance.values):
            shown = f"x, y = float({name}.{kept}.min()), float({best}.loss); print(x, y, 'below by', y - x)"
            look = evidence.closer((name, best), i, j, shown)
            found.append(Entry(float(below[i, j]), float(allowed[i, j]), cell_name(p, r), look))
    return found


def _optimum_name(name: str) -> str:
    return "optimum_fine" if name.endswith("_fine") else "optimum"


def closed_form(evidence: Evidence) -> list[Entry]:
    """Compare the exact loss of every frozen model with its published formula, at some cells."""
    found = []
    for problem, name, where in _frozen(evidence.map("ansatz"), published=True):
        p, r, n = float(problem.densities[0]), float(problem.importances[-1]), problem.n_features
        exact, formula = ansatz(name, problem).loss, float(ansatz_loss(name, p, r, n))
        allowed = exact.error + CLOSED_FORM_ROUNDINGS * EPS * formula
        line = (
            "from toytoy.analytic.published import ansatz_loss",
            f"x, y = tt.ansatz({str(name)!r}, {write_problem(problem)}).loss.value, "
            f"float(ansatz_loss({str(name)!r}, {p!r}, {r!r}, {n}))",
            'print(x, y, "differ by", abs(x - y))',
        )
        found.append(Entry(abs(exact.value - formula), allowed, where, partial(command, *line)))
    return found


def free_below_frozen(evidence: Evidence) -> list[Entry]:
    """Give how far the best of a frozen family with free scale and biases lies above the frozen model itself."""
    found = []
    for problem, name, where in _frozen(evidence.map("ansatz")):
        free, frozen = (ansatz(name, problem, free=each).loss for each in (True, False))
        look = partial(_look, problem, name, f"tt.ansatz({str(name)!r}, p).loss.value", "x - y")
        found.append(Entry(free.value - frozen.value, free.error + frozen.error, where, look))
    return found


def free_above_optimum(evidence: Evidence) -> list[Entry]:
    """Give how far the best of a frozen family with free scale and biases lies below the optimum."""
    optimum = evidence.map("optimum")
    losses = {}
    for i, j in some_cells(optimum):
        cell = optimum.data.isel(density=i, importance=j)
        losses[optimum.problem(optimum.densities[i], optimum.importances[j])] = cell
    found = []
    for problem, name, where in _frozen(optimum):
        free, least = ansatz(name, problem, free=True).loss, float(losses[problem].loss)
        look = partial(_look, problem, name, repr(least), "y - x")
        found.append(Entry(least - free.value, free.error + float(losses[problem].loss_error), where, look))
    return found


def _look(problem: Problem, name: str, other: str, difference: str) -> str:
    both = f"p = {write_problem(problem)}; x, y = tt.ansatz({str(name)!r}, p, free=True).loss.value, {other}"
    return command(both, f'print(x, y, "off by", {difference})')


def _frozen(diagram: PhaseDiagram, published: bool = False) -> list[tuple[Problem, Phase, str]]:
    """List the frozen models at some cells, with the triangle where its formula is known as well."""
    n = diagram.template.n_features
    names = [*CANDIDATES[n], *([Phase.TRIANGLE] if published and n > 2 else [])]
    found = []
    for i, j in some_cells(diagram):
        p, r = float(diagram.densities[i]), float(diagram.importances[j])
        found += [(diagram.problem(p, r), name, f"{name}, {cell_name(p, r)}") for name in names]
    return found


BOUNDS: tuple[CrossCheck, ...] = (
    *(
        CrossCheck(
            f"{said}: cells that disagree",
            "bounds",
            f"every cell of the {said} map and the optimum: regime, loss, margin; 1 where they contradict",
            (f"{said} map", "optimum map, and what another regime costs"),
            "cells whose labels differ, by losses that do not explain it",
            partial(no_disagreement, name),
        )
        for name, said in COMPARED
    ),
    *(
        CrossCheck(
            f"{said} never below the optimum",
            "bounds",
            f"how far each loss of the {said} map lies below the optimum's"
            + ", every instance's" * (name == "trained"),
            (f"{said} map", "optimum map"),
            ROUNDINGS,
            partial(never_below, name),
        )
        for name, said in COMPARED
    ),
    CrossCheck(
        "ansatz losses in closed form",
        "bounds",
        "losses of every frozen model at some cells",
        ("exact loss of the frozen weights", "published formula"),
        "the loss's bound on its rounding, and ten roundings of the formula",
        closed_form,
    ),
    CrossCheck(
        "free ansatz never above the frozen one",
        "bounds",
        "how far the best scale and biases of each frozen family lie above the frozen model, at some cells",
        ("minimum over scale and biases", "frozen model"),
        ROUNDINGS,
        free_below_frozen,
    ),
    CrossCheck(
        "free ansatz never below the optimum",
        "bounds",
        "how far the best scale and biases of each frozen family lie below the optimum, at some cells",
        ("minimum over scale and biases", "optimum map"),
        ROUNDINGS,
        free_above_optimum,
    ),
)
