"""Commands read back to the very numbers that they were written from."""

from __future__ import annotations

import contextlib
import io
import shlex

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import Entry
from toytoy.compare.crosschecks.closer import command, model_command, write_array, write_problem
from toytoy.compare.crosschecks.drawn import Model, drawn_models, smooth_models


def run(written: str) -> str:
    """Run what a shell would hand to Python."""
    python, flag, code = shlex.split(written)
    assert (python, flag) == ("python", "-c")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, {})
    return said.getvalue()


def differ(entry: Entry) -> float:
    """Look closer at an entry: the last number that its line prints, by how much two others differ."""
    assert entry.look is not None
    return float(run(entry.look()).split()[-1])


@pytest.mark.parametrize("model", [*drawn_models(3), *smooth_models(3)], ids=lambda model: model.name)
def test_problems_and_arrays_read_back(model: Model) -> None:
    problem = eval(write_problem(model.problem), {"tt": tt})
    assert problem == model.problem
    assert np.array_equal(eval(write_array(model.weights)), model.weights)
    printed = run(model_command(model, "print(repr(float(tt.loss(p, W, b))))"))
    assert float(printed) == float(tt.loss(model.problem, model.weights, model.bias))


def test_quotes_survive_a_shell() -> None:
    assert run(command("print('a\"b')")) == 'a"b\n'
