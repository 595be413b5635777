"""How a sweep calls its function: by the names of the axes, and with a seed if it asks for one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ...analytic.domain import short
from .grid import Grid

SEED_NAME = "seed"


def takes_seed(function: Callable[..., Any], grid: Grid) -> bool:
    """Check that a function can be called with a cell's arguments; say whether it asks for a seed as well.

    It does if it has an argument `seed` that is no axis, and whose default, if any, is None: what is bound, or has a
    number of its own, is left alone.

    Raises
    ------
    TypeError
        If it can't be called with the names of the axes.
    """
    if not callable(function):
        raise TypeError(f"function must be callable, got {short(function)}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some of C's say nothing about their arguments
        return False
    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    seed = signature.parameters.get(SEED_NAME)
    asks = seed is not None and seed.kind in named and seed.default in (inspect.Parameter.empty, None)
    names = [*grid.names, *([SEED_NAME] if asks and SEED_NAME not in grid.names else [])]
    try:
        signature.bind(**dict.fromkeys(names))
    except TypeError as error:
        raise TypeError(
            f"function must take the grid's names, {', '.join(grid.names)}, as keywords, got {short(function)} "
            f"with {signature} ({error}); bind what does not vary with functools.partial"
        ) from None
    return asks and SEED_NAME not in grid.names
