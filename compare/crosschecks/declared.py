"""What declares a cross-check: its name, what it compares by which routes, and why its tolerance is what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..checks import Entry
from .evidence import Evidence

BOTH_TOYS = (2, 3)  # by number of features
CLOSED_FORM = "closed form"
MODELS = "models drawn by seed, and those of some cells of all three maps"
ROUNDINGS = "both rounding errors"


@dataclass(frozen=True)
class CrossCheck:
    """One check of the declared list.

    Parameters
    ----------
    name : str
    group : str
        losses, gradients, optima, bounds, boundaries or symmetries.
    compares : str
        What is compared, in a sentence.
    routes : tuple of str
        The independent ways by which it is computed.
    tolerance : str
        Why the tolerance has its value.
    run : callable
        Given the evidence, returns the entries that it compared.
    absent : str
        Why there may be nothing to compare; without a reason an empty comparison is a failure.
    toys : tuple of int
        The numbers of features of the toys that it applies to.
    """

    name: str
    group: str
    compares: str
    routes: tuple[str, ...]
    tolerance: str
    run: Callable[[Evidence], Sequence[Entry]]
    absent: str = ""
    toys: tuple[int, ...] = BOTH_TOYS
