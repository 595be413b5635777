"""`verify --list` and `--only`: no folder, no more maps than needed, the same verdicts, bad input in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import toytoy as tt
from click.testing import CliRunner, Result
from toytoy.cli import toytoy
from toytoy.compare.crosschecks import evidence, losses
from toytoy.compare.crosschecks.registry import CHECKS

SIZE = ("-n", "2", "-m", "1")
SMALL = (*SIZE, *("--density", "0.1:1:3", "--importance", "0.2:2:3", "--trained-grid", "2", "--steps", "3"))


def verify(*words: str) -> Result:
    return CliRunner().invoke(toytoy, ["verify", *words])


@pytest.mark.parametrize("words", [(), ("--only", "losses")])
def test_the_list_needs_no_toy(words: Sequence[str]) -> None:
    result = verify("--list", *words, "--json")
    names = [each["name"] for each in json.loads(result.stdout)]
    assert result.exit_code == 0
    assert names == [check.name for check in CHECKS if not words or check.group == "losses"]
    assert verify("--list", *words).stdout.startswith("losses" if words else "bounds")


def test_one_check_alone_makes_only_the_maps_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "phase_diagram", None)
    result = verify(*SIZE, "--only", "known point")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "optimum at a known point" in result.stdout
    assert "boundary at a known point" in result.stdout
    assert result.stdout.endswith("Verdict: agrees\n")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_failure_is_status_1_and_says_how_to_look_closer(as_json: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    estimate = tt.loss_estimate

    def mean_for_sum(problem: tt.Problem, *model: object) -> tt.Estimate:
        exact = estimate(problem, *model)  # type: ignore[arg-type]
        return tt.Estimate(exact.value / problem.n_features, exact.error, exact.kind)

    monkeypatch.setattr(losses, "loss_estimate", mean_for_sum)
    result = verify(*SMALL, "--only", "loss against exact fractions", *(["--json"] if as_json else []))
    assert result.exit_code == 1
    said = result.stderr if as_json else result.stdout
    assert "FAILED loss against exact fractions" in said
    assert "look closer: python -c" in said
    if as_json:
        found = json.loads(result.stdout)
        assert found["verdict"] == found["checks"][0]["verdict"] == "disagreement"
        assert found["checks"][0]["look_closer"].startswith("python -c")


def test_an_error_in_a_check_is_a_failed_check_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "loss_estimate", None)
    result = verify(*SMALL, "--only", "loss against exact fractions", "--only", "optimum at a known point", "--json")
    first, second = json.loads(result.stdout)["checks"]
    assert result.exit_code == 1
    assert (first["verdict"], second["verdict"]) == ("agrees", "disagreement")
    assert (second["value"], second["reason"]) == (None, "it raised an error")
    assert "TypeError" in second["worst"]
    assert "Traceback" not in result.stderr


REFUSED = {
    "no toy": ((), "Missing option '-n' / '--features'"),
    "half a toy": (("-n", "2"), "Missing option '-m' / '--hidden'"),
    "no folder": (SIZE, "Missing option '--out'"),
    "unknown check": ((*SIZE, "--only", "lossses"), "did you mean"),
    "unknown check to list": (("--list", "--only", "none such"), "check must be a known name, got check='none such'"),
    "a check of the other toy": ((*SIZE, "--only", "(3,2) optimum"), "take the other toy"),
    "a report of one check": ((*SIZE, "--only", "losses", "--out", "report"), "got --out report; leave out"),
    "a printed report of one check": ((*SIZE, "--only", "losses", "--pdf"), "got --pdf; leave out"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_one_line(
    words: Sequence[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = verify(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
