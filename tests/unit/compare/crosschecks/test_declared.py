"""A declaration applies to both toys, and may not be empty, unless it says otherwise."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from toytoy.compare.crosschecks.declared import BOTH_TOYS, CrossCheck


def test_defaults() -> None:
    check = CrossCheck("a law", "losses", "two numbers", ("one way", "another"), "why", lambda evidence: [])
    assert check.toys == BOTH_TOYS == (2, 3)
    assert check.absent == ""
    with pytest.raises(FrozenInstanceError):
        check.name = "another law"  # type: ignore[misc]
