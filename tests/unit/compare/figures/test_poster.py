"""The poster: which panels, what is in each, and that no words overlap or are cut off."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from toytoy.compare.figures.colors import PHASE_COLORS
from toytoy.compare.figures.poster import poster
from toytoy.compare.figures.traced import CONTINUOUS, JUMP
from toytoy.compare.figures.zooms import ZOOMS, Zoom

from tests.small_lines import small_lines
from tests.small_maps import diagram, render


@cache
def drawn(n_features: int = 2, zooms: bool = True) -> Any:
    maps = [diagram(kind, n_features) for kind in ("ansatz", "optimum")]
    figure = poster(small_lines(n_features), maps, zooms=zooms)
    render(figure)
    return figure


def panels(figure: Any) -> list[Any]:
    return [ax for ax in figure.axes if ax.axison]


def letters(ax: Any) -> str:
    return "".join(sorted("".join(t.get_text() for t in ax.texts if t.get_text().isupper())))


@pytest.mark.parametrize("n_features", [2, 3])
def test_panels_are_the_optimum_its_zooms_and_the_ansatz(n_features: int) -> None:
    found = panels(drawn(n_features))
    titles = [ax.get_title(loc="left") for ax in found]
    assert titles == ["optimum", "i   optimum", "published ansatz", "ii   optimum", "iii   optimum"]
    windows = [(ax.get_xlim(), ax.get_ylim()) for ax in found]
    assert windows[0] == windows[2] == ((0.1, 10.0), (0.01, 1.0))
    assert [windows[k] for k in (1, 3, 4)] == [tuple(zoom) for zoom in ZOOMS[n_features]]


def test_two_panels_side_by_side() -> None:
    found = panels(drawn(zooms=False))
    assert [ax.get_title(loc="left") for ax in found] == ["optimum", "published ansatz"]
    assert found[0].get_position().height == found[1].get_position().height
    assert letters(found[0]) == "ABC"


def test_a_window_without_zooms_has_two_panels() -> None:
    assert len(panels(poster(replace(small_lines(), density=(0.01, 0.4))))) == 2


@pytest.mark.parametrize("count", range(5))
def test_any_number_of_zooms_leaves_no_panel_empty(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = tuple(Zoom((0.2 * k, 0.2 * k + 0.1), (0.3, 0.5)) for k in range(1, count + 1))
    monkeypatch.setitem(ZOOMS, 2, windows)
    figure = poster(small_lines())
    found = panels(figure)
    numerals = [ax.get_title(loc="left").partition(" ")[0] for ax in found]
    assert sorted(numerals) == sorted(["optimum", "published", *("i", "ii", "iii", "iv")[:count]])
    boxes = [ax.get_position() for ax in figure.axes]
    assert not any(box.overlaps(other) for k, box in enumerate(boxes) for other in boxes[:k])


def test_each_panel_has_its_lines() -> None:
    optimum, *_ = found = panels(drawn())
    labels = [line.get_label() for line in optimum.get_lines()]
    assert (labels.count(JUMP.label), labels.count(CONTINUOUS.label)) == (2, 1)
    own = [line for line in found[2].get_lines() if line.get_label() == JUMP.label]
    assert len(own) == len(small_lines().ansatz)


def test_a_letter_stands_only_in_the_largest_view_of_its_point() -> None:
    main, first, _, second, third = panels(drawn())
    assert [letters(ax) for ax in (main, first, second, third)] == ["", "", "AB", "C"]
    outlines = [[p for p in ax.patches if isinstance(p, Rectangle)] for ax in (main, first, second)]
    assert [len(found) for found in outlines] == [1, 2, 0]


def test_the_key_has_points_lines_and_colors() -> None:
    (key,) = [ax for ax in drawn(3).axes if not ax.axison]
    texts = [text.get_text() for text in key.texts]
    assert any("tricritical" in text for text in texts)
    assert [t.get_text() for t in key.get_legend().get_texts()][:2] == [JUMP.label, CONTINUOUS.label]
    met = {str(name) for kind in ("ansatz", "optimum") for name in diagram(kind, 3).data.phase.values.ravel()}
    shown = {PHASE_COLORS[name] for name in PHASE_COLORS if str(name) in met and name != "not_represented"}
    assert len(key.images) == len(shown) >= 2


@pytest.mark.parametrize("zooms", [True, False])
@pytest.mark.parametrize("n_features", [2, 3])
def test_no_words_overlap_or_are_cut_off(n_features: int, zooms: bool) -> None:
    figure = drawn(n_features, zooms)
    texts = [text for ax in figure.axes for text in seen(ax)] + list(figure.texts)
    boxes = [Text.get_window_extent(text).shrunk(0.96, 0.8) for text in texts]
    page = figure.bbox
    for k, box in enumerate(boxes):
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, texts[k].get_text()
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, texts[k].get_text()
        over = [texts[j].get_text() for j in range(k) if box.overlaps(boxes[j])]
        assert not over, (texts[k].get_text(), over)


def seen(ax: Any) -> list[Any]:
    """List what is written on an Axes: titles, texts, and unless it is off its labels and those of ticks in sight."""
    texts = [child for child in ax.get_children() if isinstance(child, Text)]
    if ax.get_legend():
        texts += ax.get_legend().get_texts()
    for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        texts += [axis.label, *(tick.label1 for tick in ticks if tick.label1.get_visible())]
    return [text for text in texts if text.get_text().strip()]


def test_what_is_wrong_is_refused() -> None:
    wrong: Any = 3
    with pytest.raises(TypeError, match="PhaseLines"):
        poster(wrong)
    with pytest.raises(ValueError, match="n_features=3"):
        poster(small_lines(), diagram("optimum", 3))


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_it_can_be_printed(ending: str, tmp_path: Any) -> None:
    path = tmp_path / f"poster.{ending}"
    drawn(zooms=False).savefig(path)
    assert path.stat().st_size > 10_000
