"""All lines on one Axes: what is drawn, what the key says, and that nothing hides anything."""

from dataclasses import replace
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from toytoy.compare.figures.lines_map import frame_window, key_text, phase_lines
from toytoy.compare.figures.traced import ANSATZ, CONTINUOUS, JUMP, UNRESOLVED
from toytoy.compare.special_table import lettered

from tests.small_lines import small_lines
from tests.small_maps import diagram, render


def test_it_draws_lines_dots_letters_and_names() -> None:
    ax: Any = phase_lines(small_lines(), diagram("optimum"))
    labels = [line.get_label() for line in ax.get_lines()]
    assert [labels.count(style.label) for style in (JUMP, CONTINUOUS, UNRESOLVED, ANSATZ)] == [2, 1, 1, 1]
    dots = [line for line in ax.get_lines() if str(line.get_gid()).startswith("point ")]
    assert [dot.get_gid() for dot in dots] == ["point A", "point B", "point C"]
    said = {text.get_text() for text in ax.texts}
    assert {"antipodal", "not\nrepresented"} <= said
    assert sorted("".join(t for t in said if t.isupper())) == ["A", "B", "C"]


def test_the_key_lists_points_and_the_legend_lines() -> None:
    ax: Any = phase_lines(small_lines())
    (key,) = [text for text in ax.texts if text.get_gid() == "key"]
    rows = [row.split() for row in key.get_text().splitlines()]
    assert rows[0] == ["special", "point", "r", "p"]
    assert rows[1:] == [
        ["A", "triple", "0.560000", "0.510000"],
        ["B", "tricritical", "0.570000", "0.520000"],
        ["C", "tricritical", "0.900000", "0.840000"],
    ]
    assert ax.get_legend().get_texts()[0].get_text() == JUMP.label


def test_without_points_there_is_no_key() -> None:
    assert key_text({}) == ""
    ax: Any = phase_lines(replace(small_lines(), points=()))
    assert [t.get_text() for t in ax.texts] == [""]


def test_words_overlap_neither_each_other_nor_letters() -> None:
    ax: Any = phase_lines(small_lines(), diagram("optimum"))
    render(ax.figure)
    inside = [t for t in ax.texts if t.get_text() and t.get_gid() != "key"]
    boxes = [text.get_window_extent() for text in inside]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:k]), inside[k].get_text()


def test_the_window_is_the_lines_and_the_title_says_whose_map_it_is() -> None:
    ax: Any = phase_lines(small_lines(), diagram("ansatz"))
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.1, 10.0), (0.01, 1.0))
    assert ax.get_title().startswith("ansatz:")
    assert phase_lines(small_lines(3)).get_title().endswith("3 features in 2 dimensions")
    given: Any = Figure(layout="constrained").subplots()
    assert phase_lines(small_lines(), ax=given, title="mine") is given
    assert given.get_title() == "mine"


@pytest.mark.parametrize(("low", "high"), [(0.01, 1.0), (0.84, 0.86), (0.5, 2.0), (0.563, 0.565)])
def test_every_window_has_two_ticks_or_more_with_different_labels(low: float, high: float) -> None:
    ax: Any = Figure(figsize=(4, 4)).subplots()
    frame_window(ax, (low, high), (0.1, 1.0))
    render(ax.figure)
    labels = [t.label1.get_text() for t in ax.xaxis.get_major_ticks() if low <= t.get_loc() <= high]
    assert len([label for label in labels if label]) >= 2
    assert len(set(labels)) == len(labels)


def test_no_text_is_smaller_than_print_bears() -> None:
    ax: Any = phase_lines(small_lines(), diagram("optimum"))
    assert min(t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text()) >= 8.0


def test_what_is_wrong_is_refused_in_one_line() -> None:
    wrong: Any = [1]
    with pytest.raises(TypeError, match=r"^lines must be PhaseLines, got lines of type list; use phase_lines$"):
        phase_lines(wrong)
    with pytest.raises(ValueError, match="n_features=3"):
        phase_lines(small_lines(), diagram("optimum", 3))
    assert list(lettered(small_lines().points)) == ["A", "B", "C"]
