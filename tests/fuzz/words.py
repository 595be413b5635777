"""A grammar of command lines: good ones of every command, cheap ones, and what spoils a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.pools import ACTIVATIONS, BAD, DENSITIES, FIGURES, IMPORTANCES, PATHS, PHASES, UNKNOWN

Words = list[str]


def maybe(rng: Random, chance: float, *words: str) -> Words:
    """Return the words, or none."""
    return list(words) if rng.random() < chance else []


def size(rng: Random, most: int = 4) -> tuple[int, Words]:
    """Write the numbers of features and dimensions, in one of the ways there are."""
    n = rng.randint(1, most)
    m = rng.randint(1, n)
    return n, rng.choice([["-n", f"{n}", "-m", f"{m}"], ["--features", f"{n}", f"--hidden={m}"], [f"-n{n}", f"-m{m}"]])


def toy(rng: Random) -> Words:
    """Write the size of a toy, the small one mostly."""
    return ["-n", "2", "-m", "1"] if rng.random() < 0.8 else ["-n", "3", "-m", "2"]


def numbers(rng: Random, n: int, some: tuple[str, ...]) -> str:
    """Write one number, or one a feature."""
    return rng.choice(some) if rng.random() < 0.6 else ",".join(rng.choice(some) for _ in range(n))


def problem(rng: Random, most: int = 4) -> tuple[int, Words]:
    """Write a problem."""
    n, words = size(rng, most)
    words += ["-p", numbers(rng, n, DENSITIES), *maybe(rng, 0.7, "-I", numbers(rng, n, IMPORTANCES))]
    return n, words + maybe(rng, 0.4, "--activation", rng.choice(ACTIVATIONS if n < 3 else ACTIVATIONS[:6]))


def method(rng: Random) -> Words:
    """Write a method that is quick."""
    trained = [
        "--method",
        "trained",
        "--steps",
        "3",
        "--batch",
        "4",
        *maybe(rng, 0.5, "--instances", "2", "--lr", "0.01"),
    ]
    quick = [["--starts", "0"], ["--method", "ansatz"], ["--method", "multistart", "--starts", "1"], trained]
    return rng.choice(quick) + maybe(rng, 0.3, "--seed", rng.choice(["0", "7", "123456789"]))


def solve(rng: Random) -> Words:
    return ["solve", *problem(rng)[1], *method(rng), *maybe(rng, 0.3, "--out", rng.choice(["x.json", *PATHS]))]


def decompose(rng: Random) -> Words:
    n, words = problem(rng)
    rows, bias = [[rng.choice([0, 1, -1, 0.5]) for _ in range(n)]], [rng.choice([0, 0.1]) for _ in range(n)]
    given = ["--weights", json.dumps(rows), "--bias", json.dumps(bias)]
    return [
        "decompose",
        *words,
        *rng.choice([given, given, ["--model", rng.choice(["kept.json", *PATHS])], method(rng)]),
    ]


def certify(rng: Random) -> Words:
    return ["certify", *problem(rng, 2)[1], "--width", rng.choice(["0.01", "1e-3"]), *maybe(rng, 0.5, "--boxes", "500")]


def boundary(rng: Random) -> Words:
    at = ["-p", rng.choice(DENSITIES)] if rng.random() < 0.7 else ["-I", rng.choice(IMPORTANCES)]
    between = maybe(rng, 0.5, "--between", ",".join(rng.sample(PHASES, 2)))
    how = ["--method", "ansatz"] if rng.random() < 0.8 else maybe(rng, 0.3, "--certified")
    return ["boundary", *toy(rng), *at, *between, *maybe(rng, 0.3, "--near", rng.choice(IMPORTANCES)), *how]


def lines(rng: Random) -> Words:
    """Write a small window, which takes a second, and mostly something that refuses it."""
    window = ["--density", "0.3:0.4", "--importance", rng.choice(["0.5:0.6", "9:0.1", "1:1", "0:1"])]
    return ["lines", "-n", rng.choice("2245"), "-m", "1", *window, *maybe(rng, 0.7, "--out", rng.choice(PATHS))]


def diagram(rng: Random) -> Words:
    grid = [
        "--density",
        rng.choice(["0.1:1:2", "0.5:0.5:1", "0.01:1:3"]),
        "--importance",
        rng.choice(["0.1:10:2", "1:1:1"]),
    ]
    outs = maybe(rng, 0.3, "--out", rng.choice(PATHS)) + maybe(rng, 0.1, "--out", rng.choice(PATHS))
    hands = maybe(rng, 0.1, "--store", rng.choice(["store", *PATHS])) + maybe(rng, 0.02, "--workers", "1")
    return [
        "diagram",
        *toy(rng),
        *grid,
        *method(rng),
        *maybe(rng, 0.1, "--quick"),
        *maybe(rng, 0.02, "--lines"),
        *outs,
        *hands,
    ]


def figure(rng: Random) -> Words:
    """Name a figure that there is at a place that there isn't, or the other way round: figures take long."""
    bad = [rng.choice(FIGURES), "--out", rng.choice(["x.nc", "no/x.png", "folder", "", "/proc/none.png"])]
    return [
        "figure",
        *rng.choice([["--list"], [], ["intr"], [rng.choice(BAD)], bad, bad, bad]),
        *maybe(rng, 0.5, "--quick"),
    ]


