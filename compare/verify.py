"""The main job: ansatz, optimum and trained maps of one toy, compared with each other and with what must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .agreement import AGREES, DISAGREEMENT, Agreement, agreement
from .checks import (
    Check,
    closed_form_boundaries,
    independent_search,
    known_value,
    mirrored,
    never_above_smaller,
    never_below,
    no_disagreement,
    sampled,
    stationary,
)
from .curves import BoundaryCurve
from .diagram import PhaseDiagram, phase_diagram
from .distance import BoundaryDistance, boundary_distances
from .findings import Mismatch, mismatches
from .line_checks import known_boundary, on_lines
from .line_curves import solved_curves, traced_curves, window_of
from .lines import PhaseLines
from .maps import Method, Progress
from .phase_lines import phase_lines
from .plans import Plan

Stages = Callable[[str], Progress | None]
Curves = tuple[BoundaryCurve, ...]
BISECTED = "half the last bracket, how late a label comes, and the line's error"


@dataclass(frozen=True, eq=False)
class Verification:
    """What came of a verification.

    Parameters
    ----------
    plan : Plan
    diagrams : dict of PhaseDiagram
        "ansatz", "optimum", "trained", on one grid; "ansatz_fine" and "optimum_fine".
    agreements : dict of Agreement
        Of "ansatz" and "trained", and of "ansatz_fine", with the optimum of the same grid.
    mismatch : tuple of Mismatch
        How often the ansatz gives the extra another regime, and another phase, on the fine grid.
    checks : tuple of Check
    lines : PhaseLines or None
        All lines of the optimum in the plan's window; None where the plan traces none.
    exact : dict of tuple of BoundaryCurve
        The optimum's lines at the densities of the maps of that name: solved for, or for fine grids as traced.
    """

    plan: Plan
    diagrams: dict[str, PhaseDiagram]
    agreements: dict[str, Agreement]
    mismatch: tuple[Mismatch, ...]
    checks: tuple[Check, ...]
    lines: PhaseLines | None
    exact: dict[str, Curves]

    @property
    def line_distances(self) -> dict[str, tuple[BoundaryDistance, ...]]:
        """How far each map draws its boundaries from the optimum's lines, in decades of importance."""
        return {
            name: boundary_distances(self.exact[name], diagram.boundaries())
            for name, diagram in self.diagrams.items()
            if name in self.exact
        }

    @property
    def agrees(self) -> bool:
        """Whether every check holds."""
        return all(check.agrees for check in self.checks)

    @property
    def verdict(self) -> str:
        """Either "agrees" or "disagreement"."""
        return AGREES if self.agrees else DISAGREEMENT


def verify(plan: Plan, stages: Stages | None = None) -> Verification:
    """Compute the three maps of a toy, and compare them.

    Parameters
    ----------
    plan : Plan
    stages : callable, optional
        Given the name of a stage that starts, returns a progress function (done, total) for it.

    Returns
    -------
    Verification

    Raises
    ------
    ImportError
        If torch is not installed.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.notation import Range
    >>> from toytoy.compare.plans import Plan
    >>> from toytoy.compare.verify import verify
    >>> trained = tt.Trained(steps=50, batch=64)
    >>> verify(Plan(2, 1, Range(0.1, 1, 4), Range(0.1, 10, 4), trained_grid=2, trained=trained)).verdict
    'agrees'
    """
    methods: dict[str, Method] = {"ansatz": "ansatz", "optimum": "optimum", "trained": plan.trained}
    diagrams = {}
    for name in ("ansatz_fine", "optimum_fine", *methods):
        kind, _, fine = name.partition("_")
        grid = plan.grid(fine=bool(fine))
        progress = stages(f"{kind}, {grid['density'].size} × {grid['importance'].size} cells") if stages else None
        diagrams[name] = phase_diagram(
            plan.n_features,
            plan.n_hidden,
            density=grid["density"],
            importance=grid["importance"],
            method=methods[kind],
            progress=progress,
        )
    lines, exact = _lines(plan, diagrams, stages)
    if stages:
        stages("comparing")
    agreements = {
        "ansatz_fine": agreement(diagrams["ansatz_fine"], diagrams["optimum_fine"]),
        "ansatz": agreement(diagrams["ansatz"], diagrams["optimum"]),
        "trained": agreement(diagrams["trained"], diagrams["optimum"]),
    }
    shares = mismatches(diagrams["ansatz_fine"], diagrams["optimum_fine"])
    checks = run_checks(plan, diagrams, agreements, exact, lines)
    return Verification(plan, diagrams, agreements, shares, checks, lines, exact)


