"""A line that ends nowhere is named; one that ends on the border, at a point or on another line is not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from toytoy.compare.line_ends import SHORT, lost_ends
from toytoy.compare.lines import Line, Status
from toytoy.compare.phase_lines import phase_lines
from toytoy.compare.special import special_points_of
from toytoy.compare.tracing import jump_line
from toytoy.numeric.boundaries import network as module
from toytoy.numeric.boundaries.continuation import Window
from toytoy.numeric.boundaries.crossing import Crossing
from toytoy.numeric.boundaries.rivals import Check, check

from tests.small_lines import line, point, small_lines
from tests.traced_lines import LOW, found

WINDOW = Window((0.1, 10.0), (0.01, 1.0))
INSIDE, FAR = (0.3, 0.3), (2.0, 0.6)


def cut(whole: Line, part: slice) -> Line:
    arrays: dict[str, Any] = {name: value[part] for name, value in vars(whole).items() if isinstance(value, np.ndarray)}
    return dataclasses.replace(whole, **arrays, crossings=whole.crossings[part])


def test_an_end_inside_the_window_is_a_lost_one() -> None:
    (lost,) = lost_ends([line((0.1, 0.18), INSIDE)], [], WINDOW)
    assert (lost.importance.value, lost.density.value) == pytest.approx(INSIDE, rel=1e-14)
    assert lost.importance.error == pytest.approx(1e-12 * INSIDE[0])
    assert (lost.kind, lost.status, lost.phases) == ("lost", Status.UNRESOLVED, ("not_represented", "antipodal"))
    assert lost.note
    assert json.loads(json.dumps(lost.to_dict(), allow_nan=False))["residual"] is None


def test_a_border_a_point_and_another_line_end_a_line() -> None:
    short = line((0.1, 0.18), INSIDE)
    r, p = INSIDE
    aside = float(np.exp(SHORT))
    for near, count in ((0.9, 0), (1.1, 1)):
        assert len(lost_ends([short], [point("critical", r * aside**near, p)], WINDOW)) == count
        other = line((r, p + near * SHORT), (10.0, 0.9))
        assert len(lost_ends([short, other], [], WINDOW)) == 2 * count
    for border in ((0.1, 0.5), (10.0, 0.5), (0.5, 0.01), (0.5, 1.0)):
        assert lost_ends([line(border, INSIDE)], [point("triple", *INSIDE)], WINDOW) == ()
    assert lost_ends([], [], WINDOW) == ()


def test_its_own_other_end_ends_no_line() -> None:
    ring = line(FAR, (FAR[0] * 1.0001, FAR[1] * 1.0001))
    assert len(lost_ends([ring], [], WINDOW)) == 2


def test_lost_ends_have_names_of_their_own() -> None:
    names = [each.name for each in lost_ends([line(INSIDE, FAR), line((0.2, 0.8), (1.0, 0.2))], [], WINDOW)]
    assert len(set(names)) == len(names) == 4


def test_a_gap_in_a_traced_line_has_two_lost_ends() -> None:
    """And a whole one has none: its ends are those of the window."""
    (segment,) = [segment for segment in found(LOW).segments if segment.stable]
    points, whole = special_points_of(found(LOW), []), jump_line(segment)
    assert lost_ends([whole], points, LOW) == ()
    k = len(whole) // 3
    pieces = cut(whole, slice(k)), cut(whole, slice(k + 3, None))
    lost = lost_ends(pieces, points, LOW)
    assert [each.density.value for each in lost] == [whole.density[k - 1], whole.density[k + 3]]


def test_a_search_that_errs_cuts_no_line_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: in the middle of the line the search claims one of the line's own models to be better."""

    def erring(crossings: Sequence[Crossing]) -> Check:
        sound = check(crossings)
        for k, each in enumerate(crossings):
            if 0.38 < each.density < 0.42:
                sound.optimal[k], sound.better[k] = False, each.above
        return sound

    monkeypatch.setattr(module, "check", erring)
    broken = phase_lines(2, 1, density=(0.3, 0.5), importance=(0.2, 1.0))
    assert len(broken.lines) == 2
    kinds = [each.kind for each in broken.points]
    assert kinds == ["border", "lost", "lost", "border"]
    assert all(0.36 < each.density.value < 0.44 for each in broken.points if each.kind == "lost")


def test_lines_made_by_hand_end_where_they_say() -> None:
    whole = small_lines()
    assert [each.phases for each in lost_ends(whole.lines, whole.points, WINDOW)] == [
        ("not_represented", "antipodal") for _ in range(2)
    ]  # of the metastable line, which ends at neither
