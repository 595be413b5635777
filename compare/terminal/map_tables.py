"""Diagrams and verifications as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ..diagram import PhaseDiagram
from ..findings import reached
from ..summary import shares
from ..verify import Verification
from .agreement_tables import confusions, distances, instances, intervals, pairs
from .check_tables import check_parts
from .tables import table

if TYPE_CHECKING:
    from rich.console import RenderableType

LABELS = {"ansatz_fine": "ansatz, fine", "ansatz": "ansatz", "trained": "trained, best"}


def diagram_parts(diagram: PhaseDiagram, stream: TextIO) -> list[RenderableType]:
    """Lay out the shares of regimes and phases."""
    data = diagram.data
    kind, method = data.attrs["kind"], data.attrs["method"]
    intro = f"{kind}, {data.sizes['density']} x {data.sizes['importance']} cells"
    intro += "" if method == kind else f": {method}"
    tables = [
        table(f"Share of cells by the extra feature's {of}", [of, "share"], _shares(diagram, of), stream)
        for of in ("regime", "phase")
    ]
    return [intro, *tables]


def verification_parts(verification: Verification, stream: TextIO) -> list[RenderableType]:
    """Lay out a verification: each pair of maps, their boundaries, each check, and what failed where."""
    agreements = {LABELS[key]: agreement for key, agreement in verification.agreements.items()}
    lost = " and ".join(f"another {m.of} in {m.share:.2%}" for m in verification.mismatch)
    cells = verification.diagrams["ansatz_fine"].data.loss.size
    models = reached(verification.diagrams["trained"], verification.diagrams["optimum"])
    return [
        pairs(agreements, stream),
        intervals(agreements, stream),
        confusions(agreements, stream),
        instances(models, stream),
        f"The published ansatz gives the extra feature {lost} of {cells} cells.",
        distances(agreements, stream),
        *check_parts(verification.checks, verification.skipped, stream),
        f"Verdict: {verification.verdict}",
    ]


def _shares(diagram: PhaseDiagram, of: str) -> list[list[str]]:
    return [[label, f"{share:.1%}"] for label, share in shares(diagram, of).items()]
