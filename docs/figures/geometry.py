"""Charges on a sphere and features in superposition: where they want the same arrangement.

Where charges on a sphere and features in superposition want the same arrangement, as a table and a figure.
"""

from __future__ import annotations

from functools import cache

import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic.polytopes import congruence
from toytoy.compare import plot
from toytoy.numeric.energies import ENERGIES
from toytoy.numeric.thomson import Arrangement, arrange

N_STARTS, FEW, SEED = 48, 8, 0  # few suffice for charges, and where nothing has to be paid
SIZES = {2: range(5, 9), 3: range(5, 13)}
SAME = 1e-6  # deviations below are what the searches leave
KINDS = {"interference": "biases 0", "sparse": "best biases"}


@cache
def found(n: int, d: int, kind: str) -> Arrangement:
    """Search once for each size and energy."""
    n_starts = FEW if kind == "thomson" or n <= 2 * d else N_STARTS
    return arrange(n, d, kind, n_starts=n_starts, seed=SEED)


def apart(n: int, d: int, kind: str) -> str:
    """Say how far the features' arrangement is from the charges'."""
    features, charges = found(n, d, kind), found(n, d, "thomson")
    if n < 2 * d and features.energy.interval[0] <= 0:
        return "one of many"
    away = congruence(features.points, charges.points)
    return "same" if away < SAME else "another" if away > 1 else f"{away:.4f}"


def shape(arrangement: Arrangement) -> str:
    """Name an arrangement, or say that directions coincide."""
    gram = arrangement.points.T @ arrangement.points
    together = int((gram > 1 - 1e-9).sum() - len(gram)) // 2
    name = tt.structure(arrangement.points).product.replace("_", " ")
    return f"{name}, {together} coincide" if together else name


def table() -> tuple[list[str], list[list[str]]]:
    """Give head and rows: energies, shapes, and the deviation between the two Gram matrices."""
    head = ["d", "N", "Thomson", "shape", "interference, b = 0", "deviation", "loss, best b", "deviation"]
    rows = []
    for d, sizes in SIZES.items():
        for n in sizes:
            charges = found(n, d, "thomson")
            row = [str(d), str(n), f"{charges.energy.value:.9f}", shape(charges)]
            for kind in KINDS:
                row += [f"{max(found(n, d, kind).energy.value, 0.0):.9f}", apart(n, d, kind)]
            rows.append(row)
    return head, rows


def figure() -> Figure:
    """Draw what the charges' arrangement costs features beyond the best, and seven features in three dimensions."""
    fig = Figure(figsize=(9, 4), layout="constrained")
    left, right = fig.subplots(1, 2)
    for marker, (d, sizes) in zip("os", SIZES.items(), strict=True):
        n = [size for size in sizes if size > 2 * d]
        excess = [
            ENERGIES["interference"].evaluate(found(k, d, "thomson").points, found(k, d, "thomson").bias)[0]
            / found(k, d, "interference").energy.value
            - 1
            for k in n
        ]
        left.plot(n, [100 * e for e in excess], marker + "-", label=f"d = {d}")
    left.set(xlabel="features, N", ylabel="interference beyond the least, in %")
    left.legend(frameon=False)
    plot.geometry_graph(found(7, 3, "interference").points, 1e-8, ax=right)
    return fig
