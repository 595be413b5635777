"""The size of a toy may be left out, and is checked where it is given."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner
from toytoy.compare.terminal.options import Refusal
from toytoy.compare.terminal.sizes import VERIFIED


@click.command()
@VERIFIED
def command(n_features: int | None, n_hidden: int | None) -> None:
    click.echo(f"{n_features} {n_hidden}")


def test_given_or_left_out() -> None:
    assert CliRunner().invoke(command, []).stdout == "None None\n"
    assert CliRunner().invoke(command, ["-n", "3", "--hidden", "2"]).stdout == "3 2\n"


@pytest.mark.parametrize("words", [["-n", "0"], ["-m", "half"], ["-n", "2.5"]])
def test_no_number_of_features_is_refused(words: list[str]) -> None:
    with pytest.raises(Refusal, match="must be"):
        command.main(words, standalone_mode=False)
