"""Figures: maps, traced lines, agreement, excess loss, parts of the loss and weights, as matplotlib Axes or Figures.

Every function takes optional Axes and returns what it drew on. None calls pyplot, so that no global state changes;
`returned.figure.savefig("name.png")` writes a file.
"""

from __future__ import annotations

from .figures.agreement_maps import agreement_map, excess_map
from .figures.arrows import weights
from .figures.confusion_matrix import confusion_matrix
from .figures.consensus import consensus_map
from .figures.geometry_graph import geometry_graph
from .figures.lines_map import phase_lines
from .figures.loss_parts import loss_parts
from .figures.marginal_value import marginal_value
from .figures.norm_maps import norm_map
from .figures.pair_matrix import pair_matrix
from .figures.phase_maps import compare_maps, phase_map
from .figures.poster import poster

__all__ = [
    "agreement_map",
    "compare_maps",
    "confusion_matrix",
    "consensus_map",
    "excess_map",
    "geometry_graph",
    "loss_parts",
    "marginal_value",
    "norm_map",
    "pair_matrix",
    "phase_lines",
    "phase_map",
    "poster",
    "weights",
]
