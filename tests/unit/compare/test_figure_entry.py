"""A figure is computed in full, or smaller if asked for."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from toytoy.compare.figure_entry import Entry


def test_quick_settings_are_used_only_if_asked_for() -> None:
    calls: list[dict[str, Any]] = []

    def compute(**given: Any) -> Any:
        calls.append(given)

    one = Entry("a caption", compute, lambda found: Figure(), {"starts": 3})
    one.make(seed=5)
    one.make(quick=True)
    assert calls == [{"seed": 5, "progress": None}, {"starts": 3, "seed": 0, "progress": None}]
