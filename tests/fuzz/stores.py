"""Damaged stores of sweeps: refused, or gone on with to the same bytes; what is not theirs is left as it is."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import toytoy as tt

from tests.fuzz.child import Child
from tests.fuzz.damage import bytes_damaged
from tests.fuzz.table import Row

SECONDS = 60.0
GRID = {"x": [0.1, 0.2, 0.3], "word": ["a", "b"]}
Change = Callable[[Random, Path, Path], None]


def cell(x: float, word: str) -> dict[str, Any]:
    """Compute what a store keeps: a number, a word, an array, and a failure."""
    if word == "b" and x == 0.3:
        raise ValueError("this cell fails")
    return {"number": x * x, "told": word * 3, "several": [x, -x]}


def other_cell(x: float, word: str) -> dict[str, Any]:
    """Compute something else."""
    return {"number": x, "told": word, "several": [x, x]}


def swept(folder: str, changed: str) -> tuple[str, str]:
    """Go on with a store, with one setting changed or none: the result's digest, or why it was refused."""
    function: Any = other_cell if changed == "function" else cell
    grid: Any = {**GRID, "x": [0.1, 0.2]} if changed == "grid" else GRID
    try:
        with ThreadPoolExecutor(1) as executor:
            found = tt.sweep(function, grid, executor, folder, tile_size=2)
    except (ValueError, OSError) as error:
        return "refused", f"{type(error).__name__}: {error}"
    return "ok", hashlib.sha256(repr(found.drop_vars("traceback").to_dict()).encode()).hexdigest()


def some_file(rng: Random, store: Path) -> Path:
    """Choose a file of a store."""
    return rng.choice(sorted(path for path in store.rglob("*") if path.is_file()))


def damaged(rng: Random, store: Path, other: Path) -> None:
    path = some_file(rng, store)
    path.write_bytes(bytes_damaged(rng, path.read_bytes() or b"x", some_file(rng, other).read_bytes() or b"x"))


def lost(rng: Random, store: Path, other: Path) -> None:
    some_file(rng, store).unlink()


def renamed(rng: Random, store: Path, other: Path) -> None:
    path = some_file(rng, store)
    path.rename(
        path.with_name(rng.choice(["000000000-000000004.tile", "x.tile", "sweep.json", "result.nc", "-1-2.tile"]))
    )


def twice(rng: Random, store: Path, other: Path) -> None:
    path = some_file(rng, store)
    shutil.copy(
        path, path.with_name(rng.choice(["000000001-000000003.tile", "9-12.tile", "more", path.name + ".part"]))
    )


def foreign(rng: Random, store: Path, other: Path) -> None:
    """Put another sweep's file in the place of one, or beside."""
    theirs = some_file(rng, other)
    shutil.copy(theirs, store / theirs.relative_to(other))


def as_folder(rng: Random, store: Path, other: Path) -> None:
    path = some_file(rng, store)
    path.unlink()
    path.mkdir()


def as_link(rng: Random, store: Path, other: Path) -> None:
    path = some_file(rng, store)
    path.unlink()
    path.symlink_to(rng.choice(["nowhere", path.name, "/dev/null", "/dev/zero", str(some_file(rng, other))]))


def as_file(rng: Random, store: Path, other: Path) -> None:
    """Put a file in a folder's place."""
    place = rng.choice([store, store / "tiles"])
    shutil.rmtree(place)
    place.write_bytes(rng.randbytes(20))


def not_a_store(rng: Random, store: Path, other: Path) -> None:
    """Leave a folder of somebody's own."""
    shutil.rmtree(store)
    store.mkdir()
    for name in rng.sample(["thesis.tex", "data.csv", "tiles", "result.nc", "notes/"], 2):
        (store / name).write_text("mine", "utf8") if not name.endswith("/") else (store / name).mkdir()


def emptied(rng: Random, store: Path, other: Path) -> None:
    shutil.rmtree(rng.choice([store, store / "tiles"]))


def fifo(rng: Random, store: Path, other: Path) -> None:
    """Put a pipe in a file's place: who opens it waits for somebody to write."""
    path = some_file(rng, store)
    path.unlink()
    os.mkfifo(path)


CHANGES: tuple[Change, ...] = (
    *(damaged, damaged, damaged, damaged, lost, lost, renamed, twice, foreign, as_folder, as_link, as_file),
    *(not_a_store, emptied, fifo),
)


def contents(folder: Path) -> dict[str, Any]:
    """Sum up everything in a folder but locks: bytes, links, kinds."""
    if folder.is_file():
        return {"": folder.read_bytes()}
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.endswith(".lock") or name == "lock":
            continue
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "no file"
    return found


def tried(examples: int, seed: int) -> Row:
    """Damage so many stores, and go on with each."""
    row, start = Row("stores of sweeps"), time.perf_counter()
    child = Child("tests.fuzz.stores:swept", SECONDS, ("h5netcdf", "xarray", "tests.fuzz.stores"))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        whole, other = place / "whole", place / "other"
        wanted = child.call(str(whole), "").value
        child.call(str(other), "function")
        result = (whole / "result.nc").read_bytes()
        for k in range(examples):
            rng = Random(f"store {seed} {k}")
            store = place / f"store{k}"
            shutil.copytree(whole, store)
            if rng.random() < 0.3:
                (store / "result.nc").unlink()  # a sweep that was stopped
            changes = [rng.choice(CHANGES)] if rng.random() < 0.95 else []
            for change in changes:
                change(rng, store, other)
            setting = rng.choice(["", "", "", "function", "grid"])
            before = contents(store)
            ended = child.call(str(store), setting)
            why = judged(ended, wanted, setting, before, store, result)
            row.count("finding" if why else ended.value[0])
            if why:
                named = ", ".join(change.__name__ for change in changes) or "nothing"
                row.findings.append(f"case {k} of seed {seed}, {named}, another {setting or 'nothing'}: {why}")
            shutil.rmtree(store, ignore_errors=True)
            store.unlink(missing_ok=True)
    child.close()
    row.seconds = time.perf_counter() - start
    return row


def judged(ended: Any, wanted: Any, setting: str, before: dict[str, Any], store: Path, result: bytes) -> str:
    """Say what is wrong with how it went on, if anything is."""
    if ended.value is None or ended.fault or ended.interrupted:
        return str(ended.fault or f"it took more than {SECONDS:g} s")
    outcome, said = ended.value
    if outcome == "refused":
        if store.name not in said or "\n" in said:
            return f"no clear line that names the store: {said[:300]!r}"
        gone = {name for name, held in before.items() if contents(store).get(name) != held}
        gone -= {name for name in gone if name.endswith(".part")}
        return f"refused, it changed {', '.join(sorted(gone))}" if gone else ""
    if setting == "" and said != wanted[1]:
        return "it gave something else"
    if setting == "" and (store / "result.nc").read_bytes() != result:
        return "its result has other bytes"
    if setting and before and "sweep.json" in before:
        return "another sweep was gone on with"
    return ""
