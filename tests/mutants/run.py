"""Mutation testing: python -m tests.mutants.run [--only PATTERN ...]; `make mutants` runs it, time-bounded."""

from __future__ import annotations

import argparse
import fnmatch
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.mutants.groups import GROUPS
from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.score import Explained, Score, explained, score
from tests.mutants.shown import as_toml, by_folder, table
from tests.mutants.stored import as_entry, kept
from tests.mutants.verdict import Verdict
from tests.mutants.work import stratified, verdicts

ROOT = Path(__file__).resolve().parents[2]
SHARES = {"agreement": 1, "crosschecks": 1, "analytic": 4}  # of the time, in this order; what one leaves, the next has


def arguments(given: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--budget", type=float, default=1200, help="seconds, in all; a mutant begun is finished")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a clone of its own")
    parser.add_argument("--seed", type=int, default=0, help="of the order in which mutants are judged")
    parser.add_argument("--group", choices=sorted(GROUPS), action="append", help="one group; all, if none is named")
    parser.add_argument("--only", action="append", default=[], help="modules: analytic/loss.py or analytic/proof/*")
    parser.add_argument(
        "--again", type=Path, help="judge the survivors of this earlier run again; its other verdicts stay"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.json", help="where results are written")
    parser.add_argument(
        "--more",
        type=float,
        default=20,
        help="seconds of further tests where the mirror's quick tests let a mutant live  [20]",
    )
    parser.add_argument("--keep", type=Path, help="a folder for the clones, kept with their compiled kernels")
    read = parser.parse_args(given)
    if read.budget <= 0 or read.workers < 1:
        parser.error(f"--budget and --workers must be positive, got {read.budget:g} and {read.workers}")
    if read.again and not read.again.is_file():
        parser.error(f"--again={read.again} is no file; give the --out of an earlier run")
    if read.out.is_dir():
        parser.error(f"--out={read.out} is a folder; name a file")
    return read


def listed(group: str, only: list[str]) -> list[Mutant]:
    """List the mutants of a group, or of those of its modules that fit a pattern."""
    modules = [m for m in GROUPS[group].modules(ROOT) if not only or any(fnmatch.fnmatch(m, each) for each in only)]
    return [mutant for module in modules for mutant in mutants_of(module, (ROOT / module).read_text("utf8"))]


def judged(given: argparse.Namespace, group: str, mutants: list[Mutant], until: float, folder: Path) -> list[Verdict]:
    """Judge a group in order until its time is up, or until Ctrl-C, with a line for every survivor and every minute.

    Of survivors that are judged again, those whose turn does not come stay survivors.
    """
    found = {each.mutant: each for each in kept(given.again, ROOT, mutants)} if given.again else {}
    again = [mutant for mutant, each in found.items() if each.status == "survived"]
    order = stratified(again if given.again else mutants, given.seed)
    shown, done, alive = time.monotonic(), 0, 0
    try:
        for verdict in verdicts(ROOT, order, until, given.workers, folder, given.more) if order else ():
            found[verdict.mutant] = verdict
            done += 1
            if verdict.status == "survived":
                alive += 1
                print(f"  survived: {verdict.mutant.name()}\n    - {verdict.before}\n    + {verdict.after}", flush=True)
            if time.monotonic() - shown > 60:
                shown = time.monotonic()
                print(f"  {group}: {done} of {len(order)} judged, {alive} survived", flush=True)
    except KeyboardInterrupt:
        print(f"  {group}: stopped; what was judged counts", flush=True)
    return list(found.values())


def record(given: argparse.Namespace, scores: dict[str, Score], found: list[Verdict]) -> dict[str, Any]:
    """Gather what is written to the file."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return {
        "commit": commit.strip(),
        "seed": given.seed,
        "budget": given.budget,
        "scores": {g: vars(s) | {"raw": s.raw, "interval": s.interval()} for g, s in scores.items()},
        "verdicts": [as_entry(verdict) for verdict in found],
    }


def main(given_arguments: list[str] | None = None) -> int:
    """Judge, print, write; 1 where a score lies below its goal, or nothing was judged, 2 where nothing fits."""
    given = arguments(given_arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: as after Ctrl-C
    start, reasons = time.time(), explained()
    groups = [group for group in SHARES if given.group is None or group in given.group]
    mutants = {group: own for group in groups if (own := listed(group, given.only))}
    if not mutants:
        print(f"--only={' '.join(given.only)} fits no module with mutants; give paths from the root", file=sys.stderr)
        return 2
    found: dict[str, list[Verdict]] = {}
    with tempfile.TemporaryDirectory(prefix="toytoy-mutants-") as temporary:
        for group, own in mutants.items():
            left = [other for other in mutants if other not in found]
            share = SHARES[group] / sum(SHARES[other] for other in left)
            until = time.time() + share * (start + given.budget - time.time())
            found[group] = judged(given, group, own, until, given.keep or Path(temporary))
    scores = {group: score(len(mutants[group]), found[group], reasons) for group in mutants}
    everything = [verdict for own in found.values() for verdict in own]
    report(given, scores, everything, reasons)
    return int(any(not each.raw >= GROUPS[group].goal for group, each in scores.items()))  # not a number: none judged


def report(given: argparse.Namespace, scores: dict[str, Score], found: list[Verdict], reasons: list[Explained]) -> None:
    """Print the table and the survivors, those that nobody explained last, and write both."""
    alive = [verdict for verdict in found if verdict.status == "survived"]
    open_ones = [verdict for verdict in alive if not any(reason.fits(verdict) for reason in reasons)]
    text = f"{table(scores)}\n\n{by_folder(ROOT, found)}\n\nsurvivors not explained: {len(open_ones)}\n\n"
    text += "\n".join(map(as_toml, open_ones))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(record(given, scores, found), indent=1), "utf8")
    given.out.with_suffix(".txt").write_text(text, "utf8")
    print(text)


if __name__ == "__main__":
    sys.exit(main())
