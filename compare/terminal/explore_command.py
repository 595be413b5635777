"""The command explore: a web page on this machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import click

from ...analytic.domain import Domain
from .options import Refusal, example, number

if TYPE_CHECKING:
    from ..explorer.atlas import Atlas

HOST, PORT = "127.0.0.1", 8050
PORTS = Domain("--port", 0, 65535, integer=True, hint="0 takes any port that is free")


@click.command(epilog=example("toytoy explore --port 0"))
@number(
    PORTS, "--port", default=PORT, show_default=False, help=f"Port to listen on; 0 takes any that is free.  [{PORT}]"
)
@click.option("--no-browser", is_flag=True, help="Print the address only; open it yourself.")
@click.option("--data", metavar="FILE.nc", help="Show the diagram that toytoy diagram --out FILE.nc wrote.")
@click.option(
    "--host", default=HOST, help=f"Name or IPv4 address to listen on: others can then see the page.  [{HOST}]"
)
def explore(port: int, no_browser: bool, data: str | None, host: str) -> None:
    """Open a web page on this machine: the maps, the model of each cell, the loss landscape, and a solver.

    It listens on this machine only, asks nothing of any other, and ends with Ctrl-C.
    """
    from ..explorer.guard import trusted_hosts
    from ..explorer.server import address, open_socket, serve

    bound = open_socket(host, port)  # what can be refused at once is refused before anything slow
    try:
        from ..explorer.app import make_server, require_dash

        require_dash()
        server = make_server(_atlas(data), trusted_hosts(host))
        url = address(bound, host)
        with contextlib.suppress(KeyboardInterrupt):  # which is how it ends
            serve(server, bound, lambda: _ready(url, no_browser))
    finally:
        bound.close()
    _leave()


def _leave() -> NoReturn:
    """End the process though threads may still compute: Python's own end waits forever for one inside a compiler."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _atlas(data: str | None) -> Atlas:
    """Read the user's diagram, if there is one."""
    from ..explorer.atlas import Atlas

    if data is None:
        return Atlas()
    from pathlib import Path

    from ..diagram import PhaseDiagram
    from ..explorer.whole import check_whole

    if not Path(data).is_file():
        what = "a file, got the folder" if Path(data).is_dir() else "a file that exists, got"
        raise Refusal(f"--data must be {what} {data!r}; toytoy diagram --out FILE.nc writes one")
    try:
        return Atlas(check_whole(PhaseDiagram.load(data)), Path(data).name)
    except (OSError, TypeError, ValueError, LookupError, RuntimeError) as error:  # the last two of a damaged file
        why = error if isinstance(error, (OSError, TypeError, ValueError)) else f"{data} can't be read: {error}"
        raise Refusal(f"--data must be a diagram that toytoy diagram --out FILE.nc wrote: {why}") from None


def _ready(url: str, no_browser: bool) -> None:
    """Say where the page is, show it, and prepare what it will compute."""
    click.echo(f"toytoy explorer: {url}  (Ctrl-C ends it)")
    sys.stdout.flush()
    if not no_browser and _has_screen():
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    from ..explorer.app import warm_up

    threading.Thread(target=warm_up, daemon=True).start()


def _has_screen() -> bool:
    """Whether a browser can open a window; without one, Python would start a text browser in this terminal."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
