"""Whether the tests kill a mutant: its mirror, then other fitting tests, until one fails or the time for them is up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutants.baseline import Baseline, Judge, baseline
from tests.mutants.clones import written
from tests.mutants.fitting import fitting_tests, has_kernels
from tests.mutants.judge import Trial, run
from tests.mutants.mutations import Mutant, changed_line, mutated

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
    """Where a worker works: its clone, its own folder, the measurements it shares with the others.

    The fitting tests of one mutant may take `more` seconds of processor, unmutated; the mirror is always run.
    """

    clone: Path
    folder: Path
    shared: Path
    more: float


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
    """Yield what is run for a mutant of a module, one after another, each with what it does unmutated.

    Kernels run as plain Python, in which a mutant costs no compilation; those tests of the mirror that take too long
    so, or that need a compiler, are run compiled in the end.
    """
    kernels = "plain" if has_kernels(place.clone, module) else "warm"
    files = fitting_tests(place.clone, module)
    spent = 0.0
    mirror = Trial(place.clone, module, files[0], kernels) if files else None
    for trial in filter(None, (mirror, *(Trial(place.clone, module, tests, kernels) for tests in (None, *files[1:])))):
        known = baseline(trial, place.folder, place.shared)
        if trial is not mirror and spent + known.processor > place.more:
            break
        if known.judges:
            spent += known.processor
            yield trial, known
    if mirror is not None:
        yield from _last(mirror, place)


def _last(mirror: Trial, place: Place) -> Iterator[tuple[Trial, Baseline]]:
    """Yield what is left of the mirror: tests marked slow, or those of a kernel that plain Python did not run."""
    if mirror.kernels == "warm":
        trial = replace(mirror, slow=True)
        known = baseline(trial, place.folder, place.shared)
        if known.judges and known.seconds:
            yield trial, known
    elif left := baseline(mirror, place.folder, place.shared).left_out:
        trial = replace(mirror, kernels="cold")
        known = baseline(trial, place.folder, place.shared)
        if known.judges:
            others = [name for name in known.seconds if name not in left]
            yield trial, replace(known, left_out=[*known.left_out, *others])


def _label(trial: Trial) -> str:
    marks = [mark for mark, on in (("slow", trial.slow), (trial.kernels, trial.kernels != "warm")) if on]
    return f"{trial.tests or 'doctests'}{' (' + ', '.join(marks) + ')' if marks else ''}"
