"""The command that reproduces the paper's figures: by name, drawn or as data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .arguments import FIGURES, JSON, SEED, SUMMARY
from .options import Refusal, example

if TYPE_CHECKING:
    from ..figure_entry import Entry, Found

DOTS = 150  # per inch


@click.command(epilog=example("toytoy figure intro --out intro.png --quick"))
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="Print the names of all figures, one a line, and nothing else.")
@click.option("--quick", is_flag=True, help="A smaller version, in less than a minute.")
@click.option("--out", "outs", multiple=True, metavar="FILE", help="Write .png, .svg, .pdf or .json; repeatable.")
@SEED
@JSON
def figure(name: str | None, listed: bool, quick: bool, outs: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Draw a figure by NAME: the paper's, the exact optimum beside what training reaches, and what training does.

    At full size some take minutes, and a few an hour or two: their captions say so (--list names all of them).
    """
    from ..named_figures import FIGURES as KNOWN
    from ..named_figures import entry
    from ..outputs import check_file
    from ..summary import to_json
    from .progress import progress_bar
    from .tables import show

    if listed:
        if name is not None or outs or as_json:
            raise Refusal("--list stands alone, got it with other words; leave them out")
        click.echo("\n".join(KNOWN))
        return
    if name is None:
        raise Refusal(f"figure needs a NAME, such as {next(iter(KNOWN))}; figure --list has them all")
    chosen = entry(name)
    paths = [check_file(out, (SUMMARY, *FIGURES)) for out in outs]
    with progress_bar() as bar:
        found = chosen.make(quick=quick, seed=seed, progress=bar.stage(name))
    text = to_json({"name": name, "caption": chosen.caption, "quick": quick, "seed": seed, "data": found.to_dict()})
    for path in paths:
        _write(chosen, found, path, text)
    if as_json:
        click.echo(text)
    else:
        show([f"{name}: {chosen.caption}", "\n".join(found.sentences())], sys.stdout)


def _write(chosen: Entry, found: Found, path: Path, text: str) -> None:
    """Write the data, or draw them."""
    from ..outputs import write_whole

    if path.suffix == SUMMARY:
        write_whole(path, lambda beside: beside.write_text(text + "\n", "utf8"))
        return
    drawn = chosen.draw(found)
    write_whole(path, lambda beside: drawn.savefig(beside, dpi=DOTS))
