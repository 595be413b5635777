"""Every figure that has a name: the paper's, and those of what training does."""

from __future__ import annotations

from ..analytic.domain import nearest
from .figure_entry import Entry
from .paper.registry import PAPER
from .training.registry import TRAINING

FIGURES: dict[str, Entry] = {**PAPER, **TRAINING}


def entry(name: str) -> Entry:
    """Look a figure up.

    Returns
    -------
    Entry

    Raises
    ------
    ValueError
        If there is none of that name; the nearest is offered.

    Examples
    --------
    >>> from toytoy.compare.named_figures import entry
    >>> entry("intro").caption
    '5 features in 2 dimensions at densities 1, 0.2 and 0.1'
    """
    if name not in FIGURES:
        raise ValueError(nearest("figure", name, FIGURES))
    return FIGURES[name]
