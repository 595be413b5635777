"""The declared list says everything of each check, and the manual says what the list says."""

from __future__ import annotations

import pytest
from toytoy.compare.crosschecks.declared import CrossCheck
from toytoy.compare.crosschecks.registry import CHECKS

from tests.meta.sources import ROOT

GROUPS = ("bounds", "optima", "boundaries", "losses", "gradients", "symmetries")


def row(check: CrossCheck) -> str:
    """Write a check as the manual's table has it."""
    return f"| {check.name} | {check.compares} | {' / '.join(check.routes)} | {check.tolerance} |"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_everything_is_said(check: CrossCheck) -> None:
    assert check.group in GROUPS
    assert len(check.routes) == 2
    assert len(set(check.routes)) == 2
    assert all(text and text == text.strip() for text in (check.name, check.compares, check.tolerance, *check.routes))
    assert set(check.toys) <= {2, 3}


def test_every_group_is_there_in_one_piece() -> None:
    assert list(dict.fromkeys(check.group for check in CHECKS)) == list(GROUPS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_the_manual_lists_the_same_checks() -> None:
    page = (ROOT / "docs" / "verify.md").read_text("utf8").splitlines()
    listed = [line for line in page if line.startswith("| ") and not line.startswith("| check")]
    assert listed == [row(check) for check in CHECKS]
