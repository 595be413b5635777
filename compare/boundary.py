"""One boundary of a toy's phase diagram: where two phases exchange, at a given density or importance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from ..analytic.ansatz import CANDIDATES
from ..analytic.certified_boundary import certified_boundary
from ..analytic.domain import DENSITY, IMPORTANCE, nearest
from ..analytic.estimate import Estimate
from ..analytic.fraction import exactly
from ..analytic.interval import Enclosure
from ..analytic.published import ansatz_boundary
from ..analytic.regime import Phase
from ..numeric.boundaries.appearing import appearing
from ..numeric.boundaries.branch import BranchLost, State
from ..numeric.boundaries.crossing import Crossing
from ..numeric.boundaries.rivals import check, search
from ..numeric.boundaries.slice import Passage, passages
from . import labels
from .grids import toy_template
from .lines import Boundary, Order, Status

METHODS = ("optimum", "ansatz")
# of the published phases, by rising importance; by rising density just the other way round
_RANKS: dict[str, int] = {Phase.NOT_REPRESENTED: 0, Phase.ANTIPODAL: 1, Phase.ANTIPODAL_OTHERS: 2, Phase.DEDICATED: 3}


def boundary(
    n_features: int,
    n_hidden: int,
    *,
    between: tuple[str, str] | None = None,
    density: float | None = None,
    importance: float | None = None,
    near: float | None = None,
    method: str = "optimum",
    certified: bool = False,
) -> Boundary:
    """Find where two phases of a toy exchange, at a given density or importance, to near machine precision.

    A jump is where both models are stationary and have the same loss, :eq:`boundary-equal-loss`, by Newton's method on
    the exact equations; a continuous onset is where a model loses stability, :eq:`stability-threshold`.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2), with ReLU.
    between : (str, str), optional
        Two phases, in any order, such as ("not_represented", "antipodal"); inside one phase
        ("antipodal_small", "antipodal_large"), by ‖W_e‖. All boundaries if left out.
    density : float in (0, 1], or None
        Give it to get the importance.
    importance : float > 0, or None
        Give it to get the density.
    near : float, optional
        Return the boundary nearest to this importance (at given importance: density); by default the lowest.
    method : "optimum" | "ansatz"
        Of the global optimum, or of the published frozen matrices (in closed form, without error).
    certified : bool
        Prove it: the importance is then a two-sided enclosure of the *global* boundary of "not_represented" (or, in
        (2,1), of "dedicated"), of kind "certified".

    Returns
    -------
    Boundary
        Relative error at most 1e-10, but where a jump is about to vanish: its `importance.error` says.

    Raises
    ------
    TypeError
        Unless exactly one of density and importance is given.
    ValueError
        If no such boundary is met (the phases met are listed), the size is neither toy, or a number is out of range;
        also if no certificate exists for what is asked.

    Examples
    --------
    >>> import toytoy as tt
    >>> found = tt.boundary(2, 1, between=("not_represented", "antipodal"), density=0.5)
    >>> round(found.importance.value, 12), str(found.order), found.phases
    (0.535738764065, 'jump', ('not_represented', 'antipodal'))
    >>> tt.boundary(2, 1, between=("not_represented", "antipodal"), density=0.5, method="ansatz").importance.value
    0.6666666666666666
    """
    toy_template(n_features, n_hidden, "relu")
    if (density is None) == (importance is None):
        raise TypeError(f"give density or importance, and not both, got {density=}, {importance=}")
    if method not in METHODS:
        raise ValueError(nearest("method", method, METHODS))
    density = None if density is None else float(DENSITY.check(density))
    importance = None if importance is None else float(IMPORTANCE.check(importance))
    if near is not None and not math.isfinite(near):
        raise ValueError(f"near must be a finite importance or density, got near={near!r}")
    if (density or importance) == 0:
        raise ValueError(f"density and importance must be positive on a boundary, got {density=}, {importance=}")
    if certified and method == "ansatz":
        raise ValueError("certified=True proves a boundary of the optimum, got method='ansatz', which is exact already")
    pair = None if between is None else _checked_pair(between)
    found = (
        _ansatz(n_features, density, importance) if method == "ansatz" else _optimum(n_features, density, importance)
    )
    chosen = _chosen(found, pair, near, density is not None)
    return _certified(n_features, chosen, density) if certified else chosen


def _checked_pair(between: tuple[str, str]) -> tuple[str, str]:
    """Check that two phases are named, by a phase's name with or without what tells two models apart."""
    pair = tuple(str(name) for name in between) if not isinstance(between, str) else (between,)
    if len(pair) != 2:
        raise ValueError(f"between must be two phases, got between={between!r}; for example not_represented, antipodal")
    known = [str(phase) for phase in Phase]
    variants = [f"{name}_{word}" for name in known for word in (*labels.SIZES, *labels.OTHERS)]
    for name in pair:
        if name not in (*known, *variants):
            raise ValueError(nearest("between", name, known))
    return pair[0], pair[1]


