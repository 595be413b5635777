"""The phase diagram of the (2,1) toy by ansatz, optimum and training.

The README's picture, made by the library: `python docs/figures/readme.py`, about half a minute on one core.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import toytoy as tt
from toytoy.compare import plot

PICTURE = Path(__file__).resolve().parents[1] / "_static" / "phase_diagram.png"
DPI = 110  # about 1300 pixels across, under 100 kB
FINE, COARSE = 80, 12  # cells along each axis
# shorter and faster than as published, which takes minutes: the picture says what this optimizer reached
TRAINED = tt.Trained(steps=1500, batch=256, lr=5e-3, n_instances=3, seed=0)


def diagram(count: int, method: str | tt.Trained) -> tt.PhaseDiagram:
    """Compute a map of the (2,1) toy over the ranges that the paper shows."""
    density, importance = np.geomspace(0.01, 1, count), np.geomspace(0.1, 10, count)
    return tt.phase_diagram(2, 1, density=density, importance=importance, method=method)


def draw(path: Path) -> Path:
    """Draw ansatz, optimum and trained maps side by side."""
    maps = {kind: diagram(FINE, kind) for kind in ("ansatz", "optimum")}
    maps["trained"] = diagram(COARSE, TRAINED)
    found = tt.agreement(maps["trained"], diagram(COARSE, "optimum"))
    print(found.verdict)
    boundaries = {kind: maps[kind].boundaries() for kind in ("ansatz", "optimum")}
    path.parent.mkdir(parents=True, exist_ok=True)
    plot.compare_maps(maps, {"trained": found}, boundaries).savefig(path, dpi=DPI)
    return path


if __name__ == "__main__":
    print(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
