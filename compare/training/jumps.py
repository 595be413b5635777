"""The two sides of a hysteresis loop: where a model jumps as its density moves, by the rate of the sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .spinodal_law import exponents

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Jumps:
    """Where one side of the loop jumps, by the rate of the sweep.

    Parameters
    ----------
    way : str
        "up" (denser: the pair is lost) or "down" (sparser: the extra is found).
    spinodal : float
        Density at which the minimum ends that is followed.
    power : float
        Of the rate, that the delay should have: 2/3 at a fold, 1/2 at a loss of stability.
    rates, exact : arrays, shape (k,)
        dp/dt, and densities at which exact-gradient descent jumped: ‖W_e‖ fell to half of what it is at the fold
        (up), or rose to 0.1 (down); NaN where it did not.
    sampled_rates, sampled, sampled_error, sampled_missed : arrays, shape (s,)
        The same on samples: mean and standard error over instances, NaN where one did not jump; how many did not.
    limit, limit_error : float
        The exact jumps, extrapolated to rate 0 without use of the spinodal.
    coefficient, predicted : float
        Of rate^power in the delay: fitted, and from the derivatives at the fold (NaN for "down").
    """

    way: str
    spinodal: float
    power: float
    rates: Array
    exact: Array
    sampled_rates: Array
    sampled: Array
    sampled_error: Array
    sampled_missed: NDArray[np.int64]
    limit: float
    limit_error: float
    coefficient: float
    predicted: float

    @property
    def delays(self) -> Array:
        """Distance of the exact jumps from the spinodal, in the direction of the sweep."""
        return np.asarray((self.exact - self.spinodal) * (1 if self.way == "up" else -1))

    @property
    def sampled_delays(self) -> Array:
        """The same of the sampled ones."""
        return np.asarray((self.sampled - self.spinodal) * (1 if self.way == "up" else -1))

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        arrays = ("rates", "exact", "sampled_rates", "sampled", "sampled_error", "sampled_missed")
        plain = ("way", "spinodal", "power", "limit", "limit_error", "coefficient", "predicted")
        return {name: getattr(self, name) for name in plain} | {name: getattr(self, name).tolist() for name in arrays}

    def sentence(self) -> str:
        """Say how the jump tends to the spinodal."""
        slope = exponents(self.rates, self.delays)[-1]
        lead = f", coefficient {self.coefficient:.3f}"
        if np.isfinite(self.predicted):
            lead += f" where the derivatives at the fold give {self.predicted:.3f}"
        return (
            f"{self.way}: at rate {self.rates[-1]:.0e} the jump comes {self.delays[-1]:.2e} after the spinodal at "
            f"p = {self.spinodal:.8f}; extrapolated to rate 0 it is at {self.limit:.6f} ± {self.limit_error:.0e}; "
            f"the delay falls as rate^{slope:.3f} at the slowest rates ({self.power:.3f} expected){lead}"
        )

    def sampled_sentences(self) -> tuple[str, ...]:
        """Say how late the slowest sampled jump comes, and which sweeps did not jump at all."""
        lines = []
        seen = np.flatnonzero(np.isfinite(self.sampled))
        if len(seen):
            k = int(seen[-1])
            late = f"{self.sampled_delays[k]:.4f} ± {self.sampled_error[k]:.4f}"
            lines.append(f"{self.way}, on samples: at rate {self.sampled_rates[k]:.0e} the jump comes {late} late")
        for rate, missed in zip(self.sampled_rates, self.sampled_missed, strict=True):
            if missed:
                lines.append(
                    f"{self.way}, on samples: {missed} sweeps at rate {rate:.0e} did not jump, no mean is given"
                )
        return tuple(lines)


@dataclass(frozen=True, eq=False)
class Loop:
    """One sweep up and down again: densities, and ‖W_e‖ on both ways; shape (points,) each."""

    rate: float
    density: Array
    up: Array
    down: Array