def _chosen(found: list[Boundary], pair: tuple[str, str] | None, near: float | None, by_importance: bool) -> Boundary:
    wanted = [each for each in found if pair is None or _is_between(each, pair)]
    if not wanted:
        met = "; ".join(f"{a} | {b} at {_place(each, by_importance):.6g}" for each in found for a, b in [each.phases])
        asked = "boundary" if pair is None else f"boundary between {pair[0]} and {pair[1]}"
        raise ValueError(f"no {asked} is met there; met: {met or 'none'}")
    wanted.sort(key=lambda each: each.status is Status.METASTABLE)  # lowest first, but what is real before what is not
    if near is not None:
        wanted.sort(key=lambda each: abs(_place(each, by_importance) - near))
    rest = [each for each in found if each not in wanted]
    return replace(wanted[0], others=(*wanted[1:], *rest))


def _place(each: Boundary, by_importance: bool) -> float:
    return each.importance.value if by_importance else each.density.value


def _is_between(each: Boundary, pair: tuple[str, str]) -> bool:
    """Compare names; a bare phase stands for all that it has been divided into."""
    return any(
        all(name == asked or _bare(name) == asked for name, asked in zip(each.phases, order, strict=True))
        for order in (pair, pair[::-1])
    )


def _bare(name: str) -> str:
    """Drop what tells two models of one phase apart."""
    head, _, tail = name.rpartition("_")
    return head if tail in (*labels.SIZES, *labels.OTHERS) else name


def _optimum(n_features: int, density: float | None, importance: float | None) -> list[Boundary]:
    by_importance = density is not None
    found = [
        each
        for passage in passages(n_features, density=density, importance=importance)
        for each in _of_passage(passage, by_importance)
    ]
    return sorted(found, key=lambda each: _place(each, by_importance))


def _of_passage(passage: Passage, by_importance: bool) -> Iterable[Boundary]:
    if passage.crossing is not None:
        return [_jump(passage.crossing, by_importance)]
    return [_onset(passage, by_importance)]


def _onset(passage: Passage, by_importance: bool) -> Boundary:
    """Turn a passage without a visible jump into a boundary; where its onset is not found, into a guess."""
    names = _phases(passage)
    try:
        found = appearing(passage.one, passage.other, by_importance)
    except BranchLost:
        return _guess(passage, by_importance, names)
    at = found.plain.brought(found.importance, found.density)
    optimal = not search(at.branch.n_features, [at.importance], [at.density]).beat(0, at.loss)
    kind = "rounding" if found.continuous else "bracket"
    return Boundary(
        Estimate(found.density, found.density_error, kind),
        Estimate(found.importance, found.importance_error, kind),
        Order.CONTINUOUS if found.continuous else Order.JUMP,
        0.0 if found.continuous else math.nan,  # of a jump that is not traced it is not known
        0.0 if found.continuous else math.nan,
        at.loss,
        names if found.continuous else labels.of_small_jump(names),
        (optimal, optimal),
        Status.CONVERGED if optimal else Status.METASTABLE,
    )


