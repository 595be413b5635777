"""The main job: three maps on the planned grids, compared with the right optimum, and a verdict that is their sum."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.crosschecks.registry import CHECKS
from toytoy.compare.crosschecks.running import run_checks
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan
from toytoy.compare.verify import verify

from tests.cross.small_job import SMALL, small_job


def test_every_map_is_on_its_planned_grid() -> None:
    diagrams = small_job().diagrams
    assert diagrams.keys() == {"ansatz_fine", "optimum_fine", "ansatz", "optimum", "trained"}
    for name, diagram in diagrams.items():
        grid = SMALL.grid(fine=name.endswith("_fine"))
        assert np.array_equal(diagram.densities, grid["density"])
        assert np.array_equal(diagram.importances, grid["importance"])
        assert str(diagram.kind) == name.partition("_")[0]


def test_agreements_are_those_of_the_library() -> None:
    job = small_job()
    for name, agreement in job.agreements.items():
        optimum = job.diagrams["optimum_fine" if name.endswith("_fine") else "optimum"]
        assert agreement.verdict == tt.agreement(job.diagrams[name], optimum).verdict
    assert job.agreements.keys() == {"ansatz_fine", "ansatz", "trained"}


def test_a_sound_library_agrees() -> None:
    job = small_job()
    assert [check.name for check in job.checks if not check.agrees] == []
    assert job.agrees
    assert job.verdict == "agrees"


def test_one_broken_check_decides() -> None:
    job = small_job()
    broken = dataclasses.replace(job.checks[0], agrees=False)
    other = dataclasses.replace(job, checks=(*job.checks[1:], broken))
    assert not other.agrees
    assert other.verdict == "disagreement"


@pytest.mark.parametrize(
    ("name", "variable", "factor", "broken"),
    [
        ("trained", "loss", 0.0, "trained: cells that disagree"),
        ("trained", "instance_loss", 0.0, "trained never below the optimum"),
        ("ansatz_fine", "loss", 0.1, "ansatz (fine grid) never below the optimum"),
        ("optimum", "loss", 1.5, "L(1/r) = L(r)/r"),
        ("optimum_fine", "weights", 1.01, "gradient at the optima"),
        ("optimum_fine", "weights", 0.0, "ansatz (fine grid): cells that disagree"),
    ],
)
def test_planted_faults_break_the_check_made_for_them(name: str, variable: str, factor: float, broken: str) -> None:
    job = small_job()
    data = job.diagrams[name].data.copy(deep=True)
    data[variable] = data[variable] * factor
    maps = job.diagrams | {name: PhaseDiagram(data)}
    checks, _ = run_checks(Evidence(job.plan, maps=maps, curves=dict(job.exact)), [broken])
    assert [check.name for check in checks if not check.agrees] == [broken]


def test_every_check_of_the_list_ran_or_says_why_not() -> None:
    job = small_job()
    names = [check.name for check in CHECKS if 2 in check.toys]
    skipped = {name for name, _ in job.skipped}
    assert [check.name for check in job.checks] == [name for name in names if name not in skipped]
    assert skipped >= {
        "bisected boundaries, against the traced lines",
        "solved boundaries, against the traced lines",
    }
    assert all(why for _, why in job.skipped)


def test_stages_are_told() -> None:
    seen: list[str] = []
    verify(dataclasses.replace(SMALL, trained=tt.Trained(steps=2, batch=8)), lambda name: seen.append(name))
    maps = ["ansatz", "optimum", "ansatz", "optimum", "trained"]
    assert [name.split(",")[0] for name in seen] == [*maps, "boundaries at 3 densities", "comparing"]
    assert seen[0].endswith("7 × 7 cells")


def test_maps_are_measured_against_the_optimums_lines() -> None:
    job = small_job()
    assert job.lines is None
    assert job.exact.keys() == job.line_distances.keys() == {"ansatz", "optimum", "trained"}
    for found in job.line_distances["optimum"]:
        assert found.n_within == found.n_shared > 0
    far = {found.between: found for found in job.line_distances["ansatz"]}["superposed", "dedicated"]
    assert (far.n_within, far.n_unmatched) == (0, 0) or far.median > 1e-3
    names = [check.name for check in job.checks]
    assert {"boundary at a known point", "bisected boundaries, against their equations"} <= {*names}


@pytest.mark.slow
def test_beside_a_fine_grid_whole_lines_are_traced() -> None:
    plan = dataclasses.replace(
        SMALL, density=Range(0.3, 0.5, 25), importance=Range(0.2, 1.0, 25), trained=tt.Trained(steps=2, batch=8)
    )
    job = verify(plan)
    assert job.lines is not None
    assert job.exact.keys() == job.diagrams.keys()
    assert [check.name for check in job.checks if not check.agrees] == []
    names = [check.name for check in job.checks if "traced" in check.name]
    assert names == [
        "bisected boundaries, against the traced lines",
        "solved boundaries, against the traced lines",
    ]
    (found,) = job.line_distances["optimum_fine"]
    assert found.n_within == found.n_shared == 25


def test_three_features_have_their_own_law() -> None:
    plan = Plan(3, 2, SMALL.density, SMALL.importance, trained_grid=2, trained=tt.Trained(steps=2, batch=8))
    job = verify(plan)
    assert "(3,2) optimum never above (2,1)'s" in [check.name for check in job.checks]
    assert job.agrees
