"""Options read the declared ranges: what they refuse is said with value, rule and way out."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result
from toytoy.analytic.domain import DENSITY, IMPORTANCE, N_FEATURES
from toytoy.compare.terminal.options import axis, choice, example, number, numbers, stacked


@click.command(epilog=example("work --features 3"))
@stacked(
    number(N_FEATURES, "-n", "--features", "n_features", default=2),
    numbers(IMPORTANCE, "--importance"),
    axis(DENSITY),
    choice("method", ("ansatz", "optimum"), default="optimum"),
)
def work(**given: object) -> None:
    """Print what was understood."""
    click.echo(repr(given))


def run(*words: str) -> Result:
    """Invoke the command."""
    return CliRunner().invoke(work, words)


def test_values_arrive_read() -> None:
    result = run("-n", "3", "--importance", "1,0.5", "--density", "0.1:1:4", "--method", "ansatz")
    assert "'n_features': 3" in result.stdout
    assert "'importance': (1.0, 0.5)" in result.stdout
    assert "Range(low=0.1, high=1.0, size=4)" in result.stdout
    assert "'method': 'ansatz'" in result.stdout


def test_defaults_that_are_values_pass() -> None:
    assert "'n_features': 2" in run().stdout
    assert "'density': None" in run().stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("-n", "0"), "--features must be a whole number in [1, inf), got --features=0; give the number of features"),
        (("--importance", "1,-1"), "importance must lie in [0, inf), got importance=-1.0"),
        (("--density", "0.1"), "density must be written LO:HI:COUNT"),
        (("--method", "optimm"), "method must be one of ansatz, optimum; got method='optimm'; did you mean 'optimum'?"),
    ],
)
def test_other_values_are_refused(words: tuple[str, ...], reason: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_help_shows_options_in_order_and_the_example() -> None:
    text = run("--help").stdout
    places = [text.index(word) for word in ("--features", "--importance", "--density", "ansatz|optimum", "Example:")]
    assert places == sorted(places)
    assert text.endswith("Example:\n    work --features 3\n")
