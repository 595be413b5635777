"""How the learning rate runs over a training: the published notebook's three schedules."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

# The factor on lr at a step (counted from 0) of so many; the notebook's default is "constant".
SCHEDULES: dict[str, Callable[[int, int], float]] = {
    "constant": lambda step, steps: 1.0,
    "linear": lambda step, steps: 1 - step / steps,
    "cosine": lambda step, steps: cos(pi / 2 * step / max(steps - 1, 1)),
}
