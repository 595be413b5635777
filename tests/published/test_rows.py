"""Rows are judged as they should be: planted numbers that are off, vague or not compared at all are rejected."""

from __future__ import annotations

from fractions import Fraction as F
from functools import partial

import pytest

from tests.published.rows import (
    MET,
    NOT_MET,
    TOLD_APART,
    Formula,
    Mistake,
    NotTried,
    Number,
    Recorded,
    Section,
    Words,
    printed,
)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2.5", F(49, 20), F(51, 20)),
        ("≈ 2.5", F(49, 20), F(51, 20)),
        ("−0.28230", F(-282305, 10**6), F(-282295, 10**6)),
        ("4/7", F(4, 7), F(4, 7)),
        ("exactly 3", F(3), F(3)),
        ("3.71(2)", F(369, 100), F(373, 100)),
        ("3.71(2)e-3", F(369, 10**5), F(373, 10**5)),
        ("3.71 ± 0.02", F(369, 100), F(373, 100)),
        ("> 3", F(3), F(10**30)),
        ("0.5 … 0.6", F(9, 20), F(13, 20)),
        ("18 %", F(175, 1000), F(185, 1000)),
        ("2e-3", F(15, 10**4), F(25, 10**4)),
    ],
)
def test_a_printed_number_is_an_interval(text: str, low: F, high: F) -> None:
    assert printed(text) == (low, high)


@pytest.mark.parametrize("text", ["", "about", "1.2.3", "0.5 to 0.6"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number|Invalid"):
        printed(text)


def test_verdicts_follow_from_the_two_texts() -> None:
    def number(published: str, ours: str) -> str:
        return Number(what="x", published=published, ours=ours, measure=lambda: (0.0, 0.0)).verdict

    assert number("2.5", "2.54(1)") == MET
    assert number("2.5", "3.7163(1)") == NOT_MET
    assert number("1/2", "0.5000(1)") == MET
    assert number("1/2", "0.5002(1)") == NOT_MET
    assert number("> 3", "3.93(10)") == MET
    assert number("> 3", "1.59(1)") == NOT_MET
    assert Words(what="x", published="5, 3", ours="5, 3", measure=str).verdict == MET
    assert Words(what="x", published="5, 3", ours="5, 2", measure=str).verdict == NOT_MET


@pytest.mark.parametrize("found", [(3.72, 0.0), (3.7163, 0.001), (float("nan"), 0.0), (3.7163, float("nan"))])
def test_a_number_beside_what_the_page_says_is_rejected(found: tuple[float, float]) -> None:
    with pytest.raises((AssertionError, ValueError)):
        Number(what="x", published="2.5", ours="3.7163(1)", measure=lambda: found).check()
    Number(what="x", published="2.5", ours="3.7163(1)", measure=lambda: (3.7163, 1e-5)).check()


def test_other_words_are_rejected() -> None:
    with pytest.raises(AssertionError):
        Words(what="x", published="a pair", ours="a pair", measure=lambda: "a triangle").check()


def test_formulas_that_are_off_vague_or_not_compared_are_rejected() -> None:
    half = F(1, 2)
    Formula(what="x", published="p/2", measure=lambda: [(half, half, 0)]).check()
    for triples in ([(half, half, 0), (half, F(1, 3), 0)], [], [(half, half, F(1, 10))], [(float("nan"), 0.5, 0)]):
        with pytest.raises(AssertionError):
            Formula(what="x", published="p/2", measure=partial(list, triples)).check()
    wrong = Formula(what="x", published="p/2", ours="p/3", holds=False, measure=lambda: [(half, F(1, 3), 0)])
    wrong.check()
    assert wrong.verdict == NOT_MET
    with pytest.raises(AssertionError):
        Formula(what="x", published="p", ours="q", holds=False, measure=lambda: [(half, half, 0)]).check()


def test_a_mistake_that_our_number_does_not_exclude_is_rejected() -> None:
    def mistake(ours: str) -> Mistake:
        return Mistake(what="x", published="1/6", ours=ours, measure=lambda: (0.0833, 1e-4))

    mistake("0.0833(8)").check()
    assert mistake("0.0833(8)").verdict == TOLD_APART
    with pytest.raises(AssertionError, match="does not exclude"):
        mistake("0.08(10)").check()
    with pytest.raises(AssertionError, match="and not"):
        mistake("0.0844(8)").check()


def test_what_was_not_tried_needs_a_reason() -> None:
    NotTried(what="x", published="1", why="it would take a week").check()
    with pytest.raises(AssertionError):
        NotTried(what="x", published="1").check()


def test_what_is_recorded_must_stand_on_its_page() -> None:
    there = Recorded(
        what="x", published="1", ours="3", page="conventions.md", words="is a product over features", why="y"
    )
    with pytest.raises(AssertionError, match="does not say"):
        there.check()
    Recorded(what="x", published="1", ours="3", page="conventions.md", words="The loss is a sum over").check()
    assert there.verdict == NOT_MET


def test_slow_rows_are_marked() -> None:
    rows = tuple(Words(what=f"x {slow}", published="a", ours="a", measure=str, slow=slow) for slow in (False, True))
    fast, slow = Section("name", rows).cases()
    assert (fast.id, [mark.name for case in (fast, slow) for mark in case.marks]) == ("x_false", ["slow", "timeout"])
