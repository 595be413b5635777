"""Where the extra feature appears, and whether by a jump.

Where the extra feature of the (2,1) toy appears, and whether by a jump: theory beside a search.
"""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic import symbolic

SOLVER = tt.Multistart(n_starts=8, seed=0)
HALVINGS = 12  # of the bracket: 1e-4 in r, less than a marker


def appears_at(density: float) -> float:
    """Bisect for the importance beyond which the best model that is found represents the extra feature."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        solution = tt.minimize(tt.Problem.toy(2, importance=middle, density=density), SOLVER)
        dropped = solution.regimes[-1] is tt.Regime.NOT_REPRESENTED
        low, high = (middle, high) if dropped else (low, middle)
    return (low + high) / 2


def figure() -> Figure:
    """Draw the threshold with the search's boundary, and the cubic coefficient."""
    threshold, kappa, line = (
        symbolic.to_numpy(expression)
        for expression in (
            symbolic.stability_threshold(),
            symbolic.onset_coefficient(),
            symbolic.ansatz_boundary(("not_represented", "antipodal")),
        )
    )
    p, searched = np.linspace(0.005, 1, 300), np.linspace(0.05, 0.95, 13)
    fig = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = fig.subplots(1, 2)
    left.plot(p, threshold(p), label="$r_s$, end of local stability")
    left.plot(p[p < 4 / 7], line(p[p < 4 / 7]), "--", label="published ansatz")
    left.plot(searched, [appears_at(float(x)) for x in searched], "k.", label="search over all models")
    left.set(xlabel="density p", ylabel="importance r", xlim=(0, 1), ylim=(0, 1.02))
    left.legend(frameon=False)
    right.plot(p, kappa(p))
    right.axhline(0, color="0.7", lw=0.8)
    right.fill_between(p, 0, kappa(p), where=kappa(p) > 0, alpha=0.3, label="continuous onset")
    right.set(xlabel="density p", ylabel="$\\kappa$", xlim=(0, 1))
    right.legend(frameon=False, loc="lower left")
    return fig
