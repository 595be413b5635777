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
from .diagram import PhaseDiagram, phase_diagram
from .findings import Mismatch, mismatches
from .maps import Method, Progress
from .plans import Plan

Stages = Callable[[str], Progress | None]


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
    """

    plan: Plan
    diagrams: dict[str, PhaseDiagram]
    agreements: dict[str, Agreement]
    mismatch: tuple[Mismatch, ...]
    checks: tuple[Check, ...]

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
    if stages:
        stages("comparing")
    agreements = {
        "ansatz_fine": agreement(diagrams["ansatz_fine"], diagrams["optimum_fine"]),
        "ansatz": agreement(diagrams["ansatz"], diagrams["optimum"]),
        "trained": agreement(diagrams["trained"], diagrams["optimum"]),
    }
    shares = mismatches(diagrams["ansatz_fine"], diagrams["optimum_fine"])
    return Verification(plan, diagrams, agreements, shares, run_checks(plan, diagrams, agreements))


def run_checks(plan: Plan, diagrams: dict[str, PhaseDiagram], agreements: dict[str, Agreement]) -> tuple[Check, ...]:
    """Run every check on diagrams and agreements named as in `Verification`."""
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
    ]
    return tuple(check for check in checks if check is not None)
