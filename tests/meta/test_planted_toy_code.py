"""Mistakes in somebody's toy-model code, planted: the properties that docs/testing.md shows find each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.meta.sources import ROOT
from tests.meta.test_doctests import FENCE

PAGE = ROOT / "docs" / "testing.md"
SAMPLED, BATCH, TABLED = (
    "test_sampled_loss_is_the_exact_loss",
    "test_batch_loss_is_toytoys",
    "test_tabled_losses_are_the_ansatz",
)
RELATED = "test_sampled_losses_are_related"
MISTAKES = {  # the planted function, and the one it replaces
    "one mask for all features": ("one_mask", "sample"),
    "mean for sum": ("mean_losses", "losses"),
    "swapped losses": ("swapped_losses", "ansatz_losses"),
}
FOUND = {  # by which properties
    "one mask for all features": {SAMPLED},
    "mean for sum": {SAMPLED, BATCH, RELATED},
    "swapped losses": {TABLED},
}


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Run the code of the page, without its sessions, and put the sound functions back in place."""
    namespace: dict[str, Any] = {}
    blocks = FENCE.findall(PAGE.read_text("utf8"))
    for block in blocks[:-1]:  # the last one keeps a counterexample
        if ">>>" not in block:
            exec(compile(block, PAGE.name, "exec"), namespace)
    return namespace | {name: namespace[f"sound_{name}"] for _, name in MISTAKES.values()}


def finders(page: dict[str, Any], name: str, planted: Any) -> set[str]:
    """Name the properties of the page that fail with a function planted; they look it up where they were defined."""
    home = page[SAMPLED].hypothesis.inner_test.__globals__
    home |= {name: page[name] for _, name in MISTAKES.values()} | {name: planted}
    found = set()
    for test in (SAMPLED, BATCH, TABLED, RELATED):
        try:
            page[test]()
        except AssertionError:
            found.add(test)
    return found


def test_sound_code_passes(page: dict[str, Any]) -> None:
    assert finders(page, "sample", page["sound_sample"]) == set()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_found(page: dict[str, Any], mistake: str) -> None:
    planted, name = MISTAKES[mistake]
    assert finders(page, name, page[planted]) == FOUND[mistake]


def test_properties_are_short(page: dict[str, Any]) -> None:
    for test in (SAMPLED, BATCH, TABLED, RELATED):
        assert page[test].hypothesis.inner_test.__code__.co_name == test
    bodies = PAGE.read_text("utf8").split("@repeat\n")[1:]
    assert len(bodies) == 4
    for body in bodies:
        assert len(body.partition("```")[0].strip().splitlines()) <= 10
