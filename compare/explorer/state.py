"""What the explorer's page shows, and its link: every bad value of a link falls back, and says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from ...analytic.domain import DENSITY, IMPORTANCE, Domain, nearest
from ..grids import PAPER_DENSITY, PAPER_IMPORTANCE
from ..notation import parse_number

SIZES = {"2,1": 2, "3,2": 3}  # features, hidden dimensions: what is written, and the number of features
MAPS = {
    "ansatz": "ansatz",
    "optimum": "optimum",
    "trained": "trained",
    "ansatz-optimum": "ansatz − optimum",
    "trained-optimum": "trained − optimum",
}  # as links write them, and as the page does
COLORINGS = ("regime", "phase")  # what the colors of a map stand for; a difference has its own
THEMES = ("auto", "light", "dark")
DIGITS = 4  # of p and r: finer than a cell of any map that fits a screen, short enough for a link
KEYS = ("size", "map", "p", "r", "color", "theme")
MOST_KEYS = 32  # that a link is searched for; more are an attack, or a slip


class Window(NamedTuple):
    """The ranges of density and importance that the page moves in."""

    density: tuple[float, float] = PAPER_DENSITY
    importance: tuple[float, float] = PAPER_IMPORTANCE


@dataclass(frozen=True)
class State:
    """What the page shows: a toy, one of its maps, and a place in it, whose model and landscape stand beside.

    Parameters
    ----------
    n_features : {2, 3}
        The toy: (2,1) or (3,2).
    what : str
        A key of `MAPS`: one of three maps, or a difference of two.
    density : float in (0, 1]
        p of the place; the cell shown is the nearest of the map.
    importance : float > 0
        r of the place.
    theme : {"auto", "light", "dark"}
        auto follows the browser.
    color : {"regime", "phase"}
        What the map's colors stand for.

    Examples
    --------
    >>> state, said = read("?size=3,2&map=ansatz&p=0.1&r=7%")
    >>> state
    State(n_features=3, what='ansatz', density=0.1, importance=0.6, theme='auto', color='regime')
    >>> print(*said)
    r must lie in [0.1, 10], got r='7%'; r=0.6 is shown
    >>> state.query()
    '?size=3,2&map=ansatz&p=0.1&r=0.6'
    """

    n_features: int = 2
    what: str = "optimum"
    density: float = 0.2
    importance: float = 0.6
    theme: str = "auto"
    color: str = "regime"

    def moved(self, density: float, importance: float, window: Window) -> State:
        """Return the state at another place, to the digits of a link, inside the window."""
        return dataclasses.replace(
            self, density=_inside(density, window.density), importance=_inside(importance, window.importance)
        )

    def query(self) -> str:
        """Write the part of a link that restores this state."""
        size = next(name for name, n in SIZES.items() if n == self.n_features)
        given = {"size": size, "map": self.what, "p": f"{self.density:g}", "r": f"{self.importance:g}"}
        rest = {"color": (self.color, "regime"), "theme": (self.theme, "auto")}
        given |= {key: value for key, (value, usual) in rest.items() if value != usual}
        return "?" + urlencode(given, safe=",")


def read(
    query: str, start: State | None = None, window: Callable[[int], Window] = lambda _: Window()
) -> tuple[State, tuple[str, ...]]:
    """Read the part of a link after its `?`: the state, and a sentence for each value that was not taken.

    Parameters
    ----------
    query : str
        With the question mark or without.
    start : State, optional
        Of what the link does not say.
    window : callable
        Number of features -> the window of p and r.
    """
    start, said = start or State(), list[str]()
    try:
        given = parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MOST_KEYS)
    except ValueError:
        return start, (f"a link must have at most {MOST_KEYS} values; the first view is shown",)
    for key in sorted(given.keys() - set(KEYS)):
        said.append(nearest("a link's name", key, KEYS) + "; it is left out")
    words = {key: values[-1] for key, values in given.items() if key in KEYS}
    said += [f"{key} must be given once, the last is taken, got {len(given[key])}" for key in words if given[key][1:]]
    size = next(name for name, n in SIZES.items() if n == start.n_features)
    n_features = SIZES[_word("size", words, tuple(SIZES), size, said)]
    what = _word("map", words, tuple(MAPS), start.what, said)
    color = _word("color", words, COLORINGS, start.color, said)
    theme = _word("theme", words, THEMES, start.theme, said)
    ranges = window(n_features)
    density = _number("p", words, DENSITY, ranges.density, start.density, said)
    importance = _number("r", words, IMPORTANCE, ranges.importance, start.importance, said)
    return State(n_features, what, density, importance, theme, color), tuple(said)


def _word(key: str, words: dict[str, str], choices: tuple[str, ...], default: str, said: list[str]) -> str:
    value = words.get(key, default)
    if value in choices:
        return value
    said.append(f"{nearest(key, value, choices)}; {key}={default} is shown")
    return default


def _number(
    key: str, words: dict[str, str], domain: Domain, ends: tuple[float, float], default: float, said: list[str]
) -> float:
    """Read a number inside the window, to the digits that a link keeps."""
    default = _inside(default, ends)
    if key not in words:
        return default
    low, high = ends
    shown = dataclasses.replace(
        domain, name=key, low=low, high=high, low_open=False, hint=f"{key}={default:g} is shown"
    )
    slack = dataclasses.replace(shown, low=low * (1 - 1e-3), high=high * (1 + 1e-3))  # ends are rounded in a link
    try:
        return _inside(float(parse_number(words[key], slack)), ends)
    except ValueError:
        said.append(shown.refusal(words[key]))
        return default


def _inside(value: float, ends: tuple[float, float]) -> float:
    return min(max(float(f"{value:.{DIGITS}g}"), ends[0]), ends[1])
