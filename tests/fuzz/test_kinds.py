"""Every kind of input is tried, with few examples: all of `make fuzz` but its length."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st
from toytoy.compare import strategies

from tests.fuzz import drawn, lines, run, table, words
from tests.fuzz.child import Child, Ended
from tests.fuzz.lines import Said
from tests.fuzz.number_laws import Law
from tests.fuzz.table import Row

FEW = {"strategy": 15, "command lines": 40, "command lines, own process": 200, "model file, JSON": 40}
TWENTIETH = 20 * 6  # of what one in twenty is tried of
NO_STRATEGIES = {"ACTIVATIONS", "DEGENERACIES", "LAWS", "RELATIONS", "TINY", "Case", "Related"}


def few(name: str) -> int:
    return next((n for start, n in reversed(FEW.items()) if name.startswith(start)), TWENTIETH)


@pytest.mark.parametrize("name", [name for name in run.kinds() if name.startswith("strategy")])
def test_strategies_keep_their_laws(name: str) -> None:
    row = run.kinds()[name](few(name), 1)
    assert row.findings == []
    assert row.counts["ok"] == row.total > 0


@pytest.mark.slow  # each starts a process that imports everything
@pytest.mark.parametrize("name", [name for name in run.kinds() if not name.startswith("strategy")])
def test_nothing_is_found(name: str) -> None:
    row = run.kinds()[name](few(name), 1)
    assert row.findings == []
    assert row.total > 0


def test_every_public_strategy_is_tried() -> None:
    tried = {name.partition(",")[0] for name in drawn.LAWS}
    assert tried == set(strategies.__all__) - NO_STRATEGIES


def test_a_broken_law_is_found_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(drawn: int) -> None:
        assert drawn < 10, "too large"

    monkeypatch.setitem(drawn.LAWS, "planted", Law(st.integers(0, 99), small))
    row = drawn.tried("planted", 200, 0)
    assert row.counts["finding"] == 1
    assert "too large" in row.findings[0]
    assert "drawn=10" in row.findings[0]


@pytest.mark.parametrize(
    ("said", "interrupted", "wanted"),
    [
        (Said(0, "done", ""), False, "ok"),
        (Said(0, "{}", ""), False, "ok"),
        (Said(0, '{"loss": NaN}', ""), False, "finding"),
        (Said(0, "done", "RuntimeWarning: overflow"), False, "finding"),
        (Said(2, "", "toytoy: density must lie in (0, 1]\n"), False, "refused"),
        (Said(2, "", "toytoy: density must\nlie in (0, 1]\n"), False, "finding"),
        (Said(2, "", "toytoy: \x1b[31mdensity must lie in (0, 1]\n"), False, "finding"),
        (Said(2, "", "toytoy: \n"), False, "finding"),
        (Said(2, "half", "toytoy: density must lie in (0, 1]\n"), False, "finding"),
        (Said(2, "", "Traceback (most recent call last): toytoy\n"), False, "finding"),
        (Said(1, "", ""), False, "finding"),
        (Said(70, "", "toytoy: an error of ours\n"), False, "finding"),
        (Said(-11, "", ""), False, "finding"),
        (Said(130, "", "toytoy: interrupted\n"), True, "ok"),
        (Said(130, "", "toytoy: interrupted\n"), False, "finding"),
        (Said(-1, "", "", "it hung"), True, "finding"),
    ],
)
def test_ends_of_lines_are_judged(said: Said, interrupted: bool, wanted: str) -> None:
    assert lines.outcome(["solve", "--json"], said, interrupted)[0] == wanted


def test_a_no_is_an_answer_of_verify_alone() -> None:
    assert lines.outcome(["verify"], Said(1, "", ""), False) == ("answered no", "")


def test_lines_are_those_of_a_seed_and_differ() -> None:
    made = [words.line_of(3, k) for k in range(200)]
    assert made == [words.line_of(3, k) for k in range(200)]
    assert made != [words.line_of(4, k) for k in range(200)]
    assert {line[0] for line in made if line} >= set(words.COMMANDS) - {"bare"}


def test_a_child_outlives_everything() -> None:
    child = Child("tests.fuzz.planted:outlive", 3.0, growth=2**27)
    ends = {what: child.call(what) for what in ("well", "raise", "die", "hang", "swallow", "well")}
    child.close()
    assert ends["well"] == Ended("well")
    assert ends["raise"].fault == "LookupError: no"
    assert "died with status -9" in ends["die"].fault
    assert (ends["hang"].fault, ends["hang"].interrupted) == ("KeyboardInterrupt: ", True)
    assert "GiB" in ends["swallow"].fault


def test_the_table_is_printed_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "build" / "fuzz.json"
    command = ["fuzz", "--examples", "5", "--only", "strategy seeds", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", command)
    assert run.main() == 0
    assert "strategy seeds" in capsys.readouterr().out
    (kind,) = json.loads(out.read_text())["kinds"]
    assert (kind["name"], kind["tried"], kind["ok"], kind["told"]) == ("strategy seeds", 5, 5, [])


def test_a_finding_is_told_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = Row("planted", findings=[f"case {k}" for k in range(table.SHOWN + 2)])
    row.count("finding", len(row.findings))
    monkeypatch.setattr(run, "kinds", lambda: {"planted": lambda examples, seed: row})
    monkeypatch.setattr(sys, "argv", ["fuzz", "--out", str(tmp_path / "a.json")])
    assert run.main() == 1
    said = capsys.readouterr().err
    assert "FINDING planted: case 0" in said
    assert "and 2 more" in said
    monkeypatch.setattr(sys, "argv", ["fuzz", "--only", "nothing"])
    with pytest.raises(SystemExit, match="must begin a kind's name"):
        run.main()
