"""Checks on a terminal: each with its reason, what failed with where and how to look closer, and the declared list."""

from __future__ import annotations

import dataclasses
import io
import json
import math

from toytoy.compare.checks import Check, Entry, judge
from toytoy.compare.crosschecks.registry import CHECKS
from toytoy.compare.crosschecks.running import Skipped
from toytoy.compare.terminal.check_tables import check_parts, failures, list_parts, summarize_list
from toytoy.compare.terminal.tables import show

HOLDS = judge("a law", [Entry(0.5, 1.0, "here")], "half of the bracket")
BROKEN = judge("another law", [Entry(float(k), 1.0, f"cell {k}", lambda: "python -c 1") for k in range(4)], "rounding")


def text(checks: list[Check], skipped: tuple[Skipped, ...] = ()) -> str:
    stream = io.StringIO()
    show(check_parts(checks, skipped, stream), stream)
    return stream.getvalue()


def test_every_check_has_a_row_with_its_reason() -> None:
    rows = [line.split() for line in text([HOLDS]).splitlines()]
    assert ["a", "law", "5.00e-01", "1.00e+00", "1", "agrees", "half", "of", "the", "bracket"] in rows
    assert "FAILED" not in text([HOLDS])


def test_a_failure_names_the_worst_entry_then_the_others_then_how_to_look() -> None:
    assert failures([HOLDS]) == []
    said, look = failures([HOLDS, BROKEN])
    assert said == "FAILED another law: 3 exceeds 1 (rounding) at cell 3; 2 of 4 entries fail, among them cell 2"
    assert look == "  look closer: python -c 1"
    assert f"{said}\n{look}\n" in text([HOLDS, BROKEN])


def test_an_error_and_what_is_no_number_are_said_as_such() -> None:
    raised = Check("a law", False, math.nan, math.nan, "it raised an error", ("E: no",), 1, "E: no (x.py, line 3)")
    assert failures([raised])[0] == "FAILED a law: it raised an error: E: no (x.py, line 3)"
    blank = judge("a law", [Entry(math.nan, 1.0, "here")], "rounding")
    assert failures([blank])[0] == "FAILED a law: nan is not within 1 (rounding) at here"


def test_a_command_is_never_folded() -> None:
    long = dataclasses.replace(BROKEN, look_closer="python -c '" + "x = 1; " * 500 + "'")
    assert long.look_closer in text([long])


def test_what_had_nothing_to_compare_is_said() -> None:
    assert "Nothing to compare for a law: none is there." in text([HOLDS], (Skipped("a law", "none is there"),))


def test_the_list_shows_everything_declared() -> None:
    stream = io.StringIO()
    show(list_parts(CHECKS, stream), stream)
    words = stream.getvalue().split()
    for check in CHECKS:
        for said in (check.name, check.compares, *check.routes, check.tolerance):
            assert set(said.split()) <= set(words)


def test_the_list_is_plain_data() -> None:
    found = json.loads(json.dumps(summarize_list(CHECKS)))
    assert [each["name"] for each in found] == [check.name for check in CHECKS]
    assert {tuple(size) for each in found for size in each["toys"]} == {(2, 1), (3, 2)}
