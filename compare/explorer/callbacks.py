"""What the explorer's page does when something on it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from .atlas import Atlas
from .layout import graph, has_colors, pictures
from .navigation import cell_of, controls, move
from .panels import facts_of, heading, map_of, mark_of, table_of, tables_of
from .state import State as Shown
from .state import read
from .theme import THEMES

TYPED, SLID, STEPS = ("p-text", "r-text"), ("p-slide", "r-slide"), ("p-less", "p-more", "r-less", "r-more")
CHOSEN = ("size", "map", "color", "theme")
LANDSCAPE = "Contours of the exact loss over the two weights"


def connect(app: Dash, atlas: Atlas) -> None:
    """Connect the controls, the map, the model and the landscape."""
    _connect_browser(app)
    _connect_controls(app, atlas)
    _connect_map(app, atlas)
    _connect_model(app, atlas)
    _connect_landscape(app, atlas)


def place_of(atlas: Atlas, query: object, dark: object) -> tuple[Shown, str]:
    """Read what the page keeps: the state, and "light" or "dark". It comes from outside, and may be anything."""
    state, _ = read(query if isinstance(query, str) else "", atlas.start, atlas.window)
    return state, dark if isinstance(dark, str) and dark in THEMES else "light"


def _connect_browser(app: Dash) -> None:
    """Let the browser say where it is and how it looks, and keep its address."""

    def of(name: str) -> Any:
        return ClientsideFunction("explorer", name)

    connect_script: Any = app.clientside_callback
    connect_script(of("arrived"), Output("arrived", "data"), Input("arrived", "id"), State("query", "data"))
    connect_script(of("dark"), Output("dark", "data"), Input("theme", "value"), State("dark", "data"))
    connect_script(of("address"), Output("addressed", "data"), Input("query", "data"))
    connect_script(of("copy"), Output("copied", "children"), Input("copy", "n_clicks"))


def _connect_controls(app: Dash, atlas: Atlas) -> None:
    """Let one function read every control, and set them all."""
    listened = {
        "arrived": Input("arrived", "data"),
        "clicked": Input("clicked", "data"),
        **{name: Input(name, "value") for name in (*TYPED, *SLID, *CHOSEN)},
        **{name: Input(name, "n_clicks") for name in STEPS},
    }
    outputs = {
        "query": Output("query", "data"),
        "said": Output("said", "children"),
        **{name: Output(name, "value") for name in (*TYPED, *SLID, *CHOSEN)},
    }

    @app.callback(
        output=outputs, inputs={"values": listened, "query": State("query", "data")}, prevent_initial_call=True
    )
    def go(values: dict[str, Any], query: object) -> dict[str, Any]:
        arrived = values.get("arrived")
        link = arrived.get("search") if isinstance(arrived, dict) else ""
        changed = {str(name).rpartition(".")[0] for name in ctx.triggered_prop_ids}
        control = "arrived" if query is None or "arrived" in changed else next(iter(sorted(changed)), "")
        state, said = move(atlas, query, control, {**values, "arrived": link})
        return controls(atlas, state) | {"said": ". ".join(said)} | _kept(state, query)


def _kept(state: Shown, query: object) -> dict[str, Any]:
    """Set the link only where it changes: everything that is drawn hangs on it."""
    return {"query": no_update if state.query() == query else state.query()}


def _connect_map(app: Dash, atlas: Atlas) -> None:
    @app.callback(
        Output("picture", "figure"),
        Output("caption", "children"),
        Output("drawn", "data"),
        Output("color-set", "hidden"),
        Input("query", "data"),
        Input("dark", "data"),
        State("drawn", "data"),
        prevent_initial_call=True,  # the page brings its first one
    )
    def draw(query: object, dark: object, drawn: object) -> Any:
        state, theme = place_of(atlas, query, dark)
        now = [state.n_features, state.what, theme, state.color]
        if now == drawn:
            return mark_of(atlas, state, theme), no_update, no_update, no_update
        return *map_of(atlas, state, theme), now, not has_colors(state.what)


def _connect_model(app: Dash, atlas: Atlas) -> None:
    from .cell import cell_view

    outputs = {
        "cell": Output("cell", "data"),
        "opened": Output("opened", "children"),
        "facts": Output("facts", "children"),
        "tables": Output("tables", "children"),
        "pictures": Output("pictures", "children"),
    }

    @app.callback(output=outputs, inputs=[Input("query", "data"), Input("dark", "data"), State("cell", "data")])
    def open_cell(query: object, dark: object, opened: object) -> Mapping[str, Any]:
        state, theme = place_of(atlas, query, dark)
        diagram, cell = atlas.diagram(state), cell_of(atlas, state)
        unchanged = dict.fromkeys(outputs, no_update)
        if diagram is None or cell is None:
            return unchanged
        key = [state.n_features, state.what, theme, *cell[:2]]
        if key == opened:
            return unchanged
        view = cell_view(diagram, state.density, state.importance, atlas.lines(state.n_features), theme)
        parts = {"opened": heading(view), "facts": facts_of(view), "tables": tables_of(view), "cell": key}
        return parts | {"pictures": pictures(view.figures)}


def _connect_landscape(app: Dash, atlas: Atlas) -> None:
    from .landscape import landscape_view

    @app.callback(
        Output("landscape-picture", "children"),
        Output("landscape-said", "children"),
        Output("landscape-table", "children"),
        Output("landscape-part", "hidden"),
        Input("query", "data"),
        Input("dark", "data"),
    )
    def look(query: object, dark: object) -> Any:
        state, theme = place_of(atlas, query, dark)
        if state.n_features != 2 or not atlas.is_relu(2):
            return no_update, no_update, no_update, True
        view = landscape_view(state.density, state.importance, theme)
        return graph("landscape", LANDSCAPE, view.figure, "plot landscape"), view.caption, table_of(view.table), False