def verify(rng: Random) -> Words:
    name = rng.choice(["bounds", "optima", "nothing", "gradients", "losses", rng.choice(BAD)])
    return [
        "verify",
        *toy(rng),
        *rng.choice([["--list"], ["--list", "--only", name], ["--only", "nothing"], ["--out", "kept.nc"]]),
    ]


def explore(rng: Random) -> Words:
    """Ask for a page that can't be shown; one that can waits until it is interrupted."""
    data = ["--data", rng.choice(["kept.json", "text.json", "none.nc", "folder", "loop.nc", ""])]
    return [
        "explore",
        "--no-browser",
        *rng.choice([data, ["--port", rng.choice(["-1", "65536", "1"]), *data], ["--host", "no.such.host", *data]]),
    ]


def bare(rng: Random) -> Words:
    return rng.choice(
        [[], ["--help"], ["--version"], ["solv"], [rng.choice(BAD)], ["--json"], ["help"], ["solve", "--help"]]
    )


COMMANDS: dict[str, Callable[[Random], Words]] = {
    **{"solve": solve, "decompose": decompose, "certify": certify, "boundary": boundary, "lines": lines},
    **{"diagram": diagram, "figure": figure, "verify": verify, "explore": explore, "bare": bare},
}
OFTEN = (25, 20, 8, 10, 3, 15, 6, 6, 2, 5)


def spoiled(rng: Random, words: Words) -> Words:
    """Spoil a line in one way: a value, a word less, twice, elsewhere, cut, joined, or one that nobody knows."""
    at = rng.randrange(len(words)) if words else 0
    some = rng.choice([BAD, BAD, PATHS, UNKNOWN])
    way = rng.randrange(9)
    if not words or way == 0:
        return [*words[:at], rng.choice(UNKNOWN), *words[at:]]
    if way <= 4:
        return [*words[:at], rng.choice(some), *words[at + 1 :]]
    if way == 5:
        return words[:at] + words[at + 1 :]
    if way == 6:
        return [*words, *words[max(at, 1) :]]
    if way == 7:
        return [
            *words[:at],
            words[at][: rng.randint(0, len(words[at]))] + rng.choice(["", "x", "=", "\0", "é"]),
            *words[at + 1 :],
        ]
    return [*words[:at], words[at] + rng.choice(["=", "=1", ","]) + rng.choice(BAD), *words[at + 1 :]]


def line_of(seed: int, k: int) -> Words:
    """Make the k-th line of a seed: good, or spoiled once or twice."""
    rng = Random(f"line {seed} {k}")
    (name,) = rng.choices(list(COMMANDS), OFTEN)
    words = COMMANDS[name](rng) + maybe(rng, 0.4, "--json")
    for _ in range(rng.choice([0, 0, 1, 1, 1, 2])):
        words = spoiled(rng, words)
    return words


def furnish(folder: Path) -> None:
    """Lay out what lines name: a folder, a locked one, a model, a text, and a link that leads to itself."""
    for name in ("folder", "locked"):
        (folder / name).mkdir()
    (folder / "kept.json").write_text(json.dumps({"weights": [[1, -1]], "bias": [0, 0]}), "utf8")
    (folder / "text.json").write_text("not JSON", "utf8")
    (folder / "loop.nc").symlink_to("loop.nc")
    (folder / "locked").chmod(0o500)
