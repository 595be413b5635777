"""Every `toytoy` command that a page or a help text shows can be read: its command, options and values exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from toytoy.cli import toytoy
from toytoy.compare.named_figures import entry

from tests.meta.sources import ROOT

FENCE = re.compile(r"^(```+|~~~+)([^\n]*)\n(.*?)^\1", re.DOTALL | re.MULTILINE)
SHELL = {"", "sh", "bash", "shell", "text", "console"}  # what a fence that shows commands may be called
COMMAND = re.compile(r"^\s*(?:\$ )?((?:python -m )?toytoy(?: (?:.*\\\n)*.*)?)$", re.MULTILINE)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])
ENDS = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>"}  # where the shell's own words begin


def shown_commands(text: str) -> list[str]:
    """List the lines of a page's shell fences that call toytoy, continued ones joined."""
    fences = [body for _, name, body in FENCE.findall(text) if name.strip() in SHELL]
    return [line.replace("\\\n", " ") for body in fences for line in COMMAND.findall(body)]


def words(line: str) -> list[str]:
    """Split a command as a shell would, up to a comment, a pipe, a redirection or a further command."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[str] = []
    for word in lexer:
        if word in ENDS:
            break
        found.append(word)
    return found[found.index("toytoy") + 1 :]


def trouble(line: str) -> str:
    """Read a command without running it; say what is wrong with it, or nothing."""
    try:
        given = words(line)
        split = next((i for i, word in enumerate(given) if not word.startswith("-")), len(given))
        with toytoy.make_context("toytoy", [*given]) as ctx:
            name, command, args = toytoy.resolve_command(ctx, given[split:])
            with command.make_context(name, args, parent=ctx) as called:
                return unknown(called)
    except click.exceptions.Exit:  # --help or --version
        return ""
    except (click.ClickException, ValueError) as error:
        return str(error)


def unknown(ctx: click.Context) -> str:
    """Say which figure or ending of a file a command does not know: both are looked at only where it runs."""
    if ctx.command.name == "figure" and ctx.params["name"] is not None:
        entry(ctx.params["name"])
    for option in ctx.command.params:
        if isinstance(option, click.Option) and "--out" in option.opts and option.metavar != "DIR":
            given = ctx.params[str(option.name)]
            files = [given] if isinstance(given, str) else given or ()
            endings = re.findall(r"\.[a-z]+\b", f"{option.metavar} {option.help}")
            return "; ".join(f"{file} is none of {endings}" for file in files if Path(file).suffix not in endings)
    return ""


COMMANDS = {page: shown_commands(page.read_text("utf8")) for page in PAGES}


@pytest.mark.parametrize("page", [page for page, lines in COMMANDS.items() if lines], ids=lambda page: str(page.name))
def test_shown_commands_can_be_read(page: Path) -> None:
    assert {line: said for line in COMMANDS[page] if (said := trouble(line))} == {}


@pytest.mark.parametrize("name", sorted(toytoy.commands))
def test_examples_of_help_texts_can_be_read(name: str) -> None:
    text = CliRunner().invoke(toytoy, [name, "--help"], terminal_width=200).output
    lines = COMMAND.findall(text.partition("Example:")[2])
    assert lines
    assert [said for line in lines if (said := trouble(line))] == []


def test_commands_are_found() -> None:
    """The manual as a whole shows every command there is, in some fence."""
    shown = {words(line)[0] for lines in COMMANDS.values() for line in lines if words(line)}
    assert shown >= set(toytoy.commands)


PAGE = """
```sh
make demo
toytoy solve -n 2 -m 1 -p 0.5   # a comment
$ toytoy diagram -n 2 -m 1 \\
    --quick
python -m toytoy boundary -n 2 -m 1 -p 0.5 --json | jq '.[0]' > found.json
```
```python
toytoy = 1
```
toytoy is not a command here
"""


def test_what_a_page_shows() -> None:
    first, second, third = map(words, shown_commands(PAGE))
    assert first == ["solve", "-n", "2", "-m", "1", "-p", "0.5"]
    assert second == ["diagram", "-n", "2", "-m", "1", "--quick"]
    assert third == ["boundary", "-n", "2", "-m", "1", "-p", "0.5", "--json"]


@pytest.mark.parametrize(
    "line",
    [
        "toytoy slove -n 2 -m 1 -p 0.5",
        "toytoy solve -n 2 -m 1 -p 0.5 --start 4",
        "toytoy solve -n 2 -m 1",
        "toytoy solve -n 2 -m 1 -p 1.5",
        "toytoy solve -n 2 -m 1 -p 0.5 --method best",
        "toytoy solve -n 2 -m 1 -p 0.5 0.4",
        "toytoy figure inro",
        "toytoy figure intro --out figure.docx",
        "toytoy diagram -n 2 -m 1 --out map.nc --out map.jpg",
        "toytoy solve -n 2 -m 1 -p 0.5 --out model.nc",
        "toytoy --verison",
        "toytoy solve -n 2 -m 1 -p '0.5",
    ],
)
def test_a_wrong_command_is_rejected(line: str) -> None:
    assert trouble(line)


@pytest.mark.parametrize("line", ["toytoy --version", "toytoy solve --help", "toytoy verify -n 2 -m 1 --out there"])
def test_a_right_command_passes(line: str) -> None:
    assert not trouble(line)
