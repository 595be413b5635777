"""Activations that the library does not offer, but whose kernels need not know: no hinge at 0, both hinges at work.

With a first hinge at 0, where all that the library offers has it, a hinge and its level may be left out unnoticed.
"""

from __future__ import annotations

import numpy as np

Pieces = tuple[tuple[float, ...], tuple[float, ...]]
# Hinges and slopes, as the exact references take them (the first piece runs through 0); and the kernels' table of
# hinges, slopes, intercepts, levels at the hinges, and how many hinges there are.
BENDS: dict[str, tuple[Pieces, np.ndarray]] = {
    "ramp": (
        ((-0.25, 0.5), (0.0, 1.0, 0.0)),
        np.array([[-0.25, 0.5, 0], [0, 1, 0], [0, 0.25, 0.75], [0, 0.75, 0], [2, 0, 0]]),
    ),
    "bent": (
        ((-0.25, 0.5), (0.5, 2.0, -1.0)),
        np.array([[-0.25, 0.5, 0], [0.5, 2, -1], [0, 0.375, 1.875], [-0.125, 1.375, 0], [2, 0, 0]]),
    ),
    "knee": (
        ((0.25,), (0.5, -1.0)),
        np.array([[0.25, 0], [0.5, -1], [0, 0.375], [0.125, 0], [1, 0]]),
    ),
}
