"""What experiments over falling density have in common: densities, importances, trainings, models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isfinite

from ...analytic.domain import DENSITY, N_FEATURES, N_STARTS, SEED, Domain, short
from ...analytic.problem import Problem
from ...analytic.solution import Solution
from ...numeric.trained import Trained
from ..figure_entry import Progress
from ..paper.settings import search, train
from ..paper.spread import counted

KINDS = ("optimum", "trained")
DECAY = Domain("decay", 0, low_open=True, hint="it is the ratio of the importances of neighbors")


def with_densities(densities: Iterable[float]) -> tuple[float, ...]:
    """Return densities as floats, in the order given.

    Raises
    ------
    TypeError, ValueError
        If they are no sequence, there is none, or one is out of (0, 1].
    """
    if isinstance(densities, str) or not isinstance(densities, Iterable):
        raise TypeError(f"densities must be a sequence of numbers, got densities={short(densities)}; write (0.1,)")
    found = tuple(float(DENSITY.check(density)) for density in densities)
    if not found:
        raise ValueError("densities must be one or more numbers in (0, 1], got densities=(); write (0.1,)")
    return found


def importances(decay: float, n_features: int) -> tuple[float, ...]:
    """Return decay^i for every feature i.

    Raises
    ------
    TypeError, ValueError
        If decay is not positive, or so large that its powers overflow, or there is no feature.
    """
    DECAY.check(decay)
    try:
        found = tuple(float(decay**i) for i in range(N_FEATURES.check(n_features)))
    except OverflowError:
        found = (float("inf"),)
    if not all(map(isfinite, found)):
        raise ValueError(f"decay must have finite powers up to {n_features - 1}, got decay={decay!r}")
    return found


def problems(densities: Iterable[float], n_features: int, n_hidden: int, decay: float = 1.0) -> tuple[Problem, ...]:
    """Return a problem of importances decay^i at each density, the densest first.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.
    """
    importance = importances(decay, n_features)
    return tuple(
        Problem(n_features=n_features, n_hidden=n_hidden, density=p, importance=importance)
        for p in sorted(with_densities(densities), reverse=True)
    )


def models(
    given: Sequence[Problem], starts: int, trained: Trained | None, seed: int, progress: Progress | None, follow: bool
) -> Iterator[tuple[str, Solution]]:
    """Yield the optimum of each problem, then, unless `trained` is None, what training reaches; each with its kind.

    To follow is to descend to each optimum from the one before, too.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range.
    """
    N_STARTS.check(starts, "starts")
    SEED.check(seed)
    kinds = 1 if trained is None else 2
    if trained is not None:
        check_trained(trained)
    return counted(_models(given, starts, trained, seed, follow), kinds * len(given), progress)


def _models(
    given: Sequence[Problem], starts: int, trained: Trained | None, seed: int, follow: bool
) -> Iterator[tuple[str, Solution]]:
    warm: tuple[Solution, ...] = ()
    for problem in given:
        best = search(problem, starts, seed, warm)
        warm = (best,) if follow else ()
        yield KINDS[0], best
    if trained is not None:
        for problem in given:
            yield KINDS[1], train(problem, trained, seed)


def check_trained(trained: Trained) -> Trained:
    """Return settings of training, else raise the TypeError that says so."""
    if not isinstance(trained, Trained):
        raise TypeError(f"trained must be a Trained, got trained={short(trained)}; Trained() is the default")
    return trained


def trained_on_samples(trained: Trained, seed: int | None = None) -> Trained:
    """Return settings, perhaps with another seed, if modules that have no exact loss can be trained so.

    Raises
    ------
    TypeError, ValueError
        If they are no `Trained`, the seed is out of its range, or they ask for exact gradients or scaled starts.
    """
    check_trained(trained)
    if trained.noise_free or trained.init_scale != 1:
        raise ValueError(
            "trained must draw batches and start at scale 1 here, got "
            f"noise_free={trained.noise_free}, init_scale={trained.init_scale}; leave them out"
        )
    return trained if seed is None else replace(trained, seed=SEED.check(seed))
