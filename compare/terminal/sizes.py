"""The size of a toy where a command can do without it, as when it lists what it would do."""

from __future__ import annotations

from ...analytic import domain
from .arguments import COUNTED
from .options import number, stacked

VERIFIED = stacked(
    number(COUNTED, "-n", "--features", "n_features", help="Number of features, n: 2 or 3.  [required]"),
    number(domain.N_HIDDEN, "-m", "--hidden", "n_hidden", help="Hidden dimensions, m = n - 1.  [required]"),
)
