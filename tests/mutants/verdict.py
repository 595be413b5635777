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
    """Yield what is run for a mutant of a module, one after another, each with what it does unmutated."""
    files = fitting_tests(place.clone, module)
    if has_kernels(place.clone, module):
        yield from _of_kernels(module, files, place)
        return
    trials = [Trial(place.clone, module, tests) for tests in (*files[:1], None, *files[1:])]
    yield from _within(trials, place)
    for tests in files[:1] if place.more else ():
        slow = Trial(place.clone, module, tests, slow=True)
        known = baseline(slow, place.folder, place.shared)
        if known.judges and known.seconds:
            yield slow, known


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


def _of_kernels(module: str, files: tuple[str, ...], place: Place) -> Iterator[tuple[Trial, Baseline]]:
    """Yield trials in plain Python, in which a mutant costs no compilation, then what these left, compiled anew.

    A test is left where plain Python is too slow for it, or is not what it asks about.
    """
    done: dict[str | None, list[str]] = {}
    for trial, known in _within([Trial(place.clone, module, tests, "plain") for tests in (*files[:1], None)], place):
        done[trial.tests] = list(known.seconds)
        yield trial, known
    if not place.more:
        return
    # what compiled tests take is known from the cache; the time to compile is given on top
    for trial, known in _within([Trial(place.clone, module, tests) for tests in files], place):
        left = {name: seconds for name, seconds in known.seconds.items() if name not in done.get(trial.tests, ())}
        if left:
            skipped = [*known.left_out, *done.get(trial.tests, ())]
            longer = replace(known, processor=known.processor + COMPILING, wall=known.wall + COMPILING)
            yield replace(trial, kernels="cold"), replace(longer, seconds=left, left_out=skipped)


def _label(trial: Trial) -> str:
    marks = [mark for mark, on in (("slow", trial.slow), (trial.kernels, trial.kernels != "warm")) if on]
    return f"{trial.tests or 'doctests'}{' (' + ', '.join(marks) + ')' if marks else ''}"
