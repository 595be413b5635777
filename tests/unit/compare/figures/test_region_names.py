"""Names of regions: each phase once, inside a region of its own, with models, and nothing over lines."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from toytoy.compare.figures.lines_map import frame_window
from toytoy.compare.figures.region_names import WORDS, name_regions
from toytoy.compare.figures.room import Room
from toytoy.compare.figures.shades import phases_at

from tests.small_maps import diagram


def drawn(kind: str, n_features: int = 2, inches: float = 5.0, blocked: Any = ()) -> Any:
    figure = Figure(figsize=(inches, inches))
    ax: Any = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    frame_window(ax, (0.1, 10.0), (0.05, 1.0))
    room = Room(ax)
    for box in blocked:
        room.take_box(box, 1.0)
    texts = name_regions(ax, [diagram(kind, n_features)], room, room.taken == 0)
    return ax, texts


@pytest.mark.parametrize("n_features", [2, 3])
@pytest.mark.parametrize("kind", ["ansatz", "optimum"])
def test_every_name_stands_in_its_region_and_once(kind: str, n_features: int) -> None:
    _, texts = drawn(kind, n_features)
    shown: Any = diagram(kind, n_features)
    words = {name: {w.replace("\n", " ") for w in WORDS.get(name, (name.replace("_", " "),))} for name in names(shown)}
    said = [text.get_text().replace("\n", " ") for text in texts]
    assert len(said) == len(set(said)) >= 2
    for text in texts:
        (phase,) = phases_at([shown], *(np.array([x]) for x in text.xy))[0]
        assert text.get_text().replace("\n", " ") in words[str(phase)]


def names(shown: Any) -> set[Any]:
    return set(np.unique(shown.data.phase.values).tolist())


def test_regions_show_models() -> None:
    ax, texts = drawn("optimum")
    arrows = [c for c in ax.collections if hasattr(c, "U")]
    assert len(arrows) >= len(texts)


def test_where_there_is_no_room_there_are_no_words() -> None:
    ax, texts = drawn("optimum", inches=0.5)
    assert texts == []
    assert not ax.collections


def test_what_is_taken_stays_free() -> None:
    everything = (0.0, 0.0, 1000.0, 1000.0)
    ax, texts = drawn("optimum", blocked=[everything])
    assert texts == []
    assert not ax.texts


def test_without_maps_nothing_is_named() -> None:
    ax: Any = Figure().subplots()
    frame_window(ax, (0.1, 10.0), (0.05, 1.0))
    room = Room(ax)
    assert name_regions(ax, [], room, room.taken == 0) == []
