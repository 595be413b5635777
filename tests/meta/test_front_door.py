"""The public names are few, frozen, documented, and load when asked for."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import types

import pytest
import toytoy

from tests.meta.sources import ROOT

MOST = 40  # names at the front door beside its version: what a newcomer can read in one go

PUBLIC = [
    "Agreement",
    "AnticorrelatedGroups",
    "ClippedReLU",
    "CorrelatedGroups",
    "Curvature",
    "Estimate",
    "Independent",
    "LeakyReLU",
    "LossDecomposition",
    "Multistart",
    "OneHot",
    "Phase",
    "PhaseDiagram",
    "Problem",
    "Regime",
    "Solution",
    "Structure",
    "Trained",
    "agreement",
    "ansatz",
    "boundary",
    "capacity",
    "certify",
    "curvature",
    "decompose",
    "hessian",
    "loss",
    "loss_and_grad",
    "loss_estimate",
    "minimize",
    "monte_carlo",
    "phase",
    "phase_diagram",
    "phase_lines",
    "regimes",
    "sample",
    "special_points",
    "structure",
    "superposition",
    "sweep",
]


def lacks(thing: object) -> list[str]:
    """List what a public object's own docstring lacks, of all that the house asks for."""
    own = vars(thing).get("__doc__") if isinstance(thing, type) else inspect.getdoc(thing)
    doc = inspect.cleandoc(own or "")
    missing = [] if doc and not doc.startswith(">>>") else ["a first line"]
    if "Examples\n--------\n" not in doc or ">>> " not in doc.partition("Examples\n--------\n")[2]:
        missing.append("an Examples block that runs")
    if isinstance(thing, types.FunctionType):
        missing += [f"a {section} section" for section in ("Returns",) if f"{section}\n---" not in doc]
    return missing


def test_the_names_are_the_frozen_ones() -> None:
    assert sorted(toytoy.__all__) == PUBLIC
    assert sorted(PUBLIC) == PUBLIC
    assert len(PUBLIC) <= MOST


def test_the_stub_declares_just_these() -> None:
    stub = ast.parse((ROOT / "__init__.pyi").read_text("utf8"))
    imported = [alias.asname for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(map(str, imported)) == PUBLIC


def test_dir_lists_them() -> None:
    assert set(PUBLIC) <= set(dir(toytoy))


@pytest.mark.parametrize("name", PUBLIC)
def test_it_loads_and_is_documented(name: str) -> None:
    assert lacks(getattr(toytoy, name)) == []


def test_a_misspelt_name_is_an_attribute_error() -> None:
    misspelt = "Probelm"
    with pytest.raises(AttributeError, match=misspelt):
        getattr(toytoy, misspelt)


def test_all_load_at_once() -> None:
    """With EAGER_IMPORT set, lazy-loader resolves every name at import: no cycle hides behind laziness."""
    environment = os.environ | {"EAGER_IMPORT": "1"}
    subprocess.run([sys.executable, "-c", "import toytoy"], env=environment, check=True)


def _undocumented() -> None: ...


def _no_example() -> None:
    """Do nothing.

    Returns
    -------
    None
    """


def _empty_example() -> None:
    """Do nothing.

    Returns
    -------
    None

    Examples
    --------
    None that runs.
    """


class _Parent:
    """Say what it is.

    Examples
    --------
    >>> 1
    1
    """


class _Inherits(_Parent):
    pass


@pytest.mark.parametrize("thing", [_undocumented, _no_example, _empty_example, _Inherits])
def test_a_poor_docstring_is_rejected(thing: object) -> None:
    assert lacks(thing)


def test_a_good_docstring_passes() -> None:
    assert lacks(_Parent) == []
