"""Any number of diagrams on one grid compared: each pair, each against the optimum, and what most of them say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from ..analytic.domain import short
from ..analytic.solution import Kind
from .agreement import Agreement
from .cell_shares import cell_shares
from .diagram import PhaseDiagram
from .distance import boundary_distances
from .pairings import Distances, pair_table
from .ruling import CELL, carries_margin, check_comparable, compared, looser_tolerance

__all__ = ["Agreements", "agreements"]

DIVIDED = "divided"  # where no regime has more votes than every other
UNANIMOUS, MOST = "unanimous", "most"
MAP = ("map", *CELL)


@dataclass(frozen=True, eq=False)
class Agreements:
    """What came of comparing any number of diagrams; the same fields whatever their number.

    Parameters
    ----------
    names : tuple of str
        Of the diagrams, in the order given.
    reference : str or None
        The first optimum that carries its margin; None if there is none.
    agrees : bool or None
        Whether no cell of any map contradicts the reference. None without one: only its margin tells a difference
        that matters from one that does not.
    verdict : str
        One sentence.
    against : dict of Agreement
        Of every other diagram with the reference; empty without one.
    pairs : xarray.Dataset, dims (first, second)
        Every pair: share of cells with the same regime, kappa, loss gaps, distance of boundaries, with intervals and
        errors. See `toytoy.compare.pairings.pair_table`.
    consensus : xarray.DataArray of str, dims (density, importance)
        The regime that more maps have than any other; "divided" where none has.
    votes : xarray.DataArray of int, dims (density, importance)
        How many maps have the most frequent regime.
    data : xarray.Dataset, dims (map, density, importance)
        Regimes, at the loosest tolerance in use, and losses with errors; coordinates kind, method and seed of each.
    distances : dict of tuple of BoundaryDistance
        By the names of both maps.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.agreements import agreements
    >>> grid = dict(density=[0.1, 0.5, 0.9], importance=[0.3, 1.0, 3.0])
    >>> maps = {kind: tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")}
    >>> maps["few starts"] = tt.phase_diagram(2, 1, **grid, method=tt.Multistart(n_starts=2))
    >>> found = agreements(maps)
    >>> found.reference, found.agrees, found.pairs.same.sel(first="ansatz", second="optimum").item()
    ('optimum', True, 8)
    """

    names: tuple[str, ...]
    reference: str | None
    agrees: bool | None
    verdict: str
    against: dict[str, Agreement]
    pairs: xr.Dataset
    consensus: xr.DataArray
    votes: xr.DataArray
    data: xr.Dataset
    distances: Distances

    @classmethod
    def of(cls, data: xr.Dataset, distances: Distances, against: dict[str, Agreement]) -> Agreements:
        """Make it from regimes and losses of all maps, distances of boundaries, and what was judged."""
        names = tuple(str(name) for name in data["map"].values)
        (reference,) = [name for name in names if name not in against] if against else [None]
        agrees = all(found.agrees for found in against.values()) if against else None
        consensus, votes = _consensus(data.regime)
        verdict = _verdict(names, reference, against, int((votes == len(names)).sum()), votes.size)
        return cls(
            names, reference, agrees, verdict, against, pair_table(data, distances), consensus, votes, data, distances
        )

    @property
    def unanimous(self) -> xr.DataArray:
        """Whether all maps have the same regime, cell by cell."""
        return (self.votes == len(self.names)).rename(UNANIMOUS)

    @cached_property
    def shares(self) -> xr.Dataset:
        """Share of cells in which all agree, and in which they are divided, with intervals; dim status.

        "most" holds the cells in which one regime is the most frequent, but not all maps have it. See
        `toytoy.compare.cell_shares`.
        """
        names = np.where(self.unanimous, UNANIMOUS, np.where(self.consensus == DIVIDED, DIVIDED, MOST))
        return cell_shares(self.consensus.copy(data=names), (UNANIMOUS, MOST, DIVIDED))

    def __str__(self) -> str:
        """Say the verdict, and one line for each pair."""
        from .agreements_text import described

        return described(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the verdict, every pair and every judgment as plain data; what is not finite stays so."""
        from .agreements_text import plain

        return plain(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write everything to netCDF: whole, or not at all.

        Raises
        ------
        OSError
            If the place can't be written.
        """
        from .agreements_files import write_agreements

        return write_agreements(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Agreements:
        """Read what `save` wrote; pairs and consensus are computed again from the cells, and must be the same.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is none of these, or what it says does not follow from its cells.
        """
        from .agreements_files import read_agreements

        return read_agreements(path, cls.of, Agreement.of)


def agreements(diagrams: Mapping[str, PhaseDiagram] | Sequence[PhaseDiagram]) -> Agreements:
    """Compare two diagrams or more, of one toy on one grid, whatever their kinds.

    All are named again, from their weights, at the loosest of their tolerances and 0.01. The first optimum with a
    margin is the reference: every other map, further optima included, is judged by it as `agreement` does.

    Parameters
    ----------
    diagrams : mapping of str to PhaseDiagram, or sequence of PhaseDiagram
        At least two. Those of a sequence are called by their kind, from the second of a kind on with a number.

    Returns
    -------
    Agreements

    Raises
    ------
    TypeError
        If it is neither, or one of them is not a `PhaseDiagram`.
    ValueError
        If there are fewer than two, a name is empty, or toys or grids differ.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.agreements import agreements
    >>> ansatz = tt.phase_diagram(2, 1, density=[0.2], importance=[0.1, 1.0], method="ansatz")
    >>> print(agreements([ansatz, ansatz]).verdict)
    no verdict without an optimum that carries its margin; both maps have the same regime in 2 of 2 cells
    """
    maps = _named(diagrams)
    first, *rest = maps.values()
    for other in rest:
        check_comparable(first, other)
    tolerance = looser_tolerance(*maps.values())
    judges = [name for name, each in maps.items() if each.kind is Kind.OPTIMUM and carries_margin(each)]
    distances = {
        (a, b): boundary_distances(maps[a].boundaries(), maps[b].boundaries()) for a, b in combinations(maps, 2)
    }
    against = {}
    for name in judges[:1]:
        for other_name, other in maps.items():
            if other_name != name:
                cells = compared(maps[name], other, tolerance)
                apart = boundary_distances(maps[name].boundaries(), other.boundaries())
                against[other_name] = Agreement.of(cells, apart)
    return Agreements.of(_stacked(maps, tolerance), distances, against)


def _named(diagrams: Mapping[str, PhaseDiagram] | Sequence[PhaseDiagram]) -> dict[str, PhaseDiagram]:
    """Check that there are at least two diagrams, and name those that have no name."""
    if not isinstance(diagrams, Mapping | Sequence) or isinstance(diagrams, str | bytes):
        kind = type(diagrams).__name__
        raise TypeError(f"diagrams must be a mapping or a sequence of PhaseDiagrams, got a {kind}; write [a, b]")
    given = list(diagrams.values()) if isinstance(diagrams, Mapping) else list(diagrams)
    for each in given:
        if not isinstance(each, PhaseDiagram):
            raise TypeError(
                f"diagrams must be PhaseDiagrams, got a {type(each).__name__}; make them with phase_diagram"
            )
    if len(given) < 2:
        raise ValueError(
            f"diagrams must be at least two to be compared, got {len(given)}; give another of the same grid"
        )
    if isinstance(diagrams, Mapping):
        for name in diagrams:
            if not isinstance(name, str) or not name.strip():
                raise ValueError(f"names of diagrams must be words, got {short(name)}; name each by a str")
        return dict(diagrams)
    kinds = [str(each.kind) for each in given]
    before = [kinds[:k].count(kind) for k, kind in enumerate(kinds)]
    return {f"{kind} {n + 1}" if n else kind: d for kind, n, d in zip(kinds, before, given, strict=True)}


def _stacked(maps: dict[str, PhaseDiagram], tolerance: float) -> xr.Dataset:
    """Put regimes and losses of all maps into one data set."""
    first, *_ = given = list(maps.values())
    columns = {
        "regime": [each.regime_at(tolerance).astype(str) for each in given],
        "loss": [each.data.loss.values for each in given],
        "loss_error": [each.data.loss_error.values for each in given],
    }
    about = {name: ("map", [str(each.data.attrs[name]) for each in given]) for name in ("kind", "method", "seed")}
    coords = dict(first.data[list(CELL)].coords) | {"map": list(maps)} | about
    data = xr.Dataset({name: (MAP, np.array(values)) for name, values in columns.items()}, coords)
    data.attrs = {"tolerance": tolerance, "problem": first.data.attrs["problem"]}
    return data


def _consensus(regime: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the most frequent regime of each cell, and its votes; of two equally frequent ones neither."""
    labels = np.unique(regime.values)
    counts = np.array([(regime.values == label).sum(axis=0) for label in labels])
    votes = counts.max(axis=0)
    tied = (counts == votes).sum(axis=0) > 1
    names = np.where(tied, DIVIDED, labels[counts.argmax(axis=0)])
    coords = {name: regime[name].values for name in CELL}
    return xr.DataArray(names, coords, CELL, "consensus"), xr.DataArray(votes, coords, CELL, "votes")


def said_together(count: int, same: int, of: int) -> str:
    """Say in how many cells so many maps have the same regime."""
    every = "both maps" if count == 2 else f"all {count} maps"
    return f"{every} have the same regime in {same} of {of} {'cell' if of == 1 else 'cells'}"


def _verdict(names: tuple[str, ...], reference: str | None, against: dict[str, Agreement], same: int, of: int) -> str:
    together = said_together(len(names), same, of)
    if reference is None:
        return f"no verdict without an optimum that carries its margin; {together}"
    wrong = [name for name, found in against.items() if not found.agrees]
    if wrong:
        return f"{', '.join(wrong)} contradict{'s' * (len(wrong) == 1)} {reference}; {together}"
    return f"{', '.join(against)} agree{'s' * (len(against) == 1)} with {reference}; {together}"
