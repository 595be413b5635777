"""Random streams of trained models: one for each seed, problem, instance and use, whatever is trained beside it."""

from __future__ import annotations

import hashlib

import numpy as np

from ..analytic.problem import Problem

INITIAL, DATA = 0, 1  # what a stream is used for: initial weights, training batches


def streams(problem: Problem, seed: int, n_instances: int, use: int) -> list[np.random.Generator]:
    """Make one independent generator an instance, of shape-free order: the k-th does not depend on `n_instances`.

    The stream depends on the values of the problem, not on where it stands in a list: a cell of a phase map gives
    the same model alone and in the map, and two cells get independent initial weights and batches.
    """
    key = int.from_bytes(hashlib.sha256(_identity(problem).encode()).digest()[:16], "big")
    sequences = (np.random.SeedSequence([seed, key], spawn_key=(k, use)) for k in range(n_instances))
    return [np.random.Generator(np.random.SFC64(sequence)) for sequence in sequences]


def _identity(problem: Problem) -> str:
    """Spell out what the problem is; equal numbers are spelled alike, be they floats, integers or Fractions."""
    numbers = [float(value).hex() for value in (*problem.densities, *problem.importances)]
    return f"{problem.n_features} {problem.n_hidden} {numbers} {problem.sigma!r} {problem.support!r}"
