"""Scores count what they say; explanations speak of mutants that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutants` is not installed")
from tests.meta.sources import ROOT
from tests.mutants.groups import GROUPS
from tests.mutants.mutations import Mutant, changed_line, mutants_of, mutated
from tests.mutants.score import Explained, explained, score
from tests.mutants.verdict import Verdict
from tests.mutants.work import stratified


def verdict(status: str, line: int) -> Verdict:
    return Verdict(Mutant("a.py", line, 0, "core/AddNot", 0), status, f"{line}", f"not {line}", "", 1.0)


FOUND = [verdict(status, i) for i, status in enumerate(["killed"] * 6 + ["timeout"] + ["survived"] * 3 + ["invalid"])]


def test_survivors_are_never_killed_by_an_explanation() -> None:
    plain = score(20, FOUND, [])
    told = score(20, FOUND, [Explained("a.py", "7", "not 7", "why"), Explained("b.py", "8", "not 8", "another file")])
    assert (plain.judged, plain.killed, plain.timeouts, plain.equivalent) == (10, 7, 1, 0)
    assert (told.killed, told.equivalent) == (7, 1)
    assert plain.raw == told.raw == plain.without_equivalents == 7 / 10
    assert told.without_equivalents == 7 / 9


def test_an_explanation_of_a_killed_mutant_changes_nothing() -> None:
    assert score(20, FOUND, [Explained("a.py", "0", "not 0", "wrong")]) == score(20, FOUND, [])


def test_the_interval_holds_the_score_and_closes_where_all_are_judged() -> None:
    low, high = score(20, FOUND, []).interval()
    assert low < 7 / 10 < high
    assert score(10, FOUND, []).interval() == (7 / 10, 7 / 10)


def missing(entries: list[Explained], root: Path) -> list[Explained]:
    """List explanations of what is no mutant of the library as it stands, and those without a reason."""
    made: dict[str, set[tuple[str, str]]] = {}
    for module in {entry.module for entry in entries if (root / entry.module).exists()}:
        text = (root / module).read_text("utf8")
        wanted = {entry.before for entry in entries if entry.module == module}
        rows = text.splitlines()
        some = [each for each in mutants_of(module, text) if rows[each.line - 1].strip() in wanted]
        made[module] = {changed_line(text, mutated(text, each)) for each in some}
    return [e for e in entries if not e.why.strip() or (e.before, e.after) not in made.get(e.module, set())]


def test_explanations_speak_of_mutants_that_exist() -> None:
    entries = explained()
    assert missing(entries, ROOT) == []
    assert len(set(entries)) == len(entries)


@pytest.mark.parametrize(
    "entry", [("a.py", "x = 1", "x = 2", ""), ("a.py", "x = 2", "x = 3", "gone"), ("b.py", "", "", "no file")]
)
def test_a_stale_explanation_is_rejected(tmp_path: Path, entry: tuple[str, str, str, str]) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", "utf8")
    right = Explained("a.py", "x = 1", "x = 2", "why")
    assert missing([right, Explained(*entry)], tmp_path) == [Explained(*entry)]


def test_the_front_of_the_order_is_a_fair_sample() -> None:
    sizes = {"a.py": 100, "b.py": 50, "c.py": 10}
    every = [Mutant(module, line, 0, "core/AddNot", 0) for module, size in sizes.items() for line in range(size)]
    order = stratified(every, seed=0)
    assert sorted(order) == sorted(every)
    for front in (16, 80):
        counts = Counter(mutant.module for mutant in order[:front])
        assert all(abs(counts[module] - front * size / 160) <= 1 for module, size in sizes.items())
    assert order[:16] != stratified(every, seed=1)[:16]
    alone = [mutant for mutant in order if mutant.module == "a.py"]
    assert alone == stratified(every[:100], seed=0)  # whatever else is judged


def test_groups_name_modules_that_exist() -> None:
    for group in GROUPS.values():
        assert all("*" in pattern or (ROOT / pattern).exists() for pattern in group.patterns)
        assert group.modules(ROOT)
