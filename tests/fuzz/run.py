"""Try many inputs of every kind, and tabulate what becomes of them: `make fuzz`; exit status 1 if anything is found."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.fuzz import files, lines, model_files, stores, table
from tests.fuzz.drawn import LAWS, tried
from tests.fuzz.table import Row

EXAMPLES = 20_000
Kind = Callable[[int, int], Row]


def share(kind: Kind, part: int) -> Kind:
    """Try one of so many: what takes a tenth of a second, or a second, each."""
    return lambda examples, seed: kind(max(1, examples // part), seed)


def kinds() -> dict[str, Kind]:
    """Name every kind of input, with the function of examples and seed that tries it."""
    found: dict[str, Kind] = {f"strategy {name}": partial(tried, name) for name in LAWS}
    found["command lines"] = share(lines.tried, 4)
    found["command lines, own process"] = share(lines.tried_apart, 200)
    found["model file, JSON"] = share(model_files.tried, 4)
    for kind in files.READERS:
        for way in ("bytes", "contents"):
            found[f"{kind} file, {way}"] = share(partial(files.tried, kind, way), 20)
    found["stores of sweeps"] = share(stores.tried, 20)
    return found


def chosen(only: list[str]) -> Iterator[tuple[str, Kind]]:
    """Yield the kinds whose name begins with one of the words, all of them if there is none."""
    known = kinds()
    for word in only:
        if not any(name.startswith(word) for name in known):
            raise SystemExit(f"--only must begin a kind's name, got {word!r}; they are {', '.join(known)}")
    for name, kind in known.items():
        if not only or any(name.startswith(word) for word in only):
            yield name, kind


def main() -> int:
    """Read what was asked for, try it, print the table row by row, and keep it."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument(
        "--examples", type=int, default=EXAMPLES, help="of each strategy; a part of it of what is slow  [20000]"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed tries the same inputs  [0]")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="kinds that begin so; repeatable")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz.json"), help="[build/fuzz.json]")
    asked = parser.parse_args()
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as in a shell's background: our children would ignore it, too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    rows: list[Row] = []
    print(table.header())
    for _, kind in chosen(asked.only):
        rows.append(kind(asked.examples, asked.seed))
        print(table.line(rows[-1]), flush=True)
        table.keep(rows, asked.out, {"examples": asked.examples, "seed": asked.seed, "only": asked.only})
    for told in table.findings(rows):
        print(told, file=sys.stderr)
    return int(any(row.findings for row in rows))


if __name__ == "__main__":
    sys.exit(main())
