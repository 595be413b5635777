"""Commands about boundaries: one of them, all of them as lines, and the certified minimum beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from ...analytic import domain
from ..notation import parse_pair
from .arguments import FEATURES, FIGURES, HIDDEN, JSON, PROBLEM, SUMMARY, problem_of
from .options import Parsed, Refusal, choice, example, number, window

if TYPE_CHECKING:
    from ..lines import PhaseLines

METHODS = ("optimum", "ansatz")


@click.command(epilog=example("toytoy boundary -n 2 -m 1 -p 0.5 --between not_represented,antipodal"))
@FEATURES
@HIDDEN
@number(domain.DENSITY, "-p", "--density", help="Find the importance at this density.")
@number(domain.IMPORTANCE, "-I", "--importance", help="Find the density at this importance of the last feature.")
@click.option(
    "--between", type=Parsed("A,B", lambda text: parse_pair(text, "--between")), help="Two phases.  [all boundaries]"
)
@number(domain.IMPORTANCE, "--near", help="Put the boundary nearest to this number first.  [the lowest]")
@choice("method", METHODS, default="optimum", help="Whose boundary.  [optimum]")
@click.option("--certified", is_flag=True, help="Prove it: an interval that holds the global boundary.")
@JSON
def boundary(n_features: int, n_hidden: int, as_json: bool, **given: Any) -> None:
    """Find where two phases of a toy exchange, at a density or at an importance, with its error."""
    if (given["density"] is None) == (given["importance"] is None):
        raise Refusal("give --density P to get importances, or --importance R to get densities, and not both")
    from ..boundary import boundary as find
    from ..summary import summarize_boundary, to_json
    from .line_tables import boundary_parts
    from .progress import progress_bar
    from .tables import show

    with progress_bar():
        found = find(n_features, n_hidden, **given)
    if as_json:
        click.echo(to_json(summarize_boundary(found)))
    else:
        show(boundary_parts(found, sys.stdout), sys.stdout)


@click.command(epilog=example("toytoy lines -n 3 -m 2 --out poster.pdf --out lines.json"))
@FEATURES
@HIDDEN
@window(domain.DENSITY, help="The window's densities.  [0.01:1]")
@window(domain.IMPORTANCE, help="The window's importances of the last feature.  [0.1:10]")
@click.option("--spinodals", is_flag=True, help="Also trace where each model ceases to be a local minimum.")
@click.option("--out", "outs", multiple=True, metavar="FILE", help="Write .json, .png, .svg or .pdf; repeatable.")
@JSON
def lines(n_features: int, n_hidden: int, outs: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Trace every line of a toy's phase diagram, and find its special points."""
    from ..grids import toy_template
    from ..line_files import write_lines
    from ..outputs import check_file
    from ..phase_lines import phase_lines
    from ..poster_maps import poster_maps
    from ..summary import summarize_lines, to_json
    from .line_tables import line_parts
    from .progress import progress_bar
    from .tables import show

    toy_template(n_features, n_hidden, "relu")
    paths = [check_file(out, (SUMMARY, *FIGURES)) for out in outs]
    asked = {name: value for name, value in given.items() if value is not None}
    with progress_bar() as bar:
        found = phase_lines(n_features, n_hidden, **asked, progress=bar.stage("lines"))
        drawn = any(path.suffix in FIGURES for path in paths)
        maps = poster_maps(found, progress=bar.stage("maps")) if drawn else ()
    for path in paths:
        write_lines(found, path, maps)
    if as_json:
        click.echo(to_json(summarize_lines(found)))
    else:
        show(line_parts(found, sys.stdout), sys.stdout)


@click.command(epilog=example("toytoy certify -n 2 -m 1 -p 0.5 -I 1,0.4"))
@PROBLEM
@number(
    domain.Domain("--width", 0, 1, low_open=True, high_open=True, hint="1e-9 takes milliseconds"),
    "--width",
    default=1e-9,
    help="Relative width of the interval at which the search may stop.  [1e-9]",
)
@number(
    domain.Domain("--boxes", 1, integer=True, hint="a million take a second, of three features a minute"),
    "--boxes",
    default=1_000_000,
    help="Boxes that may be searched; then the interval is as wide as it is.  [1000000]",
)
@JSON
def certify(width: float, boxes: int, as_json: bool, **given: Any) -> None:
    """Prove an interval that holds the least loss over all models."""
    from ...analytic.certificate import certificate
    from ..summary import summarize_certificate, to_json
    from .line_tables import certificate_parts
    from .tables import show

    problem = problem_of(given)
    found = certificate(problem, width, boxes)
    if as_json:
        click.echo(to_json(summarize_certificate(found, problem)))
    else:
        show(certificate_parts(found, sys.stdout), sys.stdout)


def lines_over(
    n_features: int, n_hidden: int, grid: Mapping[str, Any], activation: Any
) -> Callable[[Callable[[int, int], None]], PhaseLines]:
    """Prepare tracing of the lines in a map's window; what it can't be done for is refused before the map."""
    if activation != "relu":
        raise Refusal(f"--lines are traced for --activation relu, got {activation!r}; leave one of the two out")
    for name, values in grid.items():
        if len(values) < 2:
            raise Refusal(f"--lines need a window, got one value, --{name} {values[0]:g}; give two or more")
    from ..phase_lines import phase_lines

    density, importance = ((float(grid[name][0]), float(grid[name][-1])) for name in ("density", "importance"))
    return lambda progress: phase_lines(n_features, n_hidden, density=density, importance=importance, progress=progress)
