"""The explorer's page as a Flask server: assets of its own, no code or style from elsewhere."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from .atlas import Atlas
from .guard import protect

if TYPE_CHECKING:
    from flask import Flask

ASSETS = Path(__file__).parent / "assets"
MISSING = 'the explorer needs {name}, which is not installed; run: pip install "toytoy[explore]"'
# the map's library takes longest to arrive: it is asked for at once, not when the page wants to draw
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="preload" as="script" href="{plotly}">
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
""".format(plotly=PLOTLY)


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
    try:
        import waitress  # noqa: F401
        from dash import Dash
        from flask import Flask
    except ImportError as error:
        raise ImportError(MISSING.format(name=error.name)) from None
    from ..._version import __version__
    from .callbacks import connect
    from .layout import page

    server = Flask("toytoy_explorer", static_folder=None)
    server.logger.setLevel(logging.CRITICAL)
    app = Dash(
        "toytoy_explorer",
        server=server,
        assets_folder=str(ASSETS),
        index_string=INDEX,
        title="toytoy explorer",
        update_title="",
        serve_locally=True,
    )
    app.layout = page(__version__)
    connect(app, atlas)
    protect(server, hosts, list(app.csp_hashes()))
    return server
