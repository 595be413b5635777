"""Lines on Axes: solid for jumps, dashed for a continuous onset, quiet for what is not resolved."""

from dataclasses import replace
from typing import Any

import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from toytoy.compare.figures.traced import (
    ANSATZ,
    CONTINUOUS,
    GUESS,
    JUMP,
    METASTABLE,
    QUIET,
    SPINODAL,
    STYLES,
    UNRESOLVED,
    draw_line,
    draw_lines,
    line_handles,
    style_of,
)
from toytoy.compare.lines import Order, Status

from tests.small_lines import line, small_lines
from tests.unit.compare.figures.test_colors import lab

A, B = (0.1, 0.2), (0.5, 0.6)


@pytest.mark.parametrize(
    ("order", "status", "style"),
    [
        (Order.JUMP, Status.CONVERGED, JUMP),
        (Order.CONTINUOUS, Status.CONVERGED, CONTINUOUS),
        (Order.JUMP, Status.UNRESOLVED, UNRESOLVED),
        (Order.CONTINUOUS, Status.METASTABLE, METASTABLE),
        (Order.JUMP, Status.GUESS, GUESS),
    ],
)
def test_style_follows_order_and_status(order: Order, status: Status, style: Any) -> None:
    assert style_of(line(A, B, order=order, status=status)) is style


def test_jumps_are_solid_and_onsets_dashed_and_as_wide() -> None:
    ax: Any = Figure().subplots()
    jump, onset = draw_line(ax, line(A, B)), draw_line(ax, line(A, B, order=Order.CONTINUOUS))
    assert (jump.get_linestyle(), onset.get_linestyle()) == ("-", "--")
    assert jump.get_linewidth() == onset.get_linewidth()


def test_what_is_less_certain_is_thinner_and_lighter() -> None:
    for quiet in (UNRESOLVED, METASTABLE, GUESS, SPINODAL):
        assert quiet.width < JUMP.width
        assert quiet.order < JUMP.order  # below it
        assert lab(quiet.color)[0] > lab(JUMP.color)[0]
    assert to_rgb(QUIET) != to_rgb(JUMP.color)


def test_every_point_of_every_line_is_drawn() -> None:
    ax: Any = Figure().subplots()
    lines = small_lines(spinodals=True)
    draw_lines(ax, lines)
    drawn = ax.get_lines()
    wanted = [*lines.ansatz, *lines.spinodals, *lines.lines]
    assert [list(d.get_xdata()) for d in drawn] == [list(w.importance) for w in wanted]
    assert [list(d.get_ydata()) for d in drawn] == [list(w.density) for w in wanted]
    labels = [d.get_label() for d in drawn]
    assert [labels.count(s.label) for s in STYLES] == [2, 1, 1, 1, 0, 1, 1]


def test_the_window_stays_and_the_ansatz_may_be_left_out() -> None:
    ax: Any = Figure().subplots()
    ax.set_xlim(0.2, 0.3)
    draw_lines(ax, small_lines(), ansatz=False)
    assert ax.get_xlim() == (0.2, 0.3)
    assert ANSATZ.label not in {d.get_label() for d in ax.get_lines()}


def test_the_legend_names_what_is_drawn_once() -> None:
    ax: Any = Figure().subplots()
    draw_lines(ax, small_lines())
    assert [h.get_label() for h in line_handles([ax, ax])] == [
        s.label for s in (JUMP, CONTINUOUS, UNRESOLVED, METASTABLE, ANSATZ)
    ]
    bare = replace(small_lines(), lines=(), ansatz=())
    other: Any = Figure().subplots()
    draw_lines(other, bare)
    assert line_handles([other]) == []
