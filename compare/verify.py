"""The main job: ansatz, optimum and trained maps of one toy, compared with each other and with what must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .agreement import Agreement
from .checks import Check
from .crosschecks.evidence import AGREEMENTS, MAPS, Curves, Evidence, Stages
from .crosschecks.running import Skipped, run_checks
from .diagram import PhaseDiagram
from .distance import BoundaryDistance, boundary_distances
from .findings import Mismatch, mismatches
from .lines import PhaseLines
from .plans import Plan
from .statuses import AGREES, DISAGREEMENT


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
    skipped : tuple of Skipped
        The checks of the declared list that had nothing to compare, and why.
    """

    plan: Plan
    diagrams: dict[str, PhaseDiagram]
    agreements: dict[str, Agreement]
    mismatch: tuple[Mismatch, ...]
    checks: tuple[Check, ...]
    lines: PhaseLines | None
    exact: dict[str, Curves]
    skipped: tuple[Skipped, ...] = ()

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


def verify(plan: Plan, stages: Stages | None = None, folder: Path | None = None) -> Verification:
    """Compute the three maps of a toy, and compare them.

    Parameters
    ----------
    plan : Plan
    stages : callable, optional
        Given the name of a stage that starts, returns a progress function (done, total) for it.
    folder : Path, optional
        Where the maps will be saved, for what checks say about how to look closer.

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
    evidence = Evidence(plan, stages, folder)
    diagrams = {name: evidence.map(name) for name in MAPS}
    exact = {name: evidence.exact(name) for name in MAPS if plan.traces_lines or not name.endswith("_fine")}
    evidence.stage("comparing")
    agreements = {name: evidence.agreement(name) for name in AGREEMENTS}
    shares = mismatches(diagrams["ansatz_fine"], diagrams["optimum_fine"])
    checks, skipped = run_checks(evidence)
    return Verification(plan, diagrams, agreements, shares, checks, evidence.lines, exact, skipped)
