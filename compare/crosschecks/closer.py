"""How to look closer: a line of Python, ready for a shell, that computes one entry of a check again."""

from __future__ import annotations

import json
import shlex
from typing import Any

import numpy as np

from ...analytic.problem import Problem
from ...analytic.support import Independent
from .drawn import Model


def command(*statements: str) -> str:
    """Write statements as one command of a shell; what they import first is the library's front door.

    Examples
    --------
    >>> from toytoy.compare.crosschecks.closer import command
    >>> command("print(tt.__version__)")
    "python -c 'import toytoy as tt; print(tt.__version__)'"
    """
    return f"python -c {shlex.quote('; '.join(('import toytoy as tt', *statements)))}"


def model_command(model: Model, *statements: str) -> str:
    """Write statements about a model, which they call p, W and b."""
    named = f"p, W, b = {write_problem(model.problem)}, {write_array(model.weights)}, {write_array(model.bias)}"
    return command(named, *statements)


def write_problem(problem: Problem) -> str:
    """Write a problem as Python; numbers as they are, to the last digit.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.closer import write_problem
    >>> write_problem(tt.Problem.toy(2, density=0.5))
    'tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 1.0), activation="relu")'
    """
    activation = problem.activation
    named = json.dumps(activation) if isinstance(activation, str) else f"tt.{activation!r}"
    fields = {
        "n_features": str(problem.n_features),
        "n_hidden": str(problem.n_hidden),
        "density": repr(problem.density),
        "importance": repr(problem.importance),
        "activation": named,
    }
    if problem.support != Independent():
        fields["support"] = f"tt.{problem.support!r}"
    return f"tt.Problem({', '.join(f'{name}={value}' for name, value in fields.items())})"


def write_array(array: Any) -> str:
    """Write an array as nested lists of numbers that read back to the same."""
    return repr(np.asarray(array, dtype=float).tolist())
