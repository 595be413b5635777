"""Rigorous enclosures, by ball arithmetic: of losses, stationary points, crossings and the onset's special points.

Needs python-flint: ``pip install 'toytoy[rigorous]'``. Every function returns intervals that provably hold the exact
value, and says so, or refuses; what they prove stands on the page on enclosures.
"""

from .balls.enclosed_loss import enclose_loss
from .balls.enclosed_onset import EnclosedTricritical, enclose_threshold, enclose_tricritical
from .balls.enclosed_points import EnclosedCrossing, EnclosedModel, enclose_boundary, enclose_stationary
from .balls.krawczyk import NotProvedError
from .interval import Enclosure

__all__ = [
    "EnclosedCrossing",
    "EnclosedModel",
    "EnclosedTricritical",
    "Enclosure",
    "NotProvedError",
    "enclose_boundary",
    "enclose_loss",
    "enclose_stationary",
    "enclose_threshold",
    "enclose_tricritical",
]
