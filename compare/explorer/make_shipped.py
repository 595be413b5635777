"""Makes the diagrams and lines that the explorer ships: python -m toytoy.compare.explorer.make_shipped [2] [3]."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..._version import __version__
from ...analytic.domain import DENSITY, IMPORTANCE
from ...numeric.trained import Trained
from ..boundary import boundary
from ..diagram import PhaseDiagram, phase_diagram
from ..grids import PAPER_DENSITY, PAPER_IMPORTANCE, log_grid
from ..lines import PhaseLines
from ..maps import Method
from ..outputs import write_whole
from ..phase_lines import phase_lines
from ..summary import to_json
from .shipped import KINDS, SIZES, lines_file, map_file

# Cells along each axis: an even number, so that none lies on r = 1, where two frozen models are equally good. Models
# are trained at every third, from the second: in the middle of three by three of the other maps' cells.
COUNT, FIRST, EVERY = 60, 1, 3
TRAINING = Trained()  # steps, batch and rate as published, one model a cell; the paper's maps average ten
# Boundaries that leave the maps at the side and go on to their lowest density, by size: phases, and where they leave.
LEAVING = {
    2: ((("not_represented", "antipodal"), PAPER_IMPORTANCE[0]), (("antipodal", "dedicated"), PAPER_IMPORTANCE[1])),
    3: ((("not_represented", "antipodal"), PAPER_IMPORTANCE[0]),),
}
BEYOND = 25  # points on each of them, log spaced in density
DIGITS = 9  # of numbers in the lines: pictures show four, and distances to a boundary three
KEPT = ("density", "importance", "error", "density_error")


def main(arguments: Sequence[str] = (), say: Callable[[str], object] = print) -> int:
    """Make the files of the toys named by their number of features, of all if none is; some minutes.

    Returns 0, or 2 where a name is no toy's.
    """
    unknown = [name for name in arguments if name not in map(str, SIZES)]
    if unknown:
        say(f"the toys are named by their number of features, {' or '.join(map(str, SIZES))}, got {unknown[0]!r}")
        return 2
    for n_features in map(int, arguments or map(str, SIZES)):
        for kind in KINDS:
            say(str(write_map(make_map(n_features, kind), map_file(n_features, kind))))
        lines, beyond = phase_lines(n_features, n_features - 1), beyond_maps(n_features)
        say(str(write_lines(lines, lines_file(n_features), beyond)))
    return 0


def make_map(n_features: int, kind: str, count: int = COUNT, training: Trained = TRAINING) -> PhaseDiagram:
    """Compute one of the three maps in the paper's window."""
    method: Method = training if kind == "trained" else kind
    kept = slice(FIRST, None, EVERY) if kind == "trained" else slice(None)
    return phase_diagram(
        n_features,
        n_features - 1,
        density=log_grid(DENSITY, *PAPER_DENSITY, count)[kept],
        importance=log_grid(IMPORTANCE, *PAPER_IMPORTANCE, count)[kept],
        method=method,
    )


def beyond_maps(n_features: int) -> list[dict[str, Any]]:
    """Solve the boundaries that leave the maps, point by point, from the edge down to the maps' lowest density.

    Distances to them are asked for inside the maps. They are nearly straight there: r is between 0.43 p and 0.56 p, or
    one over it, and the next point is looked for where that ratio was.
    """
    lines = []
    for between, edge in LEAVING[n_features]:
        size = n_features, n_features - 1
        at = boundary(*size, between=between, importance=edge)
        points = [(at.density.value, edge, at.density.error)]
        for p in np.geomspace(at.density.value, PAPER_DENSITY[0], BEYOND)[1:]:
            last, r, _ = points[-1]
            near = r * (p / last) ** (1 if edge < 1 else -1)
            found = boundary(*size, between=between, density=float(p), near=near)
            points.append((float(p), found.importance.value, found.importance.error))
        density, importance, error = ([float(f"{x:.{DIGITS}g}") for x in each] for each in zip(*points, strict=True))
        names = {"between": list(between), "order": str(at.order), "status": str(at.status)}
        lines.append({**names, "density": density, "importance": importance, "error": error})
    return lines


def write_map(diagram: PhaseDiagram, path: Path) -> Path:
    """Write a diagram as `save` does, but packed: a third of the size, the same when loaded."""
    packed = {"zlib": True, "complevel": 9}
    encoding = {
        str(name): {**packed, **({"dtype": "S1"} if values.dtype.kind == "U" else {"shuffle": True})}
        for name, values in diagram.data.data_vars.items()
    }
    return write_whole(path, lambda beside: diagram.data.to_netcdf(beside, engine="h5netcdf", encoding=encoding))


def write_lines(lines: PhaseLines, path: Path, beyond: Sequence[dict[str, Any]] = ()) -> Path:
    """Write what the explorer draws of traced lines as JSON, to nine digits, and what lies beyond the maps."""
    whole = lines.to_dict()
    kept = {
        "version": __version__,
        "window": {"density": list(lines.density), "importance": list(lines.importance)},
        "lines": [_short(line) for line in whole["lines"]],
        "ansatz": [_short(line) for line in whole["ansatz"]],
        "beyond": list(beyond),
        "points": whole["points"],
    }
    text = json.dumps(json.loads(to_json(kept)), separators=(",", ":"))
    return write_whole(path, lambda beside: beside.write_text(text + "\n", "utf8"))


def _short(line: dict[str, Any]) -> dict[str, Any]:
    """Keep names, places and errors, rounded."""
    words = {name: line[name] for name in ("between", "order", "status", "shapes", "narrow")}
    numbers = {name: [None if x is None else float(f"{x:.{DIGITS}g}") for x in line[name]] for name in KEPT}
    return words | numbers


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
