"""The figures' public face: one list of names, and no global state."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pytest
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from toytoy.compare import plot
from toytoy.compare.agreements import Agreements, agreements
from toytoy.numeric.marginal_value import MarginalValues, marginal_values

from tests.small_lines import small_lines
from tests.small_maps import agreement, boundaries, diagram, render

CALLS = {
    "agreement_map": lambda **k: plot.agreement_map(agreement("ansatz"), **k),
    "confusion_matrix": lambda **k: plot.confusion_matrix(agreement("ansatz"), **k),
    "consensus_map": lambda **k: plot.consensus_map(three_maps(), **k),
    "excess_map": lambda **k: plot.excess_map(diagram("ansatz"), diagram("optimum"), **k),
    "geometry_graph": lambda **k: plot.geometry_graph([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], **k),
    "loss_parts": lambda **k: plot.loss_parts(diagram("optimum"), density=0.5, **k),
    "marginal_value": lambda **k: plot.marginal_value(pair_values(), **k),
    "norm_map": lambda **k: plot.norm_map(diagram("optimum"), **k),
    "pair_matrix": lambda **k: plot.pair_matrix(three_maps(), **k),
    "phase_lines": lambda **k: plot.phase_lines(small_lines(), diagram("optimum"), **k),
    "phase_map": lambda **k: plot.phase_map(diagram("optimum"), boundaries=boundaries("optimum"), **k),
    "weights": lambda **k: plot.weights([[1.0, -1.0]], **k),
}


def three_maps() -> Agreements:
    return agreements({kind: diagram(kind) for kind in ("ansatz", "optimum", "trained")})


def pair_values() -> MarginalValues:
    return marginal_values(tt.ansatz("antipodal", tt.Problem.toy(2, density=0.2), free=True))


SMALLEST = 8.0  # points: what print bears
QUIET = """
import sys
from toytoy.compare import plot
plot.weights([[1.0, -1.0]]).figure.savefig(sys.argv[1])
assert "matplotlib.pyplot" not in sys.modules, "pyplot"
"""


def test_every_public_figure_is_called_here() -> None:
    assert {*CALLS, "compare_maps", "poster"} == set(plot.__all__)


@pytest.mark.parametrize("name", CALLS)
def test_axes_are_returned_new_or_as_given(name: str) -> None:
    fresh = CALLS[name]()
    assert isinstance(fresh, Axes)
    given = Figure(layout="constrained").subplots()
    assert CALLS[name](ax=given) is given
    with pytest.raises(TypeError, match=r"^ax must be a matplotlib Axes"):
        CALLS[name](ax="axes")


@pytest.mark.parametrize("name", CALLS)
def test_it_can_be_printed(name: str, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    figure: Any = CALLS[name](title="a title").figure
    figure.savefig(tmp_path / "figure.png")
    assert dict(matplotlib.rcParams) == before
    assert figure.axes[0].get_title() == "a title"
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_cut_off(name: str) -> None:
    figure: Any = CALLS[name]().figure
    render(figure)
    box, page = figure.get_tightbbox(), figure.get_size_inches()
    slack = 0.03  # inches: the anti-aliased rim of a glyph
    assert min(box.x0, box.y0) >= -slack
    assert box.x1 <= page[0] + slack
    assert box.y1 <= page[1] + slack


def test_pyplot_is_never_loaded(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", QUIET, str(tmp_path / "x.png")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
