"""What a notebook shows of an agreement: a small map, shares, and what came of the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..analytic.cards import card, facts, shown, stack, table
from ..analytic.markup import Markup, percent
from .agreement_text import kappa_text
from .figures.colors import STATUS_COLORS, spoken
from .notebook import map_block

if TYPE_CHECKING:
    from .agreement import Agreement


def agreement_html(found: Agreement) -> str | None:
    """Write an agreement's card, or nothing where its data was tampered with."""
    return shown(agreement_card, found)


def agreement_card(found: Agreement) -> Markup:
    """Show what came of a comparison."""
    statuses = map_block(found.cells.values, STATUS_COLORS, "what came of each cell")
    gaps = {
        f"{q:g}": float(value)
        for q, value in zip(found.loss_gap["quantile"].values, found.loss_gap.values, strict=True)
    }
    excess = f"median {gaps['0.5']:.3g}, 90 % of cells up to {gaps['0.9']:.3g}, largest {gaps['1']:.3g}"
    if np.isnan(gaps["1"]):
        excess = "unknown: a loss is not a number"
    more = facts({"excess loss over the optimum's": excess, "Cohen's kappa": kappa_text(found.kappa)})
    return card(
        "Agreement", found.verdict, stack(statuses, _shares(found)), more, _confusion(found), *_distances(found)
    )


def _shares(found: Agreement) -> Markup:
    data = found.shares
    columns = (data[name].values for name in ("status", "cells", "share", "low", "high"))
    rows = [
        (spoken(str(status)), int(cells), percent(float(share)), f"{percent(float(low))} to {percent(float(high))}")
        for status, cells, share, low, high in zip(*columns, strict=True)
    ]
    return table("Cells by what came of the comparison", ("status", "cells", "share", "95 % interval"), rows)


def _confusion(found: Agreement) -> Markup:
    names = [str(name) for name in found.confusion["other"].values]
    rows = [
        (f"optimum: {spoken(str(name))}", *map(int, counts))
        for name, counts in zip(found.confusion["optimum"].values, found.confusion.values, strict=True)
    ]
    return table("Regime of the extra feature, in cells", ("cells", *(f"other: {spoken(n)}" for n in names)), rows)


def _distances(found: Agreement) -> list[Markup]:
    rows = [
        (" | ".join(map(spoken, each.between)), each.median, each.largest, each.error, each.n_shared)
        for each in found.boundary_distance
        if each.n_shared
    ]
    header = ("boundary, by rising r", "median", "largest", "its error", "densities shared")
    return [table("Distance of boundaries, in decades of r", header, rows)] if rows else []
