"""The declared list of cross-checks, in the order in which they are shown."""

from __future__ import annotations

from .boundaries import BOUNDARIES
from .bounds import BOUNDS
from .declared import CrossCheck
from .gradients import GRADIENTS
from .losses import LOSSES
from .optima import OPTIMA
from .symmetries import SYMMETRIES

CHECKS: tuple[CrossCheck, ...] = (*BOUNDS, *OPTIMA, *BOUNDARIES, *LOSSES, *GRADIENTS, *SYMMETRIES)
