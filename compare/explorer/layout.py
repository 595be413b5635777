"""What stands on the explorer's page: headings, labelled controls, and the places that callbacks fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from .navigation import NOTCHES
from .state import COLORINGS, MAPS, SIZES, THEMES

AXES = {"p": "density p", "r": "importance r"}
STEPS = {"p-less": "◂ p", "p-more": "p ▸", "r-less": "◂ r", "r-more": "r ▸"}
STEP_WORDS = {
    "p-less": "to the next lower density of the map",
    "p-more": "to the next higher density of the map",
    "r-less": "to the next lower importance of the map",
    "r-more": "to the next higher importance of the map",
}
TICK = 300  # milliseconds between two looks at what a solver has found
TYPED: dict[str, Any] = {"type": "text", "inputMode": "decimal", "debounce": True}  # a point among a phone's keys
PLOT: Any = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}
PICTURES = {
    "arrows": ("Weights: a column of W for each feature", "Weights as arrows; the table below has them in numbers"),
    "gram": ("WᵀW: squared lengths, and interference", "The matrix WᵀW; the table below has it in numbers"),
    "bias": ("Biases", "Biases as bars; the table below has them in numbers"),
    "parts": ("Loss by output and part", "Parts of the loss, stacked; the table below has them in numbers"),
}
TITLE = "toytoy explorer"
ABOUT = (
    "A model of two features in one dimension, or of three in two: what becomes of the last feature, at each density p "
    "and each relative importance r? Three answers, and how far two of them lie above the least loss."
)


def page(version: str, link: str, values: Mapping[str, Any], said: str, picture: tuple[Any, str]) -> Any:
    """Lay the page out, with its first map.

    Parameters
    ----------
    version : str
    link : str
        Of what it shows.
    values : mapping
        Of every control, by its name.
    said : str
        What was not taken of the link that asked for it.
    picture : (figure, str)
        The map, for a light page, and its caption.
    """
    return html.Div(
        [
            html.A("Skip to the model", href="#model", className="skip"),
            *(dcc.Store(id=name) for name in ("arrived", "addressed", "clicked", "drawn", "cell", "job", "shown")),
            dcc.Store(id="query", data=link),
            dcc.Store(id="dark", data="light"),
            dcc.Interval(id="tick", interval=TICK, disabled=True),
            html.Header([html.H1(TITLE), html.P(ABOUT), _radios("theme", "Theme", dict.fromkeys(THEMES), values)]),
            html.P(said, id="said", role="status", className="said", **aria(live="polite")),
            html.Main(
                [
                    html.Div([_map(values, *picture), _landscape()], className="column left"),
                    html.Div([_model(), _solve()], className="column"),
                ]
            ),
            html.Footer(html.P(f"toytoy {version}")),
        ],
        className="page",
    )


def aria(**words: str) -> dict[str, Any]:
    """Name what assistive technology is told of an element."""
    return {f"aria-{name}": value for name, value in words.items()}


def graph(name: str, label: str, figure: Any, className: str = "plot") -> Any:
    """Set a picture, with the words that stand for it."""
    return html.Div(
        dcc.Graph(id=name, config=PLOT, responsive=True, figure=figure),
        className=className,
        role="img",
        id=f"{name}-frame",
        **aria(label=label),
    )


def pictures(figures: Mapping[str, Any]) -> list[Any]:
    """Set the pictures of a model, each below its title."""
    return [
        html.Figure([html.Figcaption(title), graph(name, words, figures[name], f"plot small {name}")])
        for name, (title, words) in PICTURES.items()
    ]


def _map(values: Mapping[str, Any], figure: Any, caption: str) -> Any:
    return html.Section(
        [
            html.H2("Map", id="map-title"),
            html.Div(
                [
                    _radios("size", "Features, dimensions", {size: f"({size})" for size in SIZES}, values),
                    _radios("color", "Colors", dict.fromkeys(COLORINGS), values, not has_colors(values["map"])),
                    _radios("map", "Which map", MAPS, values),
                ],
                className="controls",
            ),
            graph("picture", "Map over importance and density; the controls below move through it", figure, "plot map"),
            html.P(caption, id="caption", className="caption"),
            html.Fieldset(
                [
                    html.Legend("Place: click the map, or"),
                    *(_axis(key, label, values) for key, label in AXES.items()),
                    html.Div(
                        [html.Button(text, id=name, **aria(label=STEP_WORDS[name])) for name, text in STEPS.items()]
                        + [html.Button("Copy link", id="copy")],
                        className="buttons",
                    ),
                    html.Span(id="copied", role="status"),
                ],
                className="place",
            ),
        ],
        className="maps",
        **aria(labelledby="map-title"),
    )


def _axis(key: str, label: str, values: Mapping[str, Any]) -> Any:
    """Set a number to type and a slider, for one axis."""
    return html.Div(
        [
            html.Label(label, htmlFor=f"{key}-text"),
            dcc.Input(values[f"{key}-text"], id=f"{key}-text", **TYPED),
            html.Label(f"{label}, slider", htmlFor=f"{key}-slide", className="unseen"),
            dcc.Input(values[f"{key}-slide"], id=f"{key}-slide", type="range", min=0, max=NOTCHES, step=1),
        ],
        className="axis",
    )


def has_colors(what: str) -> bool:
    """Whether a map's colors stand for regimes or phases: those of a difference stand for losses."""
    return "-" not in what


def _radios(name: str, legend: str, choices: Mapping[str, Any], values: Mapping[str, Any], hidden: bool = False) -> Any:
    options = [{"label": label or value, "value": value} for value, label in choices.items()]
    return html.Fieldset(
        [html.Legend(legend), dcc.RadioItems(options, values[name], id=name, inline=True)],
        className="radios",
        id=f"{name}-set",
        hidden=hidden,
    )


def _model() -> Any:
    return html.Section(
        [
            html.H2("Model", id="model-title"),
            html.P(id="opened", role="status", className="opened", **aria(live="polite")),
            html.Div(id="facts"),
            html.Div(id="pictures", className="pictures"),
            html.Details([html.Summary("The same as tables"), html.Div(id="tables")], id="as-tables"),
        ],
        id="model",
        tabIndex="-1",
        **aria(labelledby="model-title"),
    )


def _landscape() -> Any:
    return html.Section(
        [
            html.H2("Loss landscape", id="landscape-title"),
            html.Div(id="landscape-picture"),
            html.P(id="landscape-said", className="caption"),
            html.Details([html.Summary("The marked models as a table"), html.Div(id="landscape-table")]),
        ],
        id="landscape-part",
        **aria(labelledby="landscape-title"),
    )


def _solve() -> Any:
    return html.Section(
        [
            html.H2("Solve here", id="solve-title"),
            html.P(
                "At exactly the place of the sliders: the best published model, the optimum by a fresh search, "
                "for (2,1) a proof of the least loss, and a short training.",
                className="caption",
            ),
            html.Div(
                [
                    html.Label("seed", htmlFor="seed"),
                    dcc.Input(id="seed", type="text", inputMode="numeric", value="0"),
                    html.Button("Solve here", id="solve", className="main"),
                    html.Progress(className="busy", **aria(label="solving")),
                ],
                className="buttons",
            ),
            html.P(id="solving", role="status", className="solving", **aria(live="polite")),
            html.Div(id="results"),
        ],
        **aria(labelledby="solve-title"),
    )
