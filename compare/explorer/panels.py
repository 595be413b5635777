"""What callbacks put on the explorer's page: facts, tables and captions as elements."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dash import Patch, html

from ..figures.colors import spoken
from .atlas import Atlas
from .layout import aria
from .maps import map_figure
from .overlays import cell_traces
from .state import State
from .theme import message, theme_of

if TYPE_CHECKING:
    from .cell import CellView, Table
    from .theme import Figure

SAYS = {
    "ansatz": "Ansatz: the published frozen model of least loss. An upper bound.",
    "optimum": "Optimum: the least loss over all weights and biases.",
    "trained": "Trained: what gradient descent reached, from one start a cell.",
    "ansatz-optimum": "How far the best frozen model lies above the least loss.",
    "trained-optimum": "How far training ended above the least loss.",
}


def map_of(atlas: Atlas, state: State, theme: str) -> tuple[Figure, str]:
    """Draw the map of a state, and say what it shows; or why it can't."""
    if refusal := atlas.refusal(state.n_features, state.what):
        return message(theme_of(theme), "no such map"), refusal
    bare = _bare(atlas, state.n_features, state.what, state.color, theme)
    return {**bare, "data": [*bare["data"], *_mark(state, bare)]}, caption(atlas, state)


def mark_of(atlas: Atlas, state: State, theme: str) -> Patch:
    """Move the mark on a map that is drawn already."""
    patch = Patch()
    if not atlas.refusal(state.n_features, state.what):
        bare = _bare(atlas, state.n_features, state.what, state.color, theme)
        for k, trace in enumerate(_mark(state, bare), len(bare["data"])):
            patch["data"][k] = trace
    return patch


@lru_cache(maxsize=40)  # every map of both toys, in both colorings and themes
def _bare(atlas: Atlas, n_features: int, what: str, color: str, theme: str) -> Figure:
    """Draw a map without the mark of the place."""
    return map_figure(what, atlas.maps(n_features), atlas.lines(n_features), of=color, theme=theme)


def _mark(state: State, bare: Figure) -> list[dict[str, Any]]:
    """Draw the mark of a place; on a map that could not be drawn there is none."""
    return cell_traces(state.density, state.importance) if bare["data"] else []


def caption(atlas: Atlas, state: State) -> str:
    """Say what the map shows, how it was made, and whose it is."""
    diagram = atlas.diagram(state)
    if diagram is None:
        return SAYS[state.what]
    d, r = (len(axis) for axis in (diagram.densities, diagram.importances))
    own = f", from {atlas.source}" if diagram is atlas.given else ""
    method = str(diagram.data.attrs["method"])
    made = "" if method == diagram.kind else f", by {method}"
    return f"{SAYS[state.what]} {d} by {r} cells{own}{made}."


def heading(view: CellView) -> str:
    """Name the cell that is opened."""
    at = f"density {view.place.density:.4g}, importance {view.place.importance:.4g}"
    return f"{view.kind} at {at}: {spoken(view.phase)}"


def facts_of(view: CellView) -> Any:
    """List what is known of a cell."""
    return html.Dl([html.Div([html.Dt(label), html.Dd(text)]) for label, text in view.facts], className="facts")


def tables_of(view: CellView) -> list[Any]:
    """Put a cell's tables one below the other."""
    return [table_of(table) for table in view.tables.values()]


def table_of(table: Table) -> Any:
    """Write a table; the first cell of a row names it. A wide one scrolls within the page."""
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in table.header]))
    body = html.Tbody([html.Tr([html.Th(first, scope="row"), *map(html.Td, rest)]) for first, *rest in table.rows])
    inside = html.Table([html.Caption(table.caption), head, body])
    return html.Div(inside, className="scroll", tabIndex="0", role="region", **aria(label=table.caption))
