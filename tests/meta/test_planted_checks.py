"""Every cross-check of the declared list passes on the sound library and rejects the faults planted for it."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from toytoy.cli import toytoy
from toytoy.compare.checks import Check
from toytoy.compare.crosschecks import boundaries, bounds, losses, optima, symmetries, torch_routes
from toytoy.compare.crosschecks.declared import CrossCheck
from toytoy.compare.crosschecks.evidence import MAPS, Evidence
from toytoy.compare.crosschecks.registry import CHECKS
from toytoy.compare.crosschecks.running import Skipped, run_check

from tests.meta.planted import (
    TRACED,
    Fault,
    Patch,
    by_first_dimension,
    displaced,
    known,
    mean_for_sum,
    no_bias,
    no_number,
    not_a_number,
    of_bisection,
    of_curves,
    of_gradient,
    of_map,
    of_search,
    one_cell,
    patched,
    rolled,
    shared_mask,
    sound,
    squared_importance,
    swapped,
    swapped_losses,
    times,
    wrong_sign,
)

LOSS_FAULTS = [patched(losses, "loss_estimate", f) for f in (mean_for_sum, wrong_sign, shared_mask, not_a_number)]
GRADIENT_FAULTS = [
    of_gradient(lambda w, b: (w, -b)),
    of_gradient(lambda w, b: (w / 2, b)),
    of_gradient(lambda w, b: (w[..., ::-1], b)),
    of_gradient(lambda w, b: (w, b * np.nan)),
]
MISSED = [of_search(1.001), of_map("optimum", times("loss", np.nan)), of_map("optimum_fine", times("loss", np.nan))]
SHIFTED = (of_curves(("optimum",), displaced()), of_curves(("optimum",), no_number))
TWO_CELLS = displaced(1.0, least=4.0)  # of a grid whose cells are a factor of 4.6 apart

PLANTED: dict[str, list[Fault]] = {
    **{
        f"{said}: cells that disagree": [
            of_map(name, times("loss", 0.5)),
            of_map(name, rolled("regime")),
            of_map(name, times("loss", np.nan)),
            of_map(name, rolled("weights", "bias")),
        ]
        for name, said in bounds.COMPARED
    },
    **{
        f"{said} never below the optimum": [
            of_map(name, times("instance_loss" if name == "trained" else "loss", factor)) for factor in (0.5, np.nan)
        ]
        for name, said in bounds.COMPARED
    },
    "ansatz losses in closed form": [patched(bounds, "ansatz_loss", lambda f: lambda *a: f(*a) / 2)],
    "free ansatz never above the frozen one": [patched(bounds, "ansatz", swapped)],
    "free ansatz never below the optimum": [of_search(2.0), of_map("optimum", times("loss", np.nan))],
    "gradient at the optima": [
        of_map("optimum_fine", times("weights", 1.001)),
        of_map("optimum_fine", rolled("weights")),
    ],
    "optimum against descents from neighbors": [MISSED[0], MISSED[2], of_map("optimum_fine", one_cell("loss", 1.001))],
    "optimum against multistarts of another seed": MISSED[::2],
    "optimum against scipy's SLSQP": MISSED[:1],
    "optimum against scipy's trust-constr": MISSED[:2],
    "optimum inside its certificate": [*MISSED[:2], of_search(1 - 1e-6)],
    "optimum at a known point": [known(optima, 1e-12)],
    "ansatz boundaries in closed form": [
        of_bisection("ansatz_fine", displaced()),
        of_bisection("ansatz_fine", no_number),
    ],
    "boundary at a known point": [known(boundaries, 1e-12)],
    "bisected boundaries, against their equations": [
        *SHIFTED,
        of_curves(("optimum",), lambda curve: None),
        of_bisection("optimum", displaced()),
    ],
    TRACED[0]: [
        of_curves(("optimum_fine",), displaced(least=1e-6)),
        of_curves(("optimum_fine",), no_number),
        of_bisection("optimum_fine", displaced(least=1e-6)),
    ],
    TRACED[1]: [of_curves(("optimum",), displaced(least=1e-6)), of_curves(("optimum",), no_number)],
    "trained boundaries, by loss": [
        of_curves(("trained",), TWO_CELLS),
        of_curves(("trained",), no_number),
    ],
    **{
        check.name: LOSS_FAULTS
        for check in CHECKS
        if check.group == "losses" and check.name != "exact loss as torch has it"
    },
    "loss against quadrature": LOSS_FAULTS[:2],
    "exact loss against torch on samples": LOSS_FAULTS[:2],
    "exact loss as torch has it": [
        *LOSS_FAULTS,
        patched(torch_routes, "exact_loss", lambda f: lambda p, w, b: (f(p, w, b)[0] / p.n_features, None)),
    ],
    **{check.name: GRADIENT_FAULTS for check in CHECKS if check.group == "gradients"},
    "gradient against torch on samples": GRADIENT_FAULTS[:1],
    "losses that maps keep": [
        *(of_map(name, one_cell("loss", factor)) for name in MAPS for factor in (1 - 1e-12, np.nan)),
        of_map("trained", times("instance_loss", 0.5)),
    ],
    "labels that maps keep": [
        *(of_map(name, rolled(labels)) for name in MAPS for labels in ("regime", "phase")),
        of_map("optimum", rolled("weights", "bias")),
    ],
    "L(1/r) = L(r)/r": [of_map("optimum", times("loss", factor)) for factor in (1 + 1e-9, np.nan)],
    "(3,2) optimum never above (2,1)'s": [
        of_map("optimum", times("loss", 2.0)),
        of_map("optimum", times("loss", np.nan)),
    ],
    "rotation of the hidden space": [patched(symmetries, "loss_estimate", by_first_dimension)],
    "relabeling of features": [patched(symmetries, "loss_estimate", swapped_losses)],
    "flips at density 1": [
        patched(symmetries, "loss_estimate", fault) for fault in (no_bias, by_first_dimension, not_a_number)
    ],
    "scale of importances": [patched(symmetries, "loss_estimate", squared_importance)],
}
CASES = [
    pytest.param(check, fault, id=f"{check.name}-{k}")
    for check in CHECKS
    for k, fault in enumerate(PLANTED.get(check.name, []))
]

TOYS = [  # the larger toy takes as long again, and is the same to all but a few checks
    pytest.param(check, n, id=f"{check.name}-{n}", marks=[pytest.mark.slow] if k else [])
    for check in CHECKS
    for k, n in enumerate(check.toys[: 1 if check.name in TRACED else None])
]


def judged(check: CrossCheck, whole: Evidence) -> Check:
    result = run_check(check, whole)
    assert isinstance(result, Check), result
    return result


def test_every_check_has_a_planted_fault() -> None:
    assert {name for name, faults in PLANTED.items() if faults} == {check.name for check in CHECKS}
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(("check", "n"), TOYS)
def test_the_sound_library_passes(check: CrossCheck, n: int) -> None:
    result = judged(check, sound(check, n))
    assert result.agrees, result
    assert result.n_entries > 0


@pytest.mark.parametrize(("check", "fault"), CASES)
def test_a_planted_fault_is_rejected(check: CrossCheck, fault: Fault, monkeypatch: Patch) -> None:
    whole = sound(check, check.toys[0])
    fault(whole, monkeypatch)
    result = judged(check, whole)
    assert not result.agrees
    assert "raised" not in result.reason, result  # rejected because of what it compared
    assert result.n_failures > 0
    assert result.failures[0] == result.worst
    assert result.look_closer


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_nothing_to_compare_is_no_success(check: CrossCheck) -> None:
    result = run_check(dataclasses.replace(check, run=lambda _: []), sound(check, check.toys[0]))
    if check.absent:
        assert result == Skipped(check.name, check.absent)
    else:
        assert isinstance(result, Check)
        assert not result.agrees


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_an_error_is_a_failure_that_names_it(check: CrossCheck) -> None:
    def breaks(_: Evidence) -> Any:
        raise ZeroDivisionError("by nothing")

    result = judged(dataclasses.replace(check, run=breaks), sound(check, check.toys[0]))
    assert not result.agrees
    assert "ZeroDivisionError: by nothing" in result.worst
    assert "test_planted_checks.py" in result.worst


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Evidence], Path]:
    """Give the folder of an evidence's maps, which are saved once."""
    folders: dict[int, Path] = {}

    def folder(whole: Evidence) -> Path:
        key = id(next(iter(whole.maps.values())))  # copies share the maps
        if key not in folders:
            folders[key] = tmp_path_factory.mktemp("maps")
            for name, diagram in whole.maps.items():
                diagram.save(folders[key] / f"{name}.nc")
        return folders[key]

    return folder


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_how_to_look_closer_can_be_pasted(check: CrossCheck, saved: Callable[[Evidence], Path]) -> None:
    """The line computes the worst entry again, and what it prints last is the check's value."""
    whole = sound(check, check.toys[0])
    whole.folder = saved(whole)
    result = judged(check, whole)
    python, dash_c, code = shlex.split(result.look_closer)
    assert (python, dash_c) == ("python", "-c")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, {})  # as a shell would
    last = float(said.getvalue().split()[-1])
    if "disagree" not in check.name:  # a count, beside which regimes, losses and the margin are shown
        assert last == pytest.approx(result.value, rel=1e-9, abs=1e-15)


def test_without_a_folder_the_whole_check_is_run_again() -> None:
    """As one command, whose options are those of the plan."""
    check = next(check for check in CHECKS if check.name == "ansatz never below the optimum")
    whole = sound(check, 2)
    of_map("ansatz", times("loss", 0.5))(whole, pytest.MonkeyPatch())
    words = shlex.split(judged(check, whole).look_closer)
    assert words[:2] == ["toytoy", "verify"]
    again = CliRunner().invoke(toytoy, [*words[1:], "--json"])
    (found_again,) = json.loads(again.stdout)["checks"]
    assert (again.exit_code, found_again["name"], found_again["verdict"]) == (0, check.name, "agrees")
