"""An agreement in words, for a terminal or a log, and as plain data, for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .distance import BoundaryDistance
from .gaps import ALL
from .statuses import NOT_REACHED, STATUSES

if TYPE_CHECKING:
    from .agreement import Agreement
    from .confusion import Kappa

NARROW = 0.01
SAID = {0.5: "median", 0.9: "90 %", 1.0: "largest"}


def share_text(share: float, low: float, high: float) -> str:
    """Write a share and its interval in percent, with more digits where the interval is narrow."""
    digits = 1 if high - low > NARROW else 2
    return f"{share:.{digits}%} ({low:.{digits}%} … {high:.{digits}%})"


def described(agreement: Agreement) -> str:
    """Say the verdict, and every statistic with its interval, in some ten lines."""
    kappa, lines = agreement.kappa, [agreement.verdict]
    for name in STATUSES:
        row = agreement.shares.sel(status=name)
        effective = (
            f", worth {_counted(round(row.effective.item()), 'independent cell')}" if np.isfinite(row.effective) else ""
        )
        between = f"between {row.inner.item():.1%} and {row.outer.item():.1%} of the window by the grid{effective}"
        lines.append(f"  {_spoken(name)}: {share_text(*_three(row, 'share'))}, {between}")
    lines.append(f"  kappa of regimes: {kappa_text(kappa)}")
    lines.append(f"  excess / optimum's loss: {gap_text(agreement.loss_gaps.sel(of=ALL))}")
    for of in (ALL, NOT_REACHED):
        lines.append(f"  excess / margin, {_spoken(of)}: {gap_text(agreement.margin_gaps.sel(of=of))}")
    lines += [f"  boundary {distance_text(each)}" for each in agreement.boundary_distance]
    return "\n".join([*lines, "  intervals: Wilson's of 95 %, cells taken for a sample; gaps and boundaries: errors"])


def kappa_text(kappa: Kappa) -> str:
    """Write kappa and its interval, or why there is none."""
    if np.isnan(kappa.value):
        return "undefined, as both maps have one and the same regime throughout"
    return f"{kappa.value:.3f} ({kappa.low:.3f} … {kappa.high:.3f})"


def _counted(number: int, what: str, many: str = "") -> str:
    return f"{number} {what if number == 1 else many or f'{what}s'}"


def _three(row: xr.Dataset, name: str) -> tuple[float, float, float]:
    return row[name].item(), row.low.item(), row.high.item()


def gap_text(rows: xr.Dataset) -> str:
    """Write the median, the 90 % quantile and the largest of gaps, each with the further end of its enclosure."""
    cells, unscaled = int(rows.cells), int(rows.unscaled)
    left_out = f"; {_counted(unscaled, 'cell')} without a scale" if unscaled else ""
    if not cells:
        return f"no cell{left_out}"
    if np.isnan(rows.value).any():
        return f"unknown, as a loss is not a number, of {_counted(cells, 'cell')}{left_out}"
    said = []
    for q, word in SAID.items():
        value, low, high = _three(rows.sel(quantile=q), "value")
        said.append(f"{word} {value:.2e} ± {max(high - value, value - low):.0e}")
    return f"{', '.join(said)} of {_counted(cells, 'cell')}{left_out}"


def distance_text(each: BoundaryDistance) -> str:
    """Write the distance of one boundary in a line."""
    name = " | ".join(map(_spoken, each.between))
    densities = _counted(each.n_unmatched, "density", "densities")
    if not each.n_shared:
        return f"{name}: in one map only, at {densities}"
    low, high = each.median_interval
    return (
        f"{name}: median {each.median:.3g} decades of r ({low:.3g} … {high:.3g}), largest {each.largest:.3g} ± "
        f"{each.error:.1g}; {each.n_within} of {_counted(each.n_shared, 'density', 'densities')} within errors; "
        f"{densities} {'has' if each.n_unmatched == 1 else 'have'} it in one map only"
    )


def plain(agreement: Agreement) -> dict[str, Any]:
    """Give the verdict and every statistic as plain data; what is not finite stays so."""
    data = agreement.data
    return {
        "agrees": agreement.agrees,
        "verdict": agreement.verdict,
        "cells": int(agreement.cells.size),
        **{name: str(data.attrs[name]) for name in ("kind", "method", "optimum_method", "version")},
        "shares": by_name(agreement.shares, "status"),
        "confusion": {
            str(row): by_name(agreement.confusion_shares.sel(optimum=row), "other")
            for row in agreement.confusion.optimum.values
        },
        "kappa": agreement.kappa._asdict(),
        "loss_gaps": _gaps(agreement.loss_gaps),
        "margin_gaps": _gaps(agreement.margin_gaps),
        "boundaries": by_name(agreement.boundaries, "boundary"),
        "tolerances": {name: each._asdict() for name, each in agreement.tolerances.items()},
        "worst": [cell._asdict() for cell in agreement.worst],
    }


def _gaps(found: xr.Dataset) -> dict[str, Any]:
    return {
        str(name): {
            "cells": int(found.cells.sel(of=name)),
            "unscaled": int(found.unscaled.sel(of=name)),
            "quantiles": {
                str(q): values
                for q, values in by_name(found.drop_vars(["cells", "unscaled"]).sel(of=name), "quantile").items()
            },
        }
        for name in found["of"].values
    }


def by_name(found: xr.Dataset, dim: str) -> dict[str, dict[str, Any]]:
    """Turn a table with one dimension into a dict of rows."""
    return {
        str(label): {str(name): values.values[k].item() for name, values in found.data_vars.items()}
        for k, label in enumerate(found[dim].values)
    }


def _spoken(name: str) -> str:
    return name.replace("_", " ")
