"""Colors and words that figures and reports share: readable in grey, and by readers who are color-blind."""

from __future__ import annotations

from ...analytic.regime import Phase, Regime
from ...analytic.solution import Kind
from ..statuses import AGREES, DISAGREEMENT, NOT_REACHED

__all__ = ["PART_COLORS", "REGIME_COLORS"]

# From Okabe and Ito's palette (jfly.uni-koeln.de/color, "Color Universal Design", 2008), and a light grey for nothing.
# Within each table any two differ by 15 or more in CIE lightness, so that they part in print without color, too; of the
# five loss parts, whose colors no regime has, this holds for neighbors in a stack.
GREY, BLUE, ORANGE, SKY, VERMILLION = "#dddddd", "#0072b2", "#e69f00", "#56b4e9", "#d55e00"
YELLOW, GREEN, PURPLE, INK = "#f0e442", "#009e73", "#cc79a7", "#111111"

REGIME_COLORS: dict[Regime, str] = {
    Regime.NOT_REPRESENTED: GREY,
    Regime.DEDICATED: BLUE,
    Regime.SUPERPOSED: ORANGE,
}
STATUS_COLORS: dict[str, str] = {AGREES: GREY, NOT_REACHED: SKY, DISAGREEMENT: VERMILLION}
# Of a represented extra feature; the smaller it is, the paler, down to the color of nothing. Tints of the palette, so
# that dark lines stand out on them. The toys' optima have the first three or four; the last two are for other maps.
PHASE_COLORS: dict[Phase, str] = {
    Phase.NOT_REPRESENTED: "#f7f7f7",
    Phase.ANTIPODAL: "#f6c35f",
    Phase.TRIANGLE: "#4bb08a",
    Phase.ANTIPODAL_OTHERS: "#1b6fab",
    Phase.DEDICATED: "#1b6fab",
    Phase.ALIGNED: "#a8466f",
    Phase.MIXED: "#333333",
}
PART_COLORS: dict[str, str] = {
    "benefit": GREEN,
    "interference": YELLOW,
    "bias_cost": VERMILLION,
    "distortion": SKY,
    "false_positive": INK,
}
FEATURE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY, INK)

KIND_TITLES: dict[Kind, str] = {
    Kind.ANSATZ: "ansatz: the best published frozen model",
    Kind.OPTIMUM: "optimum: the least loss over all W and b",
    Kind.TRAINED: "trained: what the optimizer reached",
}


FINE = "_fine"  # ends the name of a map on a finer grid of its own


def map_name(name: str) -> str:
    """Write the name of a map as words, and say where its grid is the finer one."""
    return spoken(name.removesuffix(FINE)) + (", fine grid" if name.endswith(FINE) else "")


def spoken(name: str) -> str:
    """Write an identifier as words."""
    return str(name).replace("_", " ")
