"""The toys in symbols: losses and their parts by region, the published ansatz, and the onset, derived by sympy.

Letters, all of them sympy symbols; indices start at 1, as on paper:

======================  ==============================================================================
`p`                     the density, positive
`r`                     the importance of the last feature where all others have 1, as in the toys
`I[j]`                  the importance of feature j, elsewhere
`W[k, i]`, `b[j]`       weights and biases
`G[i, j]`               entries of the Gram matrix WᵀW; `G[j, i]` is the same symbol
`slope`, `upper`        the parameter of a leaky, and of a clipped ReLU
======================  ==============================================================================

A problem's numbers never stand in a formula, only its shape, activation and support law do; `values` gives what to
substitute. Every result comes from the integrals of the loss.
"""

from .cells import Regions, regions
from .export import to_latex, to_numpy
from .frozen import ansatz_boundary, ansatz_loss
from .letters import G, I, W, b, p, r, slope, upper
from .onset import onset_coefficient, stability_threshold
from .parts import Decomposition, decomposition, loss
from .setting import in_weights, values
from .sides import Region, conditions, region
from .sparse import LowDensityLimit, low_density_limit

__all__ = [
    "Decomposition",
    "G",
    "I",
    "LowDensityLimit",
    "Region",
    "Regions",
    "W",
    "ansatz_boundary",
    "ansatz_loss",
    "b",
    "conditions",
    "decomposition",
    "in_weights",
    "loss",
    "low_density_limit",
    "onset_coefficient",
    "p",
    "r",
    "region",
    "regions",
    "slope",
    "stability_threshold",
    "to_latex",
    "to_numpy",
    "upper",
    "values",
]
