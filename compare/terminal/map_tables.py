"""Diagrams and verifications as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import numpy as np

from ..agreement import AGREES, DISAGREEMENT, NOT_REACHED, Agreement
from ..diagram import PhaseDiagram
from ..findings import EXCESS_QUANTILES, Reached, reached
from ..summary import shares
from ..verify import Verification
from .check_tables import check_parts
from .tables import table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

LABELS = {"ansatz_fine": "ansatz, fine", "ansatz": "ansatz", "trained": "trained, best"}
STATUSES = ("agrees", "not\nreached", "dis-\nagree")
QUANTILES = {0.5: "median", 0.9: "90 %", 1.0: "largest"}


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
    instances = reached(verification.diagrams["trained"], verification.diagrams["optimum"])
    return [
        _pairs(agreements, stream),
        _instances(instances, stream),
        f"The published ansatz gives the extra feature {lost} of {cells} cells.",
        _distances(agreements, stream),
        *check_parts(verification.checks, verification.skipped, stream),
        f"Verdict: {verification.verdict}",
    ]


def _pairs(agreements: dict[str, Agreement], stream: TextIO) -> Group:
    columns = ["against the optimum", "cells", *STATUSES, *(f"{QUANTILES[q]}\nexcess" for q in QUANTILES)]
    rows = [
        [
            name,
            str(agreement.cells.size),
            *(f"{agreement.share(status):.1%}" for status in (AGREES, NOT_REACHED, DISAGREEMENT)),
            *(f"{float(agreement.loss_gap.sel(quantile=q)):.1e}" for q in QUANTILES),
        ]
        for name, agreement in agreements.items()
    ]
    return table("Maps, cell by cell, and their excess loss relative to the optimum's", columns, rows, stream)


def _instances(rows: tuple[Reached, ...], stream: TextIO) -> Group:
    columns = ["models", *STATUSES, *(f"{name}\nexcess" for name in QUANTILES.values())]
    cells = []
    for r in rows:
        excess = dict(zip(EXCESS_QUANTILES, r.excess, strict=True))
        statuses = [f"{share:.1%}" for share in (r.same_regime, r.not_reached, r.disagreement)]
        cells.append([r.models, *statuses, *(f"{excess[q]:.1e}" for q in QUANTILES)])
    return table("Trained models", columns, cells, stream)


def _distances(agreements: dict[str, Agreement], stream: TextIO) -> Group:
    rows = [
        [
            f"{name}: {' | '.join(d.between)}",
            *_numbers(d.median, d.largest, d.error),
            f"{d.n_shared}",
            f"{d.n_unmatched}",
        ]
        for name, agreement in agreements.items()
        for d in agreement.boundary_distance
    ]
    columns = ["boundary", "median", "largest", "error", "densities\nshared", "not\nshared"]
    return table("Distance from the optimum's boundaries, in decades of importance", columns, rows, stream)


def _shares(diagram: PhaseDiagram, of: str) -> list[list[str]]:
    return [[label, f"{share:.1%}"] for label, share in shares(diagram, of).items()]


def _numbers(*values: float) -> list[str]:
    return [f"{value:.2e}" if np.isfinite(value) else "-" for value in values]
