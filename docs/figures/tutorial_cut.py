"""Along a line of equal density in the (2,1) toy: losses and the extra's weight, by theory, search and training."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.numeric.trained import train_many

DENSITY = 0.5
FINE, COARSE = 57, 15  # importances from 0.3 to 1
NAMES = {"not_represented": "theory: extra dropped", "antipodal": "theory: a pair"}  # the third is far above them
TRAINED = tt.Trained(steps=2000, batch=128, lr=5e-3, n_instances=5, seed=0)  # as on the page


def toys(count: int) -> list[tt.Problem]:
    """Make toys of equal density and growing importance of the extra."""
    return [tt.Problem.toy(2, importance=float(r), density=DENSITY) for r in np.linspace(0.3, 1, count)]


def optima(problems: list[tt.Problem]) -> list[tt.Solution]:
    """Search each toy."""
    return [tt.minimize(problem, tt.Multistart(n_starts=8, seed=0)) for problem in problems]


def figure() -> Figure:
    """Draw what each answer loses above the optimum, and how long it makes the extra's weight."""
    fine, coarse = toys(FINE), toys(COARSE)
    best = optima(fine)
    r, least = np.array([p.importances[1] for p in fine]), np.array([s.loss.value for s in best])
    fig = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = fig.subplots(1, 2)
    frozen = {name: np.array([tt.ansatz(name, p).loss.value for p in fine]) for name in NAMES}
    for (name, label), color in zip(NAMES.items(), ("0.5", "tab:orange"), strict=True):
        left.plot(r, 100 * (frozen[name] / least - 1), color=color, label=label)
    models = train_many(coarse, TRAINED)
    for problem, solution, weights, bias in zip(coarse, optima(coarse), models.weights, models.bias, strict=True):
        excess = tt.loss(problem, weights, bias) / solution.loss.value - 1
        at = np.full(len(excess), float(problem.importances[1]))
        left.plot(at, 100 * excess, "k.", alpha=0.6, label="trained" if problem is coarse[0] else None)
        right.plot(at, np.abs(weights[:, 0, 1]), "k.", alpha=0.6, label="trained" if problem is coarse[0] else None)
    right.plot(r, [abs(solution.weights[0, 1]) for solution in best], "tab:red", label="optimum", zorder=0)
    right.step([0.3, 2 / 3, 1], [0, 0, 1], color="0.5", label="theory: the better of two")
    left.set(xlabel="importance r of the extra", ylabel="loss above the optimum's, %", ylim=(-1, 40), xlim=(0.3, 1))
    right.set(xlabel="importance r of the extra", ylabel="length of its weight", xlim=(0.3, 1))
    left.legend(frameon=False)
    right.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.42), fontsize="small")
    return fig
