"""Checks are chosen by name, and an error in one does not stop the others."""

from __future__ import annotations

import dataclasses
import math
import shlex
from typing import Any

import pytest
from toytoy.compare.checks import Check, Entry
from toytoy.compare.crosschecks import running as module
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.crosschecks.registry import CHECKS
from toytoy.compare.crosschecks.running import Skipped, chosen, run_check, run_checks
from toytoy.compare.plans import Plan

EVIDENCE = Evidence(Plan(2, 1, seed=3))
KNOWN = next(check for check in CHECKS if check.name == "optimum at a known point")


def test_names_groups_and_parts_of_names_choose() -> None:
    assert chosen() == CHECKS
    assert chosen(["OPTIMUM AT a known point "]) == (KNOWN,)
    assert {check.group for check in chosen(["losses"])} == {"losses"}
    assert [check.name for check in chosen(["known point"])] == [KNOWN.name, "boundary at a known point"]
    assert chosen(["known point", "losses"]) == tuple(c for c in CHECKS if c.group == "losses" or "known" in c.name)


def test_a_toy_has_its_own_checks() -> None:
    two, three = (set(chosen(n_features=n)) for n in (2, 3))
    assert {check.name for check in two - three} == {"L(1/r) = L(r)/r", "optimum inside its certificate"}
    assert {check.name for check in three - two} == {"(3,2) optimum never above (2,1)'s"}
    with pytest.raises(ValueError, match=r"must apply to the toy, got L\(1/r\) = L\(r\)/r with n_features=3"):
        chosen(["L(1/r)"], n_features=3)


@pytest.mark.parametrize("name", ["flips at density 2", "nonsense", "", " "])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="check must be a known name, got check="):
        chosen([name])


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(ValueError, match="did you mean 'rotation of the hidden space'"):
        chosen(["rotations of hidden space"])


def breaks(_: Evidence) -> Any:
    raise RuntimeError("kernel\nlost")


def test_an_error_fails_its_check_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = dataclasses.replace(KNOWN, name="idle", run=lambda _: [], absent="nothing there")
    broken = dataclasses.replace(KNOWN, name="broken", run=breaks)
    monkeypatch.setattr(module, "CHECKS", (broken, idle, KNOWN))
    checks, skipped = run_checks(EVIDENCE)
    assert [(check.name, check.agrees) for check in checks] == [("broken", False), (KNOWN.name, True)]
    assert skipped == (Skipped("idle", "nothing there"),)
    assert "RuntimeError: kernel lost (test_running.py, line" in checks[0].worst
    assert shlex.split(checks[0].look_closer)[:3] == ["TOYTOY_TRACEBACK=1", "toytoy", "verify"]


def test_the_environment_asks_for_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOYTOY_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="kernel"):
        run_check(dataclasses.replace(KNOWN, run=breaks), EVIDENCE)


def test_an_interrupt_is_no_failure() -> None:
    def interrupted(_: Evidence) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_check(dataclasses.replace(KNOWN, run=interrupted), EVIDENCE)


def test_the_whole_check_is_how_to_look_closer_where_an_entry_has_no_line() -> None:
    check = run_check(dataclasses.replace(KNOWN, run=lambda _: [Entry(2.0, 1.0, "here")]), EVIDENCE)
    assert isinstance(check, Check)
    words = shlex.split(check.look_closer)
    assert words[:2] == ["toytoy", "verify"]
    assert words[words.index("--only") + 1] == KNOWN.name
    assert words[words.index("--seed") + 1] == "3"
    assert "--out" not in words


def test_an_error_is_one_failure_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_check(dataclasses.replace(KNOWN, run=breaks), EVIDENCE)
    assert isinstance(found, Check)
    assert (found.agrees, found.n_failures, len(found.failures)) == (False, 1, 1)
    assert math.isnan(found.value)
    assert math.isnan(found.tolerance)


def test_nothing_to_compare_is_a_failure_where_no_reason_is_given() -> None:
    assert isinstance(run_check(dataclasses.replace(KNOWN, run=lambda _: [], absent=""), EVIDENCE), Check)
    there = dataclasses.replace(KNOWN, run=lambda _: [Entry(0.0, 1.0, "here")], absent="never")
    assert isinstance(run_check(there, EVIDENCE), Check)
