"""What stands behind the name of a figure: what computes it, what draws it, and how it is made smaller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..numeric.torch_missing import require_torch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Progress = Callable[[int, int], None]


class Found(Protocol):
    """What the functions behind figures return."""

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        ...

    def sentences(self) -> tuple[str, ...]:
        """Say what was found."""
        ...


@dataclass(frozen=True)
class Entry:
    """A figure that has a name.

    Parameters
    ----------
    caption : str
        What it shows, in a line.
    compute : callable
        Takes `seed`, `progress`, and what `quick` sets; returns a Found.
    draw : callable
        From what `compute` returns to a matplotlib Figure.
    quick : mapping
        Arguments of `compute` that make it end within a minute on two cores.
    trains : bool
        Whether it trains models, for which torch is needed; said before minutes are spent.
    """

    caption: str
    compute: Callable[..., Found]
    draw: Callable[[Any], Figure]
    quick: Mapping[str, Any] = field(default_factory=dict)
    trains: bool = True

    def make(self, *, quick: bool = False, seed: int = 0, progress: Progress | None = None) -> Found:
        """Compute the figure's data, with the paper's settings or the quick ones."""
        if self.trains:
            require_torch("this figure trains models by")
        return self.compute(**(self.quick if quick else {}), seed=seed, progress=progress)