def _lines(
    plan: Plan, diagrams: dict[str, PhaseDiagram], stages: Stages | None
) -> tuple[PhaseLines | None, dict[str, Curves]]:
    """Solve for the optimum's boundaries at the densities of the trained grid; trace whole lines for a fine one."""
    coarse, fine = diagrams["optimum"], diagrams["optimum_fine"]
    size = plan.n_features, plan.n_hidden
    progress = stages(f"boundaries at {coarse.densities.size} densities") if stages else None
    solved = solved_curves(*size, coarse.densities.tolist(), window_of(coarse), progress)
    exact: dict[str, Curves] = {"ansatz": solved, "optimum": solved, "trained": solved}
    if not plan.traces_lines:
        return None, exact
    progress = stages("lines of the optimum") if stages else None
    density, importance = ((axis.low, axis.high) for axis in (plan.density, plan.importance))
    lines = phase_lines(*size, density=density, importance=importance, progress=progress)
    traced = traced_curves(lines, fine.densities.tolist(), window_of(fine))
    return lines, exact | {"ansatz_fine": traced, "optimum_fine": traced}


def run_checks(
    plan: Plan,
    diagrams: dict[str, PhaseDiagram],
    agreements: dict[str, Agreement],
    exact: dict[str, Curves],
    lines: PhaseLines | None = None,
) -> tuple[Check, ...]:
    """Run every check on diagrams, agreements and exact curves named as in `Verification`."""
    fine, coarse = diagrams["optimum_fine"], diagrams["optimum"]
    names = {"ansatz_fine": "ansatz (fine grid)", "ansatz": "ansatz", "trained": "trained"}
    checks = [
        *(no_disagreement(name, agreements[key]) for key, name in names.items()),
        *(never_below(name, diagrams[key], fine if key == "ansatz_fine" else coarse) for key, name in names.items()),
        stationary(fine),
        independent_search(fine, plan.seed),
        mirrored(coarse) if plan.n_features == 2 else never_above_smaller(coarse),
        known_value(plan.n_features, plan.seed),
        sampled([diagrams[kind] for kind in ("ansatz", "optimum", "trained")], plan.seed),
        closed_form_boundaries(diagrams["ansatz_fine"]),
        known_boundary(plan.n_features),
        *_on_lines(diagrams, exact, lines),
    ]
    return tuple(check for check in checks if check is not None)


def _on_lines(
    diagrams: dict[str, PhaseDiagram], exact: dict[str, Curves], lines: PhaseLines | None
) -> tuple[Check | None, ...]:
    """Check that bisection, the equations, and tracing find the same boundaries of the optimum."""
    coarse, solved = diagrams["optimum"], exact["optimum"]
    found = [on_lines("bisected boundaries, against their equations", coarse.boundaries(), solved, BISECTED)]
    if lines is not None:
        fine, traced = diagrams["optimum_fine"], exact["optimum_fine"]
        same = traced_curves(lines, coarse.densities.tolist(), window_of(coarse))
        found.append(on_lines("bisected boundaries, against the traced lines", fine.boundaries(), traced, BISECTED))
        reason = "errors of both, and of the line between its points"
        found.append(on_lines("solved boundaries, against the traced lines", solved, same, reason))
    return tuple(found)
