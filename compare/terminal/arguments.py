"""The options that commands share, and what they make: problems, solvers, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...analytic import domain
from ..notation import bounded, parse_activation
from .options import Parsed, Refusal, choice, number, numbers, stacked

if TYPE_CHECKING:
    from ...analytic.problem import Problem
    from ...numeric.multistart import Multistart
    from ...numeric.trained import Trained

SEARCHES = ("optimum", "multistart")  # of one model these are the same
METHODS = ("ansatz", *SEARCHES, "trained")
FIGURES, DATA, SUMMARY = (".png", ".svg", ".pdf"), ".nc", ".json"
TRAINING = ("steps", "batch", "lr", "n_instances")

# bounds are what one process can hold in memory: an exact loss takes eleven matrices of n by n numbers
COUNTED = bounded(domain.N_FEATURES, 10_000)
FEATURES = number(COUNTED, "-n", "--features", "n_features", required=True, help="Number of features, n.")
HIDDEN = number(domain.N_HIDDEN, "-m", "--hidden", "n_hidden", required=True, help="Hidden dimensions, m <= n.")
ACTIVATION = click.option(
    "--activation",
    type=Parsed("NAME[:X]", parse_activation),
    default="relu",
    help="linear, relu (the default), abs, leaky_relu:SLOPE, clipped_relu:UPPER, gelu or softplus.",
)
PROBLEM = stacked(
    FEATURES,
    HIDDEN,
    numbers(domain.DENSITY, "-p", "--density", required=True, help="Probability that a feature is active, one or n."),
    numbers(domain.IMPORTANCE, "-I", "--importance", default="1", help="Weight of squared errors, one or n.  [1]"),
    ACTIVATION,
)
SEED = number(domain.SEED, "--seed", default=0, help="Of everything random.  [0]")
STEPS = number(bounded(domain.STEPS, 10**8), "--steps", help="Training steps.  [10000]")
INSTANCES = number(bounded(domain.N_INSTANCES, 1000), "--instances", "n_instances", help="Models trained a cell.")
BATCH = number(bounded(domain.BATCH, 2**20), "--batch", help="Samples a training step.  [1024]")
RATE = number(domain.LEARNING_RATE, "--lr", help="Learning rate of training.  [0.001]")
METHOD = stacked(
    choice("method", METHODS, default="optimum", help="Which answer.  [optimum]"),
    number(bounded(domain.N_STARTS, 10**5), "--starts", "n_starts", help="Random starts of a search.  [32]"),
    number(bounded(domain.N_HOPS, 10**5), "--hops", "n_hops", help="Rounds of moves from the best model on.  [24]"),
    STEPS,
    BATCH,
    RATE,
    INSTANCES,
    SEED,
)
KEEPING = ("multistart", "trained")  # methods whose cells are computed one by one
HANDS = stacked(
    click.option(
        "--store", metavar="DIR", help="Keep cells here as they finish, and go on from there: multistart and trained."
    ),
    number(
        bounded(domain.N_WORKERS, 1000), "--workers", "n_workers", help="Processes for these methods, side by side."
    ),
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout.")


def problem_of(given: dict[str, Any]) -> Problem:
    """Make the problem of an exact loss, taking its options out of those given."""
    from ...analytic.problem import Problem
    from ...analytic.tables import fits_cube, tables

    names = ("n_features", "n_hidden", "density", "importance", "activation")
    problem = Problem(**{name: given.pop(name) for name in names})
    if fits_cube(problem):  # or has no exact loss at all: then this says why
        tables(problem)
    return problem


def settings_of(method: str, given: dict[str, Any], searches: tuple[str, ...]) -> Multistart | Trained | None:
    """Make the solver of a method, None for the ansatz; options that would be ignored are refused."""
    from ...numeric.multistart import Multistart
    from ...numeric.trained import Trained

    belongs = {"n_starts": searches, "n_hops": searches, **dict.fromkeys(TRAINING, ("trained",))}
    chosen = {name: value for name, value in given.items() if name in belongs and value is not None}
    for name in chosen:
        if method not in belongs[name]:
            flag = name.removeprefix("n_")
            raise Refusal(f"--{flag} belongs to --method {belongs[name][-1]}, got it with --method {method}")
    if method == "ansatz":
        return None
    return (Trained if method == "trained" else Multistart)(seed=given["seed"], **chosen)


def hands_of(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """Take out of the options where cells are kept and who computes them; refused where that would be ignored."""
    hands = {name: value for name in ("store", "n_workers") if (value := given.pop(name)) is not None}
    for name in hands:
        if method not in KEEPING:
            flag, methods = name.removeprefix("n_"), " or ".join(KEEPING)
            raise Refusal(f"--{flag} belongs to --method {methods}, got it with --method {method}; leave it out")
    return hands
