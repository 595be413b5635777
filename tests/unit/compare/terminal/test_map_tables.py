"""Tables of diagrams and verifications: every pair, boundary and check has its row, and failures name their cells."""

from __future__ import annotations

import io

import toytoy as tt
from toytoy.compare.terminal.map_tables import diagram_parts, verification_parts
from toytoy.compare.terminal.tables import show

from tests.cross.small_job import small_job


def test_a_diagram_shows_shares() -> None:
    diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.01, 0.5], method="optimum")
    stream = io.StringIO()
    show(diagram_parts(diagram, stream), stream)
    lines = [line.split() for line in stream.getvalue().splitlines()]
    assert lines[0] == ["optimum,", "2", "x", "2", "cells"]  # by a method of that name, which need not be said twice
    assert ["not_represented", "75.0%"] in lines
    assert ["superposed", "25.0%"] in lines
    assert ["antipodal", "25.0%"] in lines


def test_a_verification_shows_pairs_boundaries_checks_and_the_verdict() -> None:
    job, stream = small_job(), io.StringIO()
    show(verification_parts(job, stream), stream)
    text = stream.getvalue()
    assert all(check.name in text for check in job.checks)
    agreement = job.agreements["ansatz_fine"]
    row = next(line for line in text.splitlines() if line.startswith("ansatz, fine"))
    assert row.split()[2:4] == [str(agreement.cells.size), f"{agreement.share('agrees'):.1%}"]
    assert "best of 2" in text
    assert f"{agreement.kappa.low:.3f} … {agreement.kappa.high:.3f}" in text
    assert "trained, best: superposed" in text
    assert " | ".join(agreement.boundary_distance[0].between) in text
    assert f"another phase in {job.mismatch[1].share:.2%}" in text
    assert f"Verdict: {job.verdict}" in text
