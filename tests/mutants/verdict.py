"""Whether the tests kill a mutant: its mirror, then other fitting tests, until one fails or the time for them is up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.baseline import Baseline, Judge, baseline
from tests.mutants.clones import written
from tests.mutants.fitting import has_kernels, tests_for
from tests.mutants.judge import Trial, run
from tests.mutants.mutations import Mutant, changed_line, mutated

# seconds of processor that the tests of one mutant may take unmutated, for each way to run kernels; the first file
# that runs at all, the mirror, is always run
MOST = {"plain": 60.0, "warm": 60.0, "cold": 240.0}
FACTOR, GRACE = 4.0, 5.0  # a mutant gets so many times the unmutated seconds, and so many more, then it hangs


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: "killed", "timeout" (killed too), "survived", or "invalid" where it is no Python."""

    mutant: Mutant
    status: str
    before: str
    after: str
    by: str  # the test file that killed it
    seconds: float


@dataclass(frozen=True)
class Place:
    """Where a worker works: its clone, its own folder, and the measurements it shares with the others."""

    clone: Path
    folder: Path
    shared: Path


def judge(mutant: Mutant, place: Place) -> Verdict:
    """Write the mutant, run the tests that fit, put the original back."""
    path = place.clone / mutant.module
    text = path.read_text("utf8")
    changed = mutated(text, mutant)
    before, after = changed_line(text, changed)
    try:
        compile(changed, str(path), "exec")
    except SyntaxError:
        return Verdict(mutant, "invalid", before, after, "", 0.0)
    plan = steps(mutant.module, place)
    seconds = 0.0
    shutil.rmtree(place.folder / "kernels-cold", ignore_errors=True)
    for trial, known in plan:
        with written(path, changed):
            wall, processor = 30 + 10 * known.wall, GRACE + FACTOR * known.processor
            outcome = run(trial, wall, processor, Judge(known), place.folder / "log")
        seconds += outcome.wall
        if outcome.status != "passed":
            status = "killed" if outcome.status == "failed" else "timeout"
            return Verdict(mutant, status, before, after, _label(trial), seconds)
    return Verdict(mutant, "survived", before, after, "", seconds)


def steps(module: str, place: Place) -> Iterator[tuple[Trial, Baseline]]:
    """Yield what is run for a mutant of a module, one after another, each with what it does unmutated."""
    ways = ("plain", "cold") if has_kernels(place.clone, module) else ("warm",)
    files = tests_for(place.clone, module)
    for kernels in ways:
        spent = 0.0
        trials = [Trial(place.clone, module, tests, kernels) for tests in (*files[:1], None, *files[1:])]
        slow = [Trial(place.clone, module, tests, kernels, slow=True) for tests in files[:1] if kernels != "plain"]
        for trial in trials + slow:
            known = baseline(trial, place.folder, place.shared)
            if known.judges and (spent == 0.0 or spent + known.processor <= MOST[kernels]):
                spent += known.processor
                yield trial, known


def _label(trial: Trial) -> str:
    marks = [mark for mark, on in (("slow", trial.slow), (trial.kernels, trial.kernels != "warm")) if on]
    return f"{trial.tests or 'doctests'}{' (' + ', '.join(marks) + ')' if marks else ''}"
