"""A comparison of any number of maps in words, and as plain data, for JSON."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .agreement_text import by_name, share_text

if TYPE_CHECKING:
    from .agreements import Agreements


def described(found: Agreements) -> str:
    """Say the verdict, then one line for each pair."""
    shares = found.shares.sel(status="unanimous")
    lines = [found.verdict, f"  unanimous: {share_text(*(shares[name].item() for name in ('share', 'low', 'high')))}"]
    lines += [f"  {name}: {judged.verdict}" for name, judged in found.against.items()]
    lines += [f"  {pair_text(found.pairs, a, b)}" for a, b in combinations(found.names, 2)]
    return "\n".join([*lines, "  intervals: Wilson's of 95 %, cells taken for a sample; excess and boundaries: errors"])


def pair_text(pairs: xr.Dataset, first: str, second: str) -> str:
    """Write what two maps share in one line."""
    row = pairs.sel(first=first, second=second)
    same = share_text(*(row[name].item() for name in ("share", "low", "high")))
    kappa = "undefined" if np.isnan(row.kappa) else f"{row.kappa.item():.3f}"
    gap = f"losses apart by up to {row.gap_largest.item():.2e} ± {row.gap_error.item():.0e} of the smaller"
    if np.isnan(row.boundary_largest):
        far = "no density with a boundary in both"
    else:
        far = f"boundaries by up to {row.boundary_largest.item():.3g} ± {row.boundary_error.item():.1g} decades of r"
    return f"{first}, {second}: same regime {same}, kappa {kappa}; {gap}; {far}"


def plain(found: Agreements) -> dict[str, Any]:
    """Give the verdict, every pair and every judgment as plain data; what is not finite stays so."""
    return {
        "names": list(found.names),
        "kinds": [str(kind) for kind in found.data.kind.values],
        "reference": found.reference,
        "agrees": found.agrees,
        "verdict": found.verdict,
        "shares": by_name(found.shares, "status"),
        "pairs": [_pair(found.pairs, a, b) for a, b in product(found.names, repeat=2) if a != b],
        "against": {name: judged.to_dict() for name, judged in found.against.items()},
        "consensus": found.consensus.values.tolist(),
        "votes": found.votes.values.tolist(),
    }


def _pair(pairs: xr.Dataset, first: str, second: str) -> dict[str, Any]:
    row = pairs.sel(first=first, second=second)
    numbers = {str(name): value.values.tolist() for name, value in row.data_vars.items()}
    return {"first": first, "second": second} | numbers
