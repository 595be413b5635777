"""How costs grow: maps with cells, one loss with features, training with steps, proofs with digits.

Read from bench.json beside this file, which `make bench KEEP=1` renews; processor time on one core.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

BENCH = Path(__file__).with_name("bench.json")
SECONDS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}
AXES = ("cells", "features", "steps", "digits")
Curve = list[tuple[float, float]]


def curves() -> dict[str, dict[str, Curve]]:
    """Sort the kept run's points by what their costs grow with: size and seconds of every curve."""
    found: dict[str, dict[str, Curve]] = {axis: defaultdict(list) for axis in AXES}
    for row in json.loads(BENCH.read_text("utf8"))["groups"]["growth"]:
        name, _, axis = row["task"].rpartition(", ")
        found[axis][name].append((row["size"], row["ours"] * SECONDS[row["unit"]]))
    return found


def growth(curve: Curve) -> str:
    """Say what the last step shows: a factor for one more, or else a power."""
    (x, a), (y, b) = curve[-2:]
    return f"{b / a:.1f} times for one more" if y - x == 1 else f"power {np.log(b / a) / np.log(y / x):.1f}"


def panel(ax: Axes, axis: str, named: dict[str, Curve]) -> None:
    """Draw curves that grow with one thing; logarithmic, but for digits."""
    for name, curve in named.items():
        x, seconds = zip(*curve, strict=True)
        label = name if axis == "digits" else f"{name} (at last {growth(curve)})"
        ax.plot(x, seconds, "o-", ms=4, label=label)
    ax.set(xlabel=axis, ylabel="seconds", yscale="linear" if axis == "digits" else "log")
    if axis == "digits":
        ax.set_ylim(bottom=0)
    else:
        ax.set_xscale("log")
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.legend(frameon=False, fontsize="small")


def figure() -> Figure:
    """Draw a panel for each."""
    fig = Figure(figsize=(9, 7), layout="constrained")
    for ax, (axis, named) in zip(fig.subplots(2, 2).flat, curves().items(), strict=True):
        panel(ax, axis, named)
    return fig


def table() -> tuple[list[str], list[list[str]]]:
    """Say with what the figure's numbers, and those of the page's tables, were measured."""
    return ["", "measured with"], [
        [name, text] for name, text in json.loads(BENCH.read_text("utf8"))["machine"].items()
    ]
