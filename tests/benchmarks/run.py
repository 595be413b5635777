"""Time what the library does, beside other ways to do it: one table, in one run.

Printed, and saved as bench.json and bench.md. Processor time on one core, where a row does not say otherwise.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # before numpy is loaded: one core is what is measured

from tests.benchmarks.machine import machine  # noqa: E402
from tests.benchmarks.results import HEAD, KEPT, Results, as_json, cells, line, save  # noqa: E402
from tests.benchmarks.rows import Effort, Row  # noqa: E402

GROUPS = {  # a group: its module, and what it asks
    "kernels": "loss and gradient beside plain numpy and, with --baseline, another kernel",
    "maps": "diagrams of optima beside plain numpy and scipy; searches",
    "training": "training beside plain torch and occhio, and the map that each would train",
    "sampling": "Monte Carlo of equal error",
    "line": "the line integral for many features beside plain numpy, torch and Monte Carlo of equal error",
    "certificates": "proved minima and boundaries, and balls of fifty digits",
    "sweep": "what a second worker brings, and what starting it costs",
    "costs": "compiling, threads, imports, the command line, the explorer",
    "growth": "how costs grow with cells, features, steps and digits",
    "limits": "what bounds each of these, and how far it is from there",
}


def parser() -> argparse.ArgumentParser:
    """Describe the options."""
    lines = "\n".join(f"  {name:<13} {asks}" for name, asks in GROUPS.items())
    found = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.run",
        description=f"{__doc__}\ngroups:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--only", metavar="GROUP,…", help="these groups alone")
    found.add_argument("--quick", action="store_true", help="small sizes, few repeats: a minute, to see that it runs")
    found.add_argument(
        "--baseline", type=Path, metavar="FOLDER", help="holds kernel.py, to be timed in turns with ours"
    )
    found.add_argument("--occhio", type=Path, metavar="FOLDER", help="holds the package occhio; see the row that asks")
    found.add_argument("--device", default="cpu", help="where torch evaluates the line integral (default: cpu)")
    found.add_argument("--out", type=Path, default=Path("build"), metavar="FOLDER", help="default: build")
    found.add_argument("--keep", action="store_true", help=f"make this full run the one that {KEPT.name} of docs holds")
    return found


def chosen(only: str | None) -> list[str]:
    """Split the names of groups.

    Raises
    ------
    ValueError
        If one does not exist.
    """
    names = list(GROUPS) if only is None else only.split(",")
    for name in names:
        if name not in GROUPS:
            raise ValueError(f"no group {name!r}; there are {', '.join(GROUPS)}")
    return names


def check(effort: Effort, out: Path) -> None:
    """Refuse before anything is measured what could not be measured, or saved, later.

    Raises
    ------
    OSError
        If a folder does not hold what it should, or can't be made or written to.
    """
    for folder, content in ((effort.baseline, "kernel.py"), (effort.occhio, "occhio")):
        if folder is not None and not (folder / content).exists() and folder.name != content:
            raise FileNotFoundError(f"no {content} at {folder}; give the folder that holds it")
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK):
        raise PermissionError(f"nothing can be written to {out}; give another folder with --out")
    if effort.occhio is not None:
        sys.path.insert(0, str(effort.occhio))


def measure(names: Sequence[str], effort: Effort) -> Iterator[tuple[str, Row]]:
    """Give each row of the named groups with its group."""
    for name in names:
        for row in importlib.import_module(f"tests.benchmarks.{name}").rows(effort):
            yield name, row


def main(arguments: Sequence[str] | None = None) -> int:
    """Print and save one table; 2 where what is given can't be used."""
    options = parser()
    given = options.parse_args(arguments)
    if given.keep and (given.quick or given.only):
        options.error("--keep takes a full run; leave out --quick and --only")
    effort = Effort(given.quick, given.baseline, given.occhio, given.device)
    results = Results(machine(), given.quick, {})
    try:
        names = chosen(given.only)
        check(effort, given.out)
        print(*results.machine.values(), line(HEAD), sep="\n", flush=True)
        for name, row in measure(names, effort):
            results.groups.setdefault(name, []).append(row)
            save(results, given.out)  # a run that is cut short leaves what it has
            print(line(cells(row)), flush=True)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"interrupted; {given.out / 'bench.json'} holds what was measured", file=sys.stderr)
        return 130
    if given.keep:
        KEPT.write_text(as_json(results), "utf8")
    print(f"saved {given.out / 'bench.json'} and bench.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
