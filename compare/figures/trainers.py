"""How near the same initial models come to the optimum by each way to train: every model a mark, by verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ..training.nearness import Verdict
from .canvas import FONT, TITLE_FONT
from .colors import BLUE, INK, ORANGE, VERMILLION

if TYPE_CHECKING:
    from ..training.trainers import Trainers

SIZE = (8.6, 3.9)  # inches
FLOOR = 1e-9  # relative excess: what is less is drawn here
VERDICT_COLORS = {Verdict.REACHED: BLUE, Verdict.SHORT: ORANGE, Verdict.ELSEWHERE: VERMILLION}
VERDICT_WORDS = {
    Verdict.REACHED: "reached: within 1 % of the optimum's loss",
    Verdict.SHORT: "short of it: descent from here ends at the optimum",
    Verdict.ELSEWHERE: "elsewhere: it ends at another minimum",
}


def trainers(found: Trainers) -> Figure:
    """Draw every model's excess loss, way by way, and the shares of the verdicts.

    Parameters
    ----------
    found : Trainers

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2.2, 1))
    names = list(found.models)
    for row, near in enumerate(found.models.values()):
        excess = np.maximum(near.excess.ravel(), FLOOR)
        place = row + np.linspace(-0.3, 0.3, excess.size)  # in the order of cells, so that ways can be compared
        start = 0.0
        for verdict, color in VERDICT_COLORS.items():
            chosen = (near.verdicts == verdict).ravel()
            label = VERDICT_WORDS[verdict] if row == 0 else None
            left.plot(excess[chosen], place[chosen], ".", color=color, ms=4, label=label)
            part = near.count(verdict) / excess.size
            right.barh(row, part, left=start, color=color, height=0.6)
            ink = INK if verdict == Verdict.SHORT else "white"
            if part > 0.13:  # room for the number
                right.text(start + part / 2, row, f"{part:.0%}", ha="center", va="center", fontsize=FONT, color=ink)
            start += part
    left.set_xscale("log")
    left.set_xlim(FLOOR / 2, None)
    left.set_xlabel(f"loss above the optimum's, relative to it ({FLOOR:g} or less at the left edge)", fontsize=FONT)
    left.set_yticks(range(len(names)), names, fontsize=FONT)
    left.invert_yaxis()
    right.set_xlim(0, 1)
    right.set_xlabel("share of models", fontsize=FONT)
    for ax in (left, right):
        ax.tick_params(labelsize=FONT)
    toy = f"{found.n_features} features in {found.n_hidden} dimension" + ("s" if found.n_hidden > 1 else "")
    cells, instances = next(iter(found.models.values())).excess.shape
    figure.suptitle(f"{toy}: the same {instances} initial models in each of {cells} cells", fontsize=TITLE_FONT)
    figure.legend(loc="outside lower center", ncols=1, frameon=False, fontsize=FONT, markerscale=2.5)
    return figure
