"""Mistakes in somebody's toy-model code, planted: the properties that docs/testing.md shows find each, at any seed."""

from __future__ import annotations

import re
from typing import Any

import hypothesis
import pytest

from tests.meta.sources import ROOT
from tests.meta.test_doctests import FENCE

PAGE = ROOT / "docs" / "testing.md"
SAMPLED, BATCH, TABLED = (
    "test_sampled_loss_is_the_exact_loss",
    "test_batch_loss_is_toytoys",
    "test_tabled_losses_are_the_ansatz",
)
RELATED = "test_sampled_losses_are"  # the relation to try is its argument
RELATIONS = ("relabeled", "rotated", "scaled importance", "unused feature")
SOUND = ("sample", "losses", "ansatz_losses")
FOUND = [  # the planted function, the one it replaces, the property that finds it
    ("one_mask", "sample", SAMPLED),
    ("mean_losses", "losses", SAMPLED),
    ("mean_losses", "losses", BATCH),
    ("mean_losses", "losses", "unused feature"),
    ("swapped_losses", "ansatz_losses", TABLED),
]
SEEDS = range(10)
SHOWN = re.compile("^same = .*$", re.MULTILINE)
FRESH = "same = {'derandomize': False, 'database': None, 'phases': (Phase.generate,)}"


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Run the code of the page, without its sessions; its properties take any seed, and don't shrink."""
    text, n_changed = SHOWN.subn(FRESH, PAGE.read_text("utf8"))
    assert n_changed == 1
    namespace: dict[str, Any] = {}
    for block in FENCE.findall(text)[:-1]:  # the last one keeps a counterexample
        if ">>>" not in block:
            exec(compile(block, PAGE.name, "exec"), namespace)
    return namespace | {"globals": namespace, "unseeded": namespace["repeat"]}


def fails(page: dict[str, Any], test: str, seed: int, **planted: str) -> bool:
    """Whether a property, or the one of a relation, fails with functions planted where it looks them up."""
    home, unseeded = page["globals"], page["unseeded"]
    home |= {name: page[f"sound_{name}"] for name in SOUND} | {name: page[other] for name, other in planted.items()}
    home["repeat"] = lambda inner: hypothesis.seed(seed)(unseeded(inner))
    try:
        if test in RELATIONS:
            page[RELATED](test)
        else:
            hypothesis.seed(seed)(page[test])()
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("test", [SAMPLED, BATCH, TABLED, "unused feature"])
def test_sound_code_passes(page: dict[str, Any], test: str) -> None:
    assert not fails(page, test, 0)


@pytest.mark.slow
@pytest.mark.parametrize("test", [SAMPLED, *RELATIONS])
def test_sound_code_passes_at_other_seeds(page: dict[str, Any], test: str) -> None:
    """What is left to chance are the statistical ones."""
    assert [seed for seed in SEEDS if fails(page, test, seed)] == []


@pytest.mark.parametrize(("mistake", "name", "test"), FOUND)
def test_each_mistake_is_found_at_every_seed(page: dict[str, Any], mistake: str, name: str, test: str) -> None:
    assert [seed for seed in SEEDS if not fails(page, test, seed, **{name: mistake})] == []


def test_properties_are_short() -> None:
    bodies = PAGE.read_text("utf8").split("@repeat\n")[1:]
    assert len(bodies) == 4
    for body in bodies:
        assert len(body.partition("```")[0].strip().splitlines()) <= 9  # and the decorator
