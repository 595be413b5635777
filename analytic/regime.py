"""What becomes of a feature (regime), and of the toy's extra feature (phase)."""

from __future__ import annotations

from enum import StrEnum


class Regime(StrEnum):
    """What a model does with one feature.

    NOT_REPRESENTED: its column of W vanishes. DEDICATED: it shares its direction with no other feature.
    SUPERPOSED: it overlaps others.
    """

    NOT_REPRESENTED = "not_represented"
    DEDICATED = "dedicated"
    SUPERPOSED = "superposed"


class Phase(StrEnum):
    """What a model of the toy of the toy does with its extra, last, feature."""

    NOT_REPRESENTED = "not_represented"
    DEDICATED = "dedicated"
    ANTIPODAL = "antipodal"
    ALIGNED = "aligned"
    ANTIPODAL_OTHERS = "antipodal_others"
    TRIANGLE = "triangle"
    MIXED = "mixed"
