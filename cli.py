"""The command line: solve, decompose, certify, boundary, lines, diagram, figure, verify, explore."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from ._version import __version__
from .analytic import domain
from .compare.notation import parse_array
from .compare.terminal.arguments import (
    ACTIVATION,
    BATCH,
    DATA,
    FEATURES,
    FIGURES,
    HANDS,
    HIDDEN,
    INSTANCES,
    JSON,
    METHOD,
    PROBLEM,
    RATE,
    SEARCHES,
    SEED,
    STEPS,
    SUMMARY,
    hands_of,
    problem_of,
    settings_of,
)
from .compare.terminal.explore_command import explore
from .compare.terminal.figure_commands import figure
from .compare.terminal.line_commands import boundary, certify, lines
from .compare.terminal.oneline import OneLine
from .compare.terminal.options import Parsed, Refusal, axis, example, number
from .compare.terminal.sizes import VERIFIED

if TYPE_CHECKING:
    from .analytic.problem import Problem
    from .analytic.solution import Solution
    from .numeric.multistart import Multistart
    from .numeric.trained import Trained


def main() -> None:
    """Run the command line; a reader that stops reading, as head does, ends it quietly."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    toytoy()


@click.group(
    "toytoy",
    cls=OneLine,
    context_settings={"max_content_width": 100},
    epilog=example("toytoy verify --features 2 --hidden 1 --out report"),
)
@click.version_option(__version__, prog_name="toytoy", message="%(prog)s %(version)s")
def toytoy() -> None:
    """Toy models of superposition, solved exactly, numerically and by training, and compared.

    Exit status: 0 done, 1 the answer is no (a disagreement), 2 bad input.
    """


@toytoy.command(epilog=example("toytoy solve -n 2 -m 1 -p 0.5 -I 1,0.4 --activation relu"))
@PROBLEM
@METHOD
@JSON
@click.option("--out", metavar="FILE.json", help="Write the JSON form here.")
def solve(method: str, as_json: bool, out: str | None, **given: Any) -> None:
    """Find a model: the optimum, the best published ansatz, or what training reaches."""
    from .compare.outputs import check_file, write_whole
    from .compare.summary import summarize_solution, to_json
    from .compare.terminal.tables import show, solution_parts

    problem, settings = problem_of(given), settings_of(method, given, SEARCHES)
    path = None if out is None else check_file(out, (SUMMARY,))
    solution = _solution(problem, settings)
    text = to_json(summarize_solution(solution))
    if path is not None:
        write_whole(path, lambda beside: beside.write_text(text + "\n", "utf8"))
    if as_json:
        click.echo(text)
    else:
        show(solution_parts(solution, sys.stdout), sys.stdout)


@toytoy.command(epilog=example('toytoy decompose -n 2 -m 1 -p 0.5 --weights "[[1, -1]]" --bias "[0, 0]"'))
@PROBLEM
@METHOD
@click.option("--model", metavar="FILE.json", help="Take weights and bias from a file that solve --out wrote.")
@click.option(
    "--weights", type=Parsed("[[...]]", lambda text: parse_array(text, "weights")), help="A JSON array, m by n."
)
@click.option("--bias", type=Parsed("[...]", lambda text: parse_array(text, "bias")), help="A JSON array of length n.")
@JSON
def decompose(method: str, model: str | None, weights: Any, bias: Any, as_json: bool, **given: Any) -> None:
    """Take the loss of a model apart, by output and by which features are active: at the optimum, or where you say."""
    from .analytic.decomposition import decompose as take_apart
    from .compare.notation import read_model, write_problem
    from .compare.summary import summarize_decomposition, to_json
    from .compare.terminal.tables import decomposition_parts, show

    problem, settings = problem_of(given), settings_of(method, given, SEARCHES)
    if (weights is None) != (bias is None) or (model is not None and weights is not None):
        raise Refusal("a model is --weights with --bias, or --model FILE.json; leave all out for the optimum")
    if model is not None:
        weights, bias = read_model(model)
    elif weights is None:
        solution = _solution(problem, settings)
        weights, bias = solution.weights.tolist(), solution.bias.tolist()
    parts = take_apart(problem, weights, bias)
    if parts.benefit.ndim != 1:
        raise Refusal(f"weights must be those of one model, got {len(weights)}; give them one by one")
    if as_json:
        model_form = {"weights": weights, "bias": bias, "problem": write_problem(problem)}
        click.echo(to_json(summarize_decomposition(parts) | model_form))
    else:
        show(decomposition_parts(parts, sys.stdout), sys.stdout)


