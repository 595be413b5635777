"""What experiments over falling density have in common: their densities, importances and trainings, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from ...analytic.domain import DENSITY, N_FEATURES, SEED, Domain, short
from ...numeric.trained import Trained

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
