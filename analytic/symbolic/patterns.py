"""The patterns of one output: on which sides of the hinges the corners of a cube can lie, all at once."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from scipy.optimize import linprog

Pattern = tuple[int, ...]


@cache
def patterns(n_features: int, output: int, n_hinges: int) -> tuple[Pattern, ...]:
    """List the patterns that some z = b + Σ a_i x_i with a_output > 0 has, in lexical order.

    Hinges stand at 0 and, a second one, anywhere above it: its place only sets the scale.

    Parameters
    ----------
    n_features : int
    output : int
        Counted from 1; the Gram entry of an output with its own feature is a square.
    n_hinges : {0, 1, 2}
    """
    if n_features == 0:
        return tuple((past,) for past in range(n_hinges + 1))
    if output > 1:
        return tuple(sorted(_exchanged(pattern, output) for pattern in patterns(n_features, 1, n_hinges)))
    # a cube is two faces, x_n = 0 and x_n = 1, each with a pattern of one feature less: only their pairs are tried
    faces = patterns(n_features - 1, 1, n_hinges)
    pairs = (low + high for low, high in product(faces, repeat=2))
    return tuple(pattern for pattern in pairs if is_realizable(pattern, n_hinges))


def is_realizable(pattern: Pattern, n_hinges: int, own: bool = True) -> bool:
    """Whether some b, a and second hinge u > 0 give the pattern: a linear program without an objective.

    Strict inequalities ask for a distance of 1, which excludes nothing, as all scale together. With `own` the first
    feature's entry must be positive.
    """
    n = len(pattern).bit_length() - 1
    rows = [[*[0] * (n + 1), 1], [0, int(own), *[0] * n]]  # coefficients of b, a_1, …, a_n, u: sums of at least 1
    for corner, past in enumerate(pattern):
        z = [1, *((corner >> i) & 1 for i in range(n))]
        rows += [[*z, -h] for h in range(past)]
        rows += [[*(-x for x in z), h] for h in range(past, n_hinges)]
    rows = [row for row in rows if any(row)]
    found = linprog(np.zeros(n + 2), A_ub=-np.array(rows), b_ub=-np.ones(len(rows)), bounds=(None, None))
    return bool(found.status == 0)


def _exchanged(pattern: Pattern, output: int) -> Pattern:
    """Let the first feature and that of an output change places."""
    shift = output - 1

    def source(corner: int) -> int:
        differ = (corner ^ (corner >> shift)) & 1
        return corner ^ (differ | differ << shift)

    return tuple(pattern[source(corner)] for corner in range(len(pattern)))
