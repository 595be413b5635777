"""Who computes the cells of a map, and where they are kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..numeric.sweep import sweep

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Hands:
    """An executor, a store and a number of workers, as `toytoy.numeric.sweep.sweep` takes them; empty until given."""

    executor: Any = None
    store: str | os.PathLike[str] | None = None
    n_workers: int | None = None

    def __bool__(self) -> bool:
        return any(given is not None for given in (self.executor, self.store, self.n_workers))

    def over(self, function: Callable[..., Any], axes: dict[str, Array], progress: Progress | None) -> xr.Dataset:
        """Sweep a function over a grid; cells of a store that failed are tried again.

        Raises
        ------
        RuntimeError
            If a cell fails: a map has no gaps.
        """
        found = sweep(
            function, axes, self.executor, self.store, n_workers=self.n_workers, retry_failed=True, progress=progress
        )
        for place in np.argwhere((found.error != "").values)[:1]:
            cell = found[dict(zip(axes, place.tolist(), strict=True))]
            where = ", ".join(f"{name}={float(cell[name]):g}" for name in axes)
            raise RuntimeError(f"a map needs every cell, and that at {where} failed: {cell.error.item()}")
        return found


ALONE = Hands()