@toytoy.command(epilog=example("toytoy diagram -n 2 -m 1 --density 0.01:1:60 --importance 0.1:10:60 --out map.png"))
@FEATURES
@HIDDEN
@axis(domain.DENSITY, help="Densities, log spaced.  [0.01:1:40]")
@axis(domain.IMPORTANCE, help="Importances of the last feature.  [0.1:10:40]")
@ACTIVATION
@METHOD
@click.option("--lines", "with_lines", is_flag=True, help="Trace the optimum's lines, and draw them over the map.")
@HANDS
@click.option("--quick", is_flag=True, help="15 values an axis, and a short training, where not said otherwise.")
@click.option("--out", "outs", multiple=True, metavar="FILE", help="Write .nc, .json, .png, .svg or .pdf; repeatable.")
@JSON
def diagram(with_lines: bool, quick: bool, outs: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Map what becomes of the last feature over density and its relative importance, for the toys (2,1) and (3,2)."""
    from .compare.diagram import phase_diagram
    from .compare.grids import toy_template
    from .compare.line_files import write_map
    from .compare.outputs import check_file
    from .compare.plans import map_grid, quick_training
    from .compare.summary import summarize_map, to_json
    from .compare.terminal.line_commands import lines_over
    from .compare.terminal.line_tables import map_parts
    from .compare.terminal.progress import progress_bar
    from .compare.terminal.tables import show

    method, activation = given.pop("method"), given.pop("activation")
    size = given.pop("n_features"), given.pop("n_hidden")
    toy_template(*size, activation)
    hands = hands_of(method, given)
    given = quick_training(given) if quick and method == "trained" else given
    settings = settings_of(method, given, ("multistart",))
    paths = [check_file(out, (DATA, SUMMARY, *FIGURES)) for out in outs]
    grid: dict[str, Any] = map_grid(given.pop("density"), given.pop("importance"), quick)
    trace = lines_over(*size, grid, activation) if with_lines else None
    with progress_bar() as bar:
        found = phase_diagram(
            *size,
            **grid | hands,
            method=method if settings is None or method == "optimum" else settings,
            activation=activation,
            progress=bar.stage(method),
        )
        traced = trace(bar.stage("lines")) if trace else None
    for path in paths:
        write_map(found, path, traced)
    if as_json:
        click.echo(to_json(summarize_map(found, traced)))
    else:
        show(map_parts(found, traced, sys.stdout), sys.stdout)


@toytoy.command(epilog=example("toytoy verify --features 2 --hidden 1 --out report --quick"))
@VERIFIED
@click.option("--out", metavar="DIR", help="Folder for report, figures and data.")
@axis(domain.DENSITY, help="Fine grid of densities.  [0.01:1:100]")
@axis(domain.IMPORTANCE, help="Fine grid of importances.  [0.1:10:100]")
@number(domain.GRID_COUNT, "--trained-grid", help="Cells along each axis where models are trained.  [10]")
@STEPS
@BATCH
@RATE
@INSTANCES
@SEED
@click.option("--quick", is_flag=True, help="Small grids and short training: seconds instead of minutes.")
@click.option("--pdf", is_flag=True, help="Print the report to report.pdf too, by an installed Chromium or Chrome.")
@click.option("--only", multiple=True, metavar="NAME", help="Run just a check (or a group), no report; repeatable.")
@click.option("--list", "listed", is_flag=True, help="List the checks, by group, and stop.")
@JSON
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    out: str,
    as_json: bool,
    quick: bool,
    pdf: bool,
    only: tuple[str, ...],
    listed: bool,
    **given: Any,
) -> None:
    """Map a toy by ansatz, optimum and training, and compare: exit status 1 if they disagree."""
    from .compare.outputs import check_folder
    from .compare.plans import make_plan, repeat, require_torch
    from .compare.reporting.pdf import find_browser, print_pdf
    from .compare.terminal import check_runs

    if listed:
        return check_runs.show_list(only, as_json)
    check_runs.require(ctx, "n_features", "n_hidden", *(() if only else ("out",)))
    plan = make_plan(quick=quick, **given)
    require_torch()
    if only:
        check_runs.refuse_files(out, pdf)
        ctx.exit(0 if check_runs.run_only(plan, only, as_json) else 1)
    browser = find_browser() if pdf else None  # before the long work
    folder = check_folder(out)
    from .compare.results import write_results
    from .compare.terminal.progress import progress_bar
    from .compare.verify import verify as run

    with progress_bar() as bar:
        found = run(plan, bar.stage, folder)
        bar.stage("report")
        report = write_results(found, folder, repeat(plan, out))
        printed = print_pdf(report, report.with_suffix(".pdf"), browser) if browser else None
    check_runs.show_verification(found, printed or report, as_json)
    ctx.exit(0 if found.agrees else 1)


for command in (certify, boundary, lines, figure, explore):
    toytoy.add_command(command)


def _solution(problem: Problem, settings: Multistart | Trained | None) -> Solution:
    """Solve a problem; the ansatz is the published candidate of least loss."""
    from .analytic.ansatz import CANDIDATES, ansatz
    from .analytic.regime import Phase
    from .compare.terminal.progress import progress_bar
    from .numeric.multistart import Multistart

    if isinstance(settings, Multistart):
        with progress_bar() as bar:
            return settings.minimize(problem, bar.stage("search"))
    if settings is not None:
        return settings.minimize(problem)
    names = CANDIDATES.get(problem.n_features, (Phase.ANTIPODAL,))  # where there is none, any name is refused
    return min((ansatz(name, problem) for name in names), key=lambda solution: solution.loss.value)
