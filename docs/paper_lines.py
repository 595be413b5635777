"""The lines of a toy in the paper's window, traced once a build for all figures and tables that show them."""

from __future__ import annotations

from functools import cache

import toytoy as tt
from toytoy.compare.lines import PhaseLines


@cache
def paper_lines(n_features: int) -> PhaseLines:
    """Trace the lines of (2,1) or (3,2): some seconds, or half a minute."""
    return tt.phase_lines(n_features, n_features - 1)
