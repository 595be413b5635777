"""Whether the tests kill a mutant: its mirror, then other fitting tests, until one fails or the time for them is up."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutants.baseline import Baseline, Judge, baseline
from tests.mutants.clones import written
from tests.mutants.fitting import fitting_tests, has_kernels
from tests.mutants.judge import Trial, run
from tests.mutants.mutations import Mutant, changed_line, mutated

COMPILING = 40.0  # seconds that all kernels may take to compile, and more
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

    The fitting tests of one mutant may take `more` seconds of processor, unmutated. The mirror is always run; with 0
    nothing else is, and kernels are not compiled: a quick look at how sharp the mirrors are.
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

    First quick tests, of the mirror, the examples and other files, kernels in plain Python: no mutant is compiled for
    them. Then what these left, where it is too slow or asks about the compiler; kernels compiled anew.
    """
    files, kernels = fitting_tests(place.clone, module), has_kernels(place.clone, module)
    mode = "plain" if kernels else "warm"
    quick = [Trial(place.clone, module, tests, mode, quick=True) for tests in (*files[:1], None, *files[1:])]
    done: dict[str | None, list[str]] = {}
    for trial, known in _within(quick, place):
        done[trial.tests] = list(known.seconds)
        yield trial, known
    if place.more:
        yield from _thorough(module, files, done, "cold" if kernels else "warm", place)


def _thorough(
    module: str, files: tuple[str, ...], done: dict[str | None, list[str]], kernels: str, place: Place
) -> Iterator[tuple[Trial, Baseline]]:
    """Yield whole files, less what was done; compiled tests are timed from the cache, plus the compiler."""
    compiling = COMPILING if kernels == "cold" else 0.0
    slow = [Trial(place.clone, module, tests, slow=True) for tests in files[:1]]
    for trial, known in _within([Trial(place.clone, module, tests) for tests in files] + slow, place):
        skipped = [] if trial.slow else done.get(trial.tests, [])
        left = {name: seconds for name, seconds in known.seconds.items() if name not in skipped}
        if left:
            longer = replace(known, processor=known.processor + compiling, wall=known.wall + compiling)
            yield replace(trial, kernels=kernels), replace(longer, seconds=left, left_out=[*known.left_out, *skipped])


def _within(trials: Iterable[Trial], place: Place) -> Iterator[tuple[Trial, Baseline]]:
    """Yield the first trial, and others while their unmutated seconds are within what a mutant may take."""
    spent = 0.0
    for number, trial in enumerate(trials):
        known = baseline(trial, place.folder, place.shared)
        spent += known.processor
        if number and spent > place.more:
            return
        if known.judges:
            yield trial, known


def _label(trial: Trial) -> str:
    marks = [mark for mark, on in (("slow", trial.slow), (trial.kernels, trial.kernels != "warm")) if on]
    return f"{trial.tests or 'doctests'}{' (' + ', '.join(marks) + ')' if marks else ''}"
