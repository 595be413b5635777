"""The explorer's page as a Flask server: assets of its own, no code or style from elsewhere."""

from __future__ import annotations

import logging
import os
import traceback
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .atlas import Atlas
from .guard import protect
from .state import SIZES, read

if TYPE_CHECKING:
    from flask import Flask

NEEDED = ("dash", "flask", "waitress")  # flask comes with dash
ASSETS = Path(__file__).parent / "assets"
MISSING = 'the explorer needs {name}, which is not installed; run: pip install "toytoy[explore]"'
OURS = "An error of ours, please report it; this part of the page stays as it was"
TRACEBACK = "TOYTOY_TRACEBACK"  # set in the environment, it prints where errors of ours come from, as for any command
# the map's library takes longest to arrive: it is asked for at once, not when the page wants to draw
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
INDEX = f"""<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="preload" as="script" href="{PLOTLY}">
<title>{{%title%}}</title>
{{%favicon%}}
{{%css%}}
</head>
<body>
<noscript>The explorer is drawn by scripts of this server; let them run, or use the commands: toytoy --help</noscript>
{{%app_entry%}}
<footer hidden>{{%config%}}{{%scripts%}}{{%renderer%}}</footer>
</body>
</html>
"""


def require_dash() -> None:
    """Say in one line what to install, where the page's own libraries are missing.

    Raises
    ------
    ImportError
    """
    for name in NEEDED:
        if find_spec(name) is None:
            raise ImportError(MISSING.format(name=name))


def warm_up() -> None:
    """Compile, or load, the kernels that the first model and the first landscape need, before they are asked for."""
    from .cell import cell_view
    from .landscape import landscape
    from .shipped import shipped

    for n_features in SIZES.values():
        cell_view(shipped(n_features)["optimum"], 0.2, 0.6)
    landscape(0.2, 0.6)


def make_server(atlas: Atlas, hosts: list[str]) -> Flask:
    """Make the server of the page.

    Parameters
    ----------
    atlas : Atlas
        What the page can show.
    hosts : list of str
        The names by which the server may be called.

    Raises
    ------
    ImportError
        If dash or what it needs is not installed.
    """
    require_dash()
    from dash import Dash
    from flask import Flask, has_request_context, request

    from ..._version import __version__
    from .callbacks import connect
    from .first_view import first_view
    from .layout import ABOUT, TITLE, page
    from .navigation import controls
    from .panels import map_of
    from .solver_callbacks import connect_solver

    class Page(Dash):
        """Dash, with the map in its first answer."""

        def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
            """Put the first view beside the place where the page will be drawn."""
            state, _ = read(request.query_string.decode("ascii", "replace"), atlas.start, atlas.window)
            parts["app_entry"] = first_view(atlas, state, TITLE, ABOUT) + parts["app_entry"]
            return str(super().interpolate_index(**parts))  # type: ignore[no-untyped-call]

    server = Flask("toytoy_explorer", static_folder=None)
    server.logger.setLevel(logging.CRITICAL)  # what fails is said on the page, or answered by a status
    app = Page(
        "toytoy_explorer",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        index_string=INDEX,
        title=TITLE,
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,  # or the layout, with its map, is sent twice; a test checks the names
        on_error=_failed,
    )

    def first() -> Any:
        """Lay out what the link shows that asks for it; where a browser keeps that to itself, its script asks again."""
        asked = request.referrer if has_request_context() else None  # dash also lays out once without a request
        state, said = read(_link(asked), atlas.start, atlas.window)
        picture = map_of(atlas, state, "light")
        return page(__version__, state.query(), controls(atlas, state), ". ".join(said), picture)

    app.layout = first
    connect(app, atlas)
    connect_solver(app, atlas)
    map_of(atlas, atlas.start, "light")  # read what is shipped now, not when the first request waits for it
    protect(server, hosts, list(app.csp_hashes()))
    return server


def _failed(error: Exception) -> None:
    """Say on the page what went wrong in a callback; what it would have set stays as it is."""
    from dash import set_props

    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    set_props("said", {"children": f"{OURS}: {error!r}"[:500]})


def _link(address: str | None) -> str:
    """Take the part after the question mark from an address, which may be no address at all."""
    try:
        return urlsplit(address or "").query
    except ValueError:
        return ""
