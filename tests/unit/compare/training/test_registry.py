"""Figures of training say what they show."""

from __future__ import annotations

from toytoy.compare.paper.registry import PAPER
from toytoy.compare.training.registry import TRAINING


def test_each_has_a_caption_and_a_name_of_its_own() -> None:
    assert all(each.caption for each in TRAINING.values())
    assert not TRAINING.keys() & PAPER.keys()
