"""Hysteresis: loops of ‖W_e‖ over density, delays of the jumps by rate, and jumps at several importances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, GREEN, INK, SKY, VERMILLION

if TYPE_CHECKING:
    from ..training.hysteresis import Hysteresis

SIZE = (12.4, 5.0)  # inches
SHADES = (SKY, BLUE, INK)  # of loops, from fast to slow
SIDES = {"up": VERMILLION, "down": GREEN}
ENDS = {"up": "lost above the fold", "down": "found below the threshold"}


def hysteresis_loops(found: Hysteresis) -> Figure:
    """Draw whole loops, the delay of each jump against the rate with its law, and slow jumps on the spinodals.

    Parameters
    ----------
    found : Hysteresis

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    loops, delays, ladder = figure.subplots(1, 3)
    draw_loops(loops, found)
    draw_delays(delays, found)
    draw_ladder(ladder, found)
    return figure


def draw_loops(ax: Axes, found: Hysteresis) -> None:
    """Draw ‖W_e‖ on the way up and down, and where the minima end."""
    for k, loop in enumerate(found.loops):
        color = SHADES[min(k, len(SHADES) - 1)]
        ax.plot(loop.density, loop.up, color=color, lw=1.4, label=f"rate {loop.rate:.0e}")
        ax.plot(loop.density, loop.down, color=color, lw=1.4, ls=(0, (4, 2)))
    for name, place in (
        ("threshold", found.down.spinodal),
        ("equal loss", found.crossing),
        ("fold", found.up.spinodal),
    ):
        ax.axvline(place, color=INK, lw=0.7, ls=":")
        ax.annotate(name, (place, 1.3), fontsize=FONT - 1, ha="right", va="top", rotation=90)
    ax.set_ylim(-0.02, 1.32)
    ax.set_xlabel("density p: solid rising, dashed falling", fontsize=FONT)
    ax.set_ylabel(r"$\Vert W_e \Vert$ of the extra feature", fontsize=FONT)
    ax.set_title(f"loops at importance {found.importance:g}", fontsize=TITLE_FONT)
    ax.tick_params(labelsize=FONT)
    if found.loops:
        ax.legend(frameon=False, fontsize=FONT - 1, loc="upper right")


def draw_delays(ax: Axes, found: Hysteresis) -> None:
    """Draw how far behind the spinodal each jump comes, by the rate of the sweep."""
    rates = np.concatenate([found.up.rates, found.up.sampled_rates])
    shown = []
    for side in (found.up, found.down):
        color = SIDES[side.way]
        ax.plot(side.rates, side.delays, "o", color=color, ms=4, label=f"{ENDS[side.way]}, exact")
        law = (side.predicted if np.isfinite(side.predicted) else side.coefficient) * side.rates**side.power
        shown += [side.delays, law]
        said = "from the fold's derivatives" if np.isfinite(side.predicted) else "coefficient fitted"
        power = {2 / 3: "2/3", 1 / 2: "1/2"}[side.power]
        ax.plot(side.rates, law, color=color, lw=0.9, label=f"rate^{power}, {said}")
        if np.isfinite(side.sampled).any():
            style: Any = {"fmt": "s", "mfc": "none", "ms": 6, "lw": 1}
            bars = 2 * side.sampled_error
            ax.errorbar(
                side.sampled_rates,
                side.sampled_delays,
                bars,
                color=color,
                label=f"{ENDS[side.way]}, on samples",
                **style,
            )
            shown.append(side.sampled_delays)
    heights = np.concatenate(shown)
    log_axis(ax, "x", rates.min() / 1.5, rates.max() * 1.5, "rate of the sweep, dp/dt")
    log_axis(ax, "y", np.nanmin(heights) / 1.5, np.nanmax(heights) * 1.8, "distance of the jump from the spinodal in p")
    ax.set_title("the slower, the nearer to the spinodal", fontsize=TITLE_FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)


def draw_ladder(ax: Axes, found: Hysteresis) -> None:
    """Draw the spinodals over importance, and the jumps of slow sweeps on them."""
    if not found.ladder:
        ax.set_visible(False)
        return
    r, fold, threshold, up, down = np.array(found.ladder).T
    for line, jump, way in ((fold, up, "up"), (threshold, down, "down")):
        name = "fold" if way == "up" else "threshold"
        ax.plot(r, line, color=SIDES[way], lw=1, label=f"spinodal: {name}")
        ax.plot(
            r, jump, "^" if way == "up" else "v", color=SIDES[way], mfc="none", ms=7, label=f"jump on the way {way}"
        )
    ax.set_xlabel("relative importance of the extra feature, r", fontsize=FONT)
    ax.set_ylabel("density p", fontsize=FONT)
    ax.set_title(f"jumps at rate {found.ladder_rate:.0e}", fontsize=TITLE_FONT)
    ax.tick_params(labelsize=FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper left")
