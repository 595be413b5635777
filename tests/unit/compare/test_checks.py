"""A check is judged by its entries: the worst is named with how to look closer, and what is no number fails."""

from __future__ import annotations

import json

import numpy as np
import pytest
from toytoy.compare.checks import N_NAMED, Check, Entry, judge


def test_the_worst_entry_is_reported_and_comes_first() -> None:
    entries = [
        Entry(0.0, 1.0, "a"),
        Entry(3.0, 2.0, "b", lambda: "look at b"),
        Entry(1.0, 0.5, "c", lambda: "look at c"),
    ]
    check = judge("a law", entries, "why", "look at all")
    assert (check.agrees, check.verdict, check.value, check.tolerance) == (False, "disagreement", 1.0, 0.5)
    assert (check.worst, check.look_closer) == ("c", "look at c")  # twice its tolerance, the other one and a half
    assert (check.failures, check.n_failures, check.n_entries) == (("c", "b"), 2, 3)


def test_of_what_holds_the_closest_to_breaking_is_reported() -> None:
    entries = [Entry(-5.0, 1.0, "a"), Entry(0.9, 1.0, "b"), Entry(0.0, 0.0, "c")]
    check = judge("a law", entries, "why", "look at all")
    assert (check.agrees, check.worst, check.failures, check.look_closer) == (True, "b", (), "look at all")


def test_what_is_equal_to_its_tolerance_holds() -> None:
    assert judge("a law", [Entry(1.0, 1.0, "a"), Entry(0.0, 0.0, "b")], "why").agrees


@pytest.mark.parametrize(("value", "tolerance"), [(np.nan, 1.0), (np.inf, 1.0), (0.0, np.nan), (1e-300, 0.0)])
def test_what_is_no_number_or_beyond_nothing_fails(value: float, tolerance: float) -> None:
    check = judge("a law", [Entry(0.99, 1.0, "b"), Entry(value, tolerance, "a"), Entry(1.01, 1.0, "c")], "why")
    assert check.worst == "a"
    assert set(check.failures) == {"a", "c"}


def test_few_of_many_failures_are_named() -> None:
    check = judge("a law", [Entry(k, 0.5, str(k)) for k in range(100)], "why")
    assert (len(check.failures), check.n_failures, check.failures[0]) == (N_NAMED, 99, "99")


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="a law must compare something, got no entry"):
        judge("a law", [], "why")


def test_how_to_look_is_written_for_the_worst_entry_alone() -> None:
    def never() -> str:
        raise AssertionError

    assert judge("a law", [Entry(0.0, 1.0, "a", never), Entry(0.5, 1.0, "b", lambda: "b")], "why").look_closer == "b"


def test_a_check_is_plain_data() -> None:
    check = judge("a law", [Entry(1.0, 2.0, "a", lambda: "look")], "why")
    found = json.loads(json.dumps(check.to_dict()))
    assert list(found)[:4] == ["name", "verdict", "value", "tolerance"]
    assert (found["verdict"], found["reason"], found["worst"], found["look_closer"]) == ("agrees", "why", "a", "look")
    assert Check("a law", True, 0.0, 1.0, "why").to_dict()["failures"] == []


@pytest.mark.parametrize("value", [0.0, 1.0, -np.inf, np.inf])
def test_a_tolerance_without_end_lets_nothing_pass(value: float) -> None:
    found = judge("a law", [Entry(0.0, 1.0, "here"), Entry(value, np.inf, "there")], "why")
    assert (found.agrees, found.worst, found.n_failures) == (False, "there", 1)
