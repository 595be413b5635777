"""A confusion matrix with the interval of every share."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from ..agreement import Agreement
from .agreement_maps import check_agreement
from .canvas import FONT, TITLE_FONT, axes_on
from .colors import BLUE, GREY, INK, spoken

SIZE = (5.6, 4.6)
SHARES = LinearSegmentedColormap.from_list("shares", ["#ffffff", BLUE])
DARK = 0.55  # of the color scale: text is white beyond it
NOTHING = "no cell"


def confusion_matrix(agreement: Agreement, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw which regime stands where the optimum has which: shares of each row, with Wilson's 95 % intervals.

    Parameters
    ----------
    agreement : Agreement
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional

    Returns
    -------
    matplotlib Axes
        A row for each regime of the optimum; a row that holds no cell is grey, and says so.

    Raises
    ------
    TypeError
        If an argument is of another type.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")]
    >>> ax = plot.confusion_matrix(tt.agreement(*maps))
    >>> ax.get_ylabel()
    'regime in the optimum'
    """
    check_agreement(agreement)
    ax = axes_on(ax, SIZE)
    found, kind = agreement.confusion_shares, agreement.data.attrs["kind"]
    shares = found.share.values
    ax.set_facecolor(GREY)
    ax.imshow(np.ma.masked_invalid(shares), cmap=SHARES, vmin=0, vmax=1, aspect="auto").set_gid("shares")
    for i, row in enumerate(shares):
        if np.isnan(row).all():
            ax.text((len(row) - 1) / 2, i, NOTHING, ha="center", va="center", fontsize=FONT, color=INK)
            continue
        for j, share in enumerate(row):
            low, high, cells = (found[name].values[i, j] for name in ("low", "high", "cells"))
            text = f"{share:.1%}\n({low:.1%} … {high:.1%})\n{cells} cells"
            color = "white" if share > DARK else INK
            ax.text(j, i, text, ha="center", va="center", fontsize=FONT, color=color)
    label_matrix(ax, [spoken(name) for name in found.optimum.values], [spoken(name) for name in found.other.values])
    ax.set_ylabel("regime in the optimum", fontsize=FONT)
    ax.set_xlabel(f"regime in the {kind} map" if kind != "optimum" else "regime in the other optimum", fontsize=FONT)
    ax.set_title(_title(agreement) if title is None else title, fontsize=TITLE_FONT)
    return ax


def _title(agreement: Agreement) -> str:
    kappa = agreement.kappa
    if np.isnan(kappa.value):
        return "shares of each row; kappa is undefined: one regime throughout"
    return f"shares of each row; kappa {kappa.value:.3f} ({kappa.low:.3f} … {kappa.high:.3f})"


def label_matrix(ax: Axes, rows: list[str], columns: list[str]) -> None:
    """Name rows and columns, and part the cells by white lines."""
    ax.set_xticks(range(len(columns)), columns, fontsize=FONT)
    ax.set_yticks(range(len(rows)), rows, fontsize=FONT, rotation=90, va="center")
    ax.set_xticks(np.arange(1, len(columns)) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, len(rows)) - 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=2)
    ax.tick_params(which="both", length=0)
