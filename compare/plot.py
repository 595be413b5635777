"""Figures: phase maps, agreement, excess loss, loss parts and weights, as matplotlib Axes or Figures.

Every function takes optional Axes and returns what it drew on. None calls pyplot, so that no global state changes;
`returned.figure.savefig("name.png")` writes a file.
"""

from __future__ import annotations

from .figures.agreement_maps import agreement_map, excess_map
from .figures.arrows import weights
from .figures.loss_parts import loss_parts
from .figures.norm_maps import norm_map
from .figures.phase_maps import compare_maps, phase_map

__all__ = ["agreement_map", "compare_maps", "excess_map", "loss_parts", "norm_map", "phase_map", "weights"]
