"""Junctions, and ends of lines that are let meet."""

from __future__ import annotations

import numpy as np
from toytoy.numeric.boundaries.continuation import End
from toytoy.numeric.boundaries.segments import SNAP, Junction, Segment, place, snapped

from tests import traced


def junction(shift: float = 0.0, reason: End | None = None) -> Junction:
    crossing = traced.half()
    states = (*crossing, crossing.above.moved(0.54, 0.5)) if reason is None else tuple(crossing)
    return Junction(crossing.importance * np.exp(shift), crossing.density, states, reason)


def a_segment(end: Junction, stable: bool = True) -> Segment:
    return Segment((traced.half(),), (end, junction(0.1, End.WINDOW)), stable, (False,))


def test_a_place_is_log_r_and_p() -> None:
    at = traced.half()
    assert np.array_equal(place(at), [np.log(at.importance), 0.5])
    assert np.array_equal(place(at.above), place(at))
    assert np.array_equal(junction().place, place(at))


def test_junctions_are_one_if_they_are_close_and_of_a_kind() -> None:
    assert junction().is_at(junction(1e-7))
    assert not junction().is_at(junction(1e-5))
    assert not junction().is_at(junction(reason=End.LOST))


def test_a_lost_end_snaps_to_the_nearest_triple_point_of_its_branches() -> None:
    lost, near, nearer = junction(reason=End.LOST), junction(0.9 * SNAP), junction(-0.5 * SNAP)
    assert snapped(a_segment(lost), [near, nearer]).ends[0] is nearer
    assert snapped(a_segment(lost), [near, nearer]).ends[1].reason is End.WINDOW


def test_nothing_else_snaps() -> None:
    lost, near = junction(reason=End.LOST), junction(0.9 * SNAP)
    far, other = junction(1.1 * SNAP), Junction(near.importance, near.density, tuple(traced.symmetric()))
    for segment, junctions in [
        (a_segment(lost), [far]),
        (a_segment(lost), [other]),  # of other branches
        (a_segment(lost), [junction(0.5 * SNAP, End.MERGED)]),  # no triple point
        (a_segment(lost, stable=False), [near]),
        (a_segment(junction(reason=End.MERGED)), [near]),
    ]:
        assert snapped(segment, junctions).ends == segment.ends
