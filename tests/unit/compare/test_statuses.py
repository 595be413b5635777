"""The words of a comparison."""

import toytoy as tt
from toytoy.compare.figures.colors import STATUS_COLORS
from toytoy.compare.statuses import AGREES, DISAGREEMENT, NOT_REACHED, STATUSES

from tests.small_maps import agreement


def test_they_are_the_contracts_and_files_hold_them() -> None:
    assert STATUSES == (AGREES, NOT_REACHED, DISAGREEMENT) == ("agrees", "not_reached", "disagreement")


def test_each_has_a_color_and_a_comparison_knows_no_other() -> None:
    assert set(STATUS_COLORS) == set(STATUSES)
    found: tt.Agreement = agreement("trained")
    assert set(found.cells.values.ravel()) <= set(STATUSES)
    assert list(found.shares["status"].values) == list(STATUSES)
