"""What probes read: share against capacity, features' worth over density, and the area under the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, GREEN, INK, ORANGE, VERMILLION

if TYPE_CHECKING:
    from ..training.probes import ProbeRow, Probes

SIZE = (11.0, 3.9)  # inches
MARKERS = {"optimum": "o", "trained": "s"}
MAP = "viridis"
LABELS = {"output_share": "model's output", "share": "linear probes", "capacity": r"own directions: $\Sigma C_i$"}


def probed(found: Probes) -> Figure:
    """Draw R² against capacity, their sums over density, and how well activity is told, feature by feature.

    Parameters
    ----------
    found : Probes

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    densities = [row.density for row in found.rows]
    norm = LogNorm(min(densities) / 1.01, max(densities) * 1.01)
    _against_capacity(left, found, norm)
    bar = figure.colorbar(ScalarMappable(norm, MAP), ax=left, location="top", aspect=30, shrink=0.9)
    bar.set_label("feature density p", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    _sums(middle, found)
    _areas(right, found)
    for ax in (middle, right):
        log_axis(ax, "x", min(densities) / 1.25, max(densities) * 1.25, "feature density p")
    for ax in (left, middle, right):
        ax.tick_params(labelsize=FONT)
    middle.set_title(f"{found.n_features} features in {found.n_hidden} dimensions", fontsize=TITLE_FONT)
    right.set_title("telling active from silent", fontsize=TITLE_FONT)
    return figure


def _against_capacity(ax: Axes, found: Probes, norm: LogNorm) -> None:
    ax.plot([0, 1], [0, 1], color=INK, lw=0.7, zorder=0)
    for row in found.rows:
        color = colormaps[MAP](norm(row.density))
        face = color if row.kind == "optimum" else "none"
        ax.plot(row.capacity, row.share, "o", mfc=face, mec=color, ms=5)
        ax.plot(row.capacity, row.output_share, "^", mfc=face, mec=color, ms=5)
    ax.plot([], [], "o", color=INK, ms=5, label="linear probe")
    ax.plot([], [], "^", color=INK, ms=5, label="model's output")
    ax.plot([], [], "o", mfc="none", mec=INK, ms=5, label="open: trained models")
    ax.legend(fontsize=FONT, frameon=False, loc="lower right")
    ax.set(xlim=(-0.04, 1.04), ylim=(-0.06, 1.04))
    ax.set_xlabel("capacity $C_i$: R² along its own direction", fontsize=FONT)
    ax.set_ylabel("R² of each feature", fontsize=FONT)


def _sums(ax: Axes, found: Probes) -> None:
    for kind, marker in MARKERS.items():
        rows = found.of(kind)
        if not rows:
            continue
        x = [row.density for row in rows]
        style = "-" if kind == "optimum" else ":"
        for name, color in (("output_share", VERMILLION), ("share", BLUE), ("capacity", ORANGE)):
            sums = [float(getattr(row, name).sum()) for row in rows]
            face = color if kind == "optimum" else "none"
            shown = LABELS[name] if kind == "optimum" else None
            ax.plot(x, sums, style, marker=marker, mfc=face, color=color, ms=5, label=shown)
    if found.of("trained"):
        ax.plot([], [], "s:", mfc="none", color=INK, ms=5, label="dotted: trained models")
    ax.set_ylim(0, found.n_features * 1.05)
    ax.set_ylabel("features' worth read, Σ R²", fontsize=FONT)
    ax.legend(fontsize=FONT, frameon=False, loc="lower left")


def _areas(ax: Axes, found: Probes) -> None:
    for kind, marker in MARKERS.items():
        shift = 0.97 if kind == "optimum" else 1.03
        color = GREEN if kind == "optimum" else INK
        rows = found.of(kind)
        for k, row in enumerate(rows):
            _cloud(ax, row, row.density * shift, marker, color, f"{kind}, a dot a feature" if k == 0 else None)
    ax.axhline(0.5, color=INK, lw=0.6, ls=(0, (2, 2)), zorder=0)
    ax.set_ylim(0.35, 1.02)
    ax.set_ylabel("area under the curve of the linear probe", fontsize=FONT)
    ax.legend(fontsize=FONT, frameon=False, loc="lower left")


def _cloud(ax: Axes, row: ProbeRow, x: float, marker: str, color: str, label: str | None) -> None:
    seen = np.isfinite(row.auc)
    places = x * np.exp(np.linspace(-0.06, 0.06, len(seen)))  # side by side, so that bars do not hide each other
    error = np.where(seen, row.auc_error, 0.0)
    ax.errorbar(places, row.auc, error, fmt=marker, color=color, mfc="none", ms=3.5, lw=0.8, label=label)
