"""Whatever goes wrong is one line on stderr, with a status that says of which kind it is."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result
from toytoy.compare.terminal.oneline import TRACEBACK, OneLine
from toytoy.compare.terminal.options import Refusal


def run(failure: BaseException | None, *words: str) -> Result:
    """Run a group of one command that prints, then fails as told."""

    @click.group("toytoy", cls=OneLine)
    def group() -> None:
        """Do things."""

    @group.command()
    @click.option("--size", type=int)
    def work(size: int | None) -> None:
        """Work."""
        if failure is not None:
            raise failure
        click.echo("done")

    return CliRunner().invoke(group, words or ["work"])


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (ValueError("density must lie\nin (0, 1]"), 2, "density must lie in (0, 1]"),
        (TypeError("no"), 2, "no"),
        (ImportError("install torch"), 2, "install torch"),
        (FileNotFoundError(2, "No such file", "x.json"), 2, "x.json"),
        (MemoryError("2 TB"), 2, "ask for less"),
        (ValueError(), 2, "ValueError"),
        (Refusal("a model is both"), 2, "toytoy: a model is both"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (click.Abort(), 130, "interrupted"),
        (ZeroDivisionError("x"), 70, "please report it"),
    ],
)
def test_failures_are_one_line(failure: BaseException, status: int, words: str) -> None:
    result = run(failure)
    assert result.exit_code == status
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["wrok"], "did you mean 'work'?"),
        (["work", "--sise", "3"], "--size"),
        (["work", "--size", "x"], "not a valid integer"),
        (["work", "more"], "toytoy work --help"),
    ],
)
def test_usage_errors_are_one_line(words: list[str], reason: str) -> None:
    result = run(None, *words)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_success_is_0_and_other_statuses_pass() -> None:
    assert run(None).exit_code == 0
    assert run(None).stdout == "done\n"
    assert run(click.exceptions.Exit(1)).exit_code == 1


def test_alone_it_shows_its_help() -> None:
    @click.group("toytoy", cls=OneLine)
    def group() -> None:
        """Do things."""

    result = CliRunner().invoke(group, [])
    assert result.exit_code == 0
    assert "Do things." in result.stdout


def test_internal_errors_can_show_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRACEBACK, "1")
    assert isinstance(run(ZeroDivisionError()).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("--\x1b[31mred", "--\\x1b[31mred"),
        ("--\u202eder", "--\\u202eder"),
        ("--" + "a" * 5000, "aaa..."),
        ("--é😀", "--é😀"),
    ],
)
def test_a_terminal_shows_what_was_given_and_does_not_obey_it(given: str, shown: str) -> None:
    result = run(None, "work", given)
    assert result.exit_code == 2
    assert shown in result.stderr
    assert result.stderr.removesuffix("\n").isprintable()
    assert len(result.stderr) < 500


def test_many_words_are_cut() -> None:
    assert 1000 < len(run(None, "work", *["word"] * 2000).stderr) < 2000
