"""Moments of independent sparse features, from their definition; what sampled inputs must show."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

STANDARD_ERRORS = 5.0  # a right sampler misses one statistic in two million by more
ROUNDING = 1e-12  # of a mean over 10⁶ numbers below 1; matters only where the law has no spread (density 1)


def mismatches(x: Any, densities: Any) -> list[str]:
    """Name every moment of inputs (size, n) that misses its population value by more than 5 standard errors.

    The standard errors are those of the law, not of the sample: a sampler whose spread is wrong can't excuse itself.
    """
    n = x.shape[1]
    p, active = np.asarray(densities, dtype=float), x > 0
    checks: list[tuple[str, Any, float, float]] = []
    for i in range(n):
        checks += [
            (f"activity[{i}]", active[:, i], p[i], p[i]),
            (f"mean[{i}]", x[:, i], p[i] / 2, p[i] / 3),
            (f"second[{i}]", x[:, i] ** 2, p[i] / 3, p[i] / 5),
            # pairs of neighboring samples that do not overlap, so that the pairs are independent
            (f"lagged activity[{i}]", active[0:-1:2, i] & active[1::2, i], p[i] ** 2, p[i] ** 2),
        ]
    for i, j in combinations(range(n), 2):
        both = p[i] * p[j]
        checks += [
            (f"joint activity[{i},{j}]", active[:, i] & active[:, j], both, both),
            (f"cross[{i},{j}]", x[:, i] * x[:, j], both / 4, both / 9),
        ]
    return [
        f"{name}: {values.mean():.6g}, not {mean:.6g}"
        for name, values, mean, square in checks
        if not abs(values.mean() - mean) <= STANDARD_ERRORS * ((square - mean**2) / len(values)) ** 0.5 + ROUNDING
    ]