def _phases(passage: Passage) -> tuple[str, str]:
    return str(labels.phase_of(passage.one)), str(labels.phase_of(passage.other))


def _guess(passage: Passage, by_importance: bool, names: tuple[str, str]) -> Boundary:
    one, other = passage.one, passage.other
    r, p = math.sqrt(one.importance * other.importance), (one.density + other.density) / 2
    spread = abs(other.importance - one.importance) / 2, abs(other.density - one.density) / 2
    return Boundary(
        Estimate(p, spread[1], "bracket"),
        Estimate(r, spread[0], "bracket"),
        Order.CONTINUOUS,
        other.size - one.size,
        labels.extra_capacity(other) - labels.extra_capacity(one),
        (one.loss + other.loss) / 2,
        names,
        status=Status.GUESS,
    )


def _jump(crossing: Crossing, by_importance: bool) -> Boundary:
    sides = tuple(crossing) if by_importance else _by_density(crossing)
    first, second = sides
    log_r, p = (float(error) for error in crossing.error)
    r = crossing.importance
    at = Estimate(crossing.density, 0.0 if by_importance else p, "rounding")
    where = Estimate(r, log_r * r if by_importance else 0.0, "rounding")
    names = labels.between(Crossing(first, second))
    found = check([crossing])
    optimal = found.optimal[0]
    return Boundary(
        at,
        where,
        Order.JUMP,
        second.size - first.size,
        labels.extra_capacity(second) - labels.extra_capacity(first),
        crossing.below.loss,
        names,
        (optimal, optimal),
        Status.CONVERGED if optimal else Status.METASTABLE,
    )


def _by_density(crossing: Crossing) -> tuple[State, State]:
    """Put the side that is better at lower density first."""
    below, above = crossing
    return (below, above) if below.slopes.by_p > above.slopes.by_p else (above, below)


def _ansatz(n_features: int, density: float | None, importance: float | None) -> list[Boundary]:
    """List the closed-form boundaries of the published ansatz there."""
    found = []
    for pair in combinations(CANDIDATES[n_features], 2):
        try:
            value = float(ansatz_boundary(n_features, pair, density=density, importance=importance))
        except ValueError:  # these two never meet
            continue
        if not math.isfinite(value):
            continue
        r, p = (value, density) if importance is None else (importance, value)
        exact = Estimate(float(p), 0.0, "rounding"), Estimate(float(r), 0.0, "rounding")  # type: ignore[arg-type]
        names = str(pair[0]), str(pair[1])
        if _RANKS[names[0]] > _RANKS[names[1]] if importance is None else _RANKS[names[0]] < _RANKS[names[1]]:
            names = names[1], names[0]
        found.append(Boundary(*exact, Order.JUMP, math.nan, math.nan, math.nan, names))
    return sorted(found, key=lambda each: _place(each, density is not None))


def _certified(n_features: int, found: Boundary, density: float | None) -> Boundary:
    """Replace the importance by its proven two-sided interval.

    Raises
    ------
    ValueError
        If there is no proof for this boundary.
    """
    lost = {Phase.NOT_REPRESENTED, Phase.DEDICATED} & set(found.phases)
    if n_features != 2 or density is None or not lost or found.status is not Status.CONVERGED:
        raise ValueError(
            "certified=True needs (2,1), a density, and a boundary of not_represented or dedicated, "
            f"got {found.phases[0]} | {found.phases[1]} of {n_features} features; leave certified out"
        )
    proved = certified_boundary(density)
    if Phase.DEDICATED in lost:  # the features exchanged
        low, high = proved.interval
        inverse = Enclosure(1 / exactly(high), 1 / exactly(low))
        proved = inverse.estimate()
    return replace(found, importance=proved)
