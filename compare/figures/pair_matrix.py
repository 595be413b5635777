"""Any number of maps, each pair a cell: how much they agree, with the interval or error of every number."""

from __future__ import annotations

import textwrap

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LogNorm, Normalize
from numpy.typing import NDArray

from ...analytic.domain import nearest
from ..agreements import Agreements
from .canvas import FONT, TITLE_FONT, axes_on
from .colors import GREY, INK
from .confusion_matrix import DARK, SHARES, label_matrix

Array = NDArray[np.float64]
INCH, BORDER = 1.35, 1.6  # of a cell, and of labels around them
WIDEST = 16  # characters of a name on one line
TITLES = {
    "share": "same regime of the extra feature: share of cells",
    "kappa": "agreement of regimes beyond chance: kappa",
    "gap_largest": "largest difference of losses, relative to the smaller",
    "boundary_largest": "largest distance of a boundary, in decades of r",
}


def pair_matrix(found: Agreements, of: str = "share", ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw one number of every pair of maps.

    Parameters
    ----------
    found : Agreements
    of : {"share", "kappa", "gap_largest", "boundary_largest"}
        Shares and kappas have Wilson's 95 % intervals below them, the others their errors.
    ax : matplotlib Axes, optional
        Of a new Figure if left out, large enough for the maps' number; no pyplot state is touched.
    title : str, optional

    Returns
    -------
    matplotlib Axes
        Symmetric; the diagonal is left empty. Darker is further from agreement in the last two.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If `of` is none of these.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> from toytoy.compare.agreements import agreements
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")]
    >>> print(plot.pair_matrix(agreements(maps)).texts[0].get_text())
    100.0%
    (51.0% … 100.0%)
    """
    check_agreements(found)
    if of not in TITLES:
        raise ValueError(nearest("of", of, TITLES))
    side = INCH * len(found.names) + BORDER
    ax = axes_on(ax, (side + 0.4, side))
    values = found.pairs[of].values.astype(float)
    np.fill_diagonal(values, np.nan)
    norm, palette = _scale(of, values)
    ax.set_facecolor(GREY)
    ax.imshow(np.ma.masked_invalid(values), cmap=palette, norm=norm, aspect="auto").set_gid("pairs")
    for i, j in np.ndindex(values.shape):
        if i != j:
            dark = np.isfinite(values[i, j]) and float(norm(values[i, j])) > DARK
            text = pair_label(found.pairs.isel(first=i, second=j), of)
            ax.text(j, i, text, ha="center", va="center", fontsize=FONT, color="white" if dark else INK)
    names = [textwrap.fill(name, WIDEST) for name in found.names]
    label_matrix(ax, names, names)
    ax.set_title(TITLES[of] if title is None else title, fontsize=TITLE_FONT)
    return ax


def check_agreements(found: object) -> Agreements:
    """Return a comparison as given.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(found, Agreements):
        kind = type(found).__name__
        raise TypeError(f"found must be Agreements, got found of type {kind}; make them with agreements([a, b, ...])")
    return found


def pair_label(row: xr.Dataset, of: str) -> str:
    """Write a pair's number, and below it how well it is known."""
    value = row[of].item()
    if np.isnan(value):
        return "undefined" if of == "kappa" else "none in both" if of.startswith("boundary") else "no number"
    if of == "share":
        return f"{value:.1%}\n({row.low.item():.1%} … {row.high.item():.1%})"
    if of == "kappa":
        return f"{value:.3f}\n({row.kappa_low.item():.3f} … {row.kappa_high.item():.3f})"
    error = row[of.replace("largest", "error")].item()
    return f"{value:.2g}\n± {error:.0e}"


def _scale(of: str, values: Array) -> tuple[Normalize, Colormap]:
    """Choose colors that part the values that are met; losses and distances over no more than two decades."""
    met = values[np.isfinite(values)]
    if of in ("share", "kappa"):
        least = met.min() if met.size else 0.0
        return Normalize(max(0.0, min(2 * least - 1, 0.9)), 1, clip=True), SHARES
    top = met.max() if met.size and met.max() > 0 else 1.0
    return LogNorm(top / 100, top, clip=True), colormaps["cividis"].reversed()
