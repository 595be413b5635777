"""How often training reaches the triangle.

How often training reaches the triangle: `python docs/figures/triangle_training.py`, some ten minutes on one core.

Models are trained as published; each is then followed down the exact loss to the minimum it is near, which tells what
the training was about to reach from what noise makes of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import toytoy as tt
from numpy.typing import NDArray
from toytoy.compare.proportions import wilson
from toytoy.numeric.cells import Cells

Array = NDArray[np.float64]
Cell = tuple[float, float]  # (r, p)
SYMMETRIC = [(1.0, p) for p in (0.5, 0.53, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95)]
ASIDE = [(0.8, 0.7), (0.9, 0.7), (0.7, 0.6), (1.2, 0.65), (1.4, 0.66)]
N_INSTANCES = 50
PUBLISHED = tt.Trained(n_instances=N_INSTANCES)  # 10 000 steps of Adam at 1e-3, batches of 1024
TOLERANCE = 0.01  # on ‖W_i‖² and on overlaps: trained weights are noisy
SAME = 1e-8  # times the null loss: two minima that are one
STAGES, LONG = (1, 300, 1000), 10_000  # steps after which signs are looked at, and of the whole training
HEAD = "   r     p  optimum               label triangle    [95 %]      reach optimum    [95 %]     median excess"


class Reached(NamedTuple):
    """What so many trained `models` of one cell reached.

    `labelled` of them are triangles by their own weights, `settled` by those of the minimum that they are near, and
    `optimal` are near the global optimum, whose phase is `best`; `excess` is the median of their relative excess loss,
    as trained.
    """

    best: str
    labelled: int
    settled: int
    optimal: int
    models: int
    excess: float


def settled(problem: tt.Problem, weights: Array, bias: Array) -> tuple[Array, Array]:
    """Follow models down the exact loss: weights of the minima that they are near, and losses."""
    r, p = float(problem.importances[-1]), float(problem.densities[-1])
    count = len(weights)
    cells = Cells.make(problem, np.full(count, p), np.full(count, r))
    thetas, out = cells.descend(np.concatenate([weights.reshape(count, -1), bias], axis=1))
    return cells.split(thetas)[0], out[:, 0]


def reached(cell: Cell, trained: tt.Trained) -> Reached:
    """Train models of one cell, and count what they reach."""
    problem = tt.Problem.toy(3, importance=cell[0], density=cell[1])
    optimum = tt.minimize(problem, tt.Multistart(n_starts=64, seed=0))
    runs = tt.minimize(problem, trained).runs
    minima, losses = settled(problem, runs.weights, runs.bias)
    null_loss = (2 + cell[0]) * cell[1] / 3
    names = [tt.phase(w, tolerance=TOLERANCE) for w in (optimum.weights, runs.weights, minima)]
    return Reached(
        str(names[0]),
        int(np.sum(names[1] == tt.Phase.TRIANGLE)),
        int(np.sum(names[2] == tt.Phase.TRIANGLE)),
        int(np.sum(losses < float(optimum.loss) + SAME * null_loss)),
        len(losses),
        float(np.median(runs.losses) / float(optimum.loss) - 1),
    )


def row(cell: Cell, found: Reached) -> str:
    """Write one cell's line of the table."""
    shares = [
        f"{hits:3d} of {found.models} [{low:.2f}, {high:.2f}]"
        for hits in (found.labelled, found.optimal)
        for low, high in [wilson(hits, found.models)]
    ]
    return (
        f"{cell[0]:4.2f}  {cell[1]:4.2f}  {found.best:18} {shares[0]:>28} {shares[1]:>28}   {found.excess:.1e}"
        f"   ({found.settled} settle in triangles)"
    )


def table(cells: Iterable[Cell], trained: tt.Trained) -> Iterable[str]:
    """Yield the table, line by line as it is computed."""
    yield HEAD
    for cell in cells:
        yield row(cell, reached(cell, trained))


class Signs(NamedTuple):
    """Of so many `models` that trained on the exact loss, all whose three overlaps are negative after `steps` steps.

    `kept` of these `negative` ones are near the optimum in the end, and `turned` of the others; `loss` is the median
    of all after those steps, in units of the linear model's.
    """

    steps: int
    negative: int
    kept: int
    turned: int
    models: int
    loss: float


def signs(density: float, steps: int, count: int = 500, seed: int = 7) -> Signs:
    """Compare the signs of overlaps after some steps with where the same models end, at r = 1."""
    problem = tt.Problem.toy(3, density=density)
    optimum = float(tt.minimize(problem, tt.Multistart(n_starts=64, seed=0)).loss)
    early, late = (
        tt.minimize(problem, tt.Trained(steps=s, n_instances=count, noise_free=True, seed=seed)).runs
        for s in (steps, LONG)
    )
    near = settled(problem, late.weights, late.bias)[1] < optimum + SAME * density
    gram = np.swapaxes(early.weights, -1, -2) @ early.weights
    negative = (gram[:, [0, 0, 1], [1, 2, 2]] < 0).all(axis=1)
    linear = density / 3 - density**2 / 4
    kept, turned = int(np.sum(negative & near)), int(np.sum(~negative & near))
    return Signs(steps, int(negative.sum()), kept, turned, count, float(np.median(early.losses)) / linear)


def main(arguments: Sequence[str]) -> None:
    """Print the table; with --noise-free, of models trained on the exact loss; with --signs, when they are decided."""
    if "--signs" in arguments:
        for steps in STAGES:
            print(signs(0.7, steps), flush=True)
        return
    exact = "--noise-free" in arguments
    trained = tt.Trained(n_instances=N_INSTANCES, noise_free=True) if exact else PUBLISHED
    for line in table([*SYMMETRIC, *ASIDE], trained):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
