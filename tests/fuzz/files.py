"""Damaged files, given to everything that reads one: what was saved comes back, or one clear error does."""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import toytoy as tt

from tests.fuzz import damage
from tests.fuzz.child import Child, Ended
from tests.fuzz.table import Row

SECONDS = 60.0
DENSITY, IMPORTANCE = [0.05, 0.5, 0.9], [0.2, 1.0]


@functools.cache
def diagrams() -> dict[str, tt.PhaseDiagram]:
    """Compute small maps of every kind."""
    grid: dict[str, Any] = {"density": DENSITY, "importance": IMPORTANCE}
    trained = tt.Trained(steps=5, batch=8, n_instances=2)
    methods: dict[str, Any] = {
        "optimum": "optimum",
        "ansatz": "ansatz",
        "trained": trained,
        "multistart": tt.Multistart(n_starts=1),
    }
    return {name: tt.phase_diagram(2, 1, **grid, method=method) for name, method in methods.items()}


def originals(folder: Path) -> dict[str, list[Path]]:
    """Save one of everything that can be loaded again, by the kind of reader."""
    from toytoy.compare.agreements import agreements

    maps = diagrams()
    places = {kind: [] for kind in READERS}  # type: dict[str, list[Path]]
    for name, one in maps.items():
        places["diagram"].append(one.save(folder / f"{name}.nc"))
        places["explorer"].append(places["diagram"][-1])
    places["agreement"] = [
        tt.agreement(maps[name], maps["optimum"]).save(folder / f"{name}_agreement.nc")
        for name in ("ansatz", "trained")
    ]
    places["agreements"] = [
        agreements({name: maps[name] for name in ("optimum", "ansatz")}).save(folder / "agreements.nc")
    ]
    return places


def digest(*values: Any) -> str:
    """Sum up data sets and plain values, bit by bit."""
    sums = hashlib.sha256()
    for value in values:
        told = value.to_dict(data="array") if hasattr(value, "to_dict") else value
        with np.printoptions(threshold=100_000, floatmode="unique"):
            sums.update(repr(told).encode())
    return sums.hexdigest()


def read_diagram(path: str) -> str:
    """Load a diagram, and use what was loaded."""
    diagram = tt.PhaseDiagram.load(path)
    diagram.regime_at(0.01)
    diagram.problem(float(diagram.densities[0]), float(diagram.importances[-1]))
    diagram.boundaries()
    diagram._repr_html_()
    return digest(diagram.data)


def read_agreement(path: str) -> str:
    found = tt.Agreement.load(path)
    return digest(found.data, found.statistics, str(found))


def read_agreements(path: str) -> str:
    from toytoy.compare.agreements import Agreements

    found = Agreements.load(path)
    return digest(found.data, found.pairs, str(found))


def read_for_the_explorer(path: str) -> str:
    import click
    from toytoy.compare.terminal.explore_command import _atlas

    try:
        atlas = _atlas(path)
    except click.UsageError as error:
        raise ValueError(error.format_message()) from None
    return digest(*(one.data for one in vars(atlas).values() if isinstance(one, tt.PhaseDiagram)))


READERS = {
    "diagram": read_diagram,
    "agreement": read_agreement,
    "agreements": read_agreements,
    "explorer": read_for_the_explorer,
}


def read(kind: str, path: str) -> tuple[str, str, str]:
    """Read a file, and say how that ended: the outcome, what was read or why not, and what stderr was told."""
    gc.freeze()  # what is there already: collecting among it takes longer than reading
    with tempfile.TemporaryFile() as heard:
        kept = os.dup(2)
        os.dup2(heard.fileno(), 2)
        try:
            result, said = "ok", READERS[kind](path)
        except (ValueError, OSError) as error:
            result, said = "refused", f"{type(error).__name__}: {error}"
        except MemoryError as error:
            result, said = "finding", f"MemoryError: {error}"
        finally:
            gc.collect()  # what closes only now may complain
            os.dup2(kept, 2)
            os.close(kept)
        heard.seek(0)
        return result, said, heard.read().decode("utf8", "replace")


def judged(ended: Ended, path: Path, wanted: set[str], sealed: bool) -> tuple[str, str]:
    """Judge how reading a damaged file ended: the outcome, and why if it is a finding."""
    if ended.value is None:
        return "finding", ended.fault
    result, said, heard = ended.value
    if ended.fault or ended.interrupted:
        return "finding", ended.fault or f"it took more than {SECONDS:g} s"
    if heard:
        return "finding", f"{result}, and stderr was told {heard[-300:]!r}"
    if result == "refused" and (path.name not in said or len(said) < 30 or "\n" in said):
        return "finding", f"no clear line that names the file: {said[:300]!r}"
    if result == "ok" and sealed and said not in wanted:
        return "finding", "it was read, as something else than was saved"
    return ("finding", said[:300]) if result == "finding" else (result, "")


@functools.cache
def saved() -> tuple[Any, dict[str, list[Path]]]:
    """Save one of everything, in a folder that goes as the process ends."""
    folder = tempfile.TemporaryDirectory()
    return folder, originals(Path(folder.name))


def tried(kind: str, way: str, examples: int, seed: int) -> Row:
    """Damage so many files of one kind, their bytes or their contents, and read them."""
    keeper, places = saved()
    row, start, folder, paths = Row(f"{kind} file, {way}"), time.perf_counter(), Path(keeper.name), places[kind]
    child = Child("tests.fuzz.files:read", SECONDS, ("h5py", "xarray", "torch", "dash", "tests.fuzz.files"))
    wanted = {path: child.call(kind, str(path)).value for path in paths}
    for path, (result, said, heard) in wanted.items():
        if result != "ok" or heard:
            row.count("finding")
            row.findings.append(f"{path.name} as it was saved: {result} {said} {heard}")
    for k in range(examples):
        rng = Random(f"{kind} {way} {seed} {k}")
        path, other = rng.choice(paths), rng.choice(sorted(folder.glob("*.nc")))
        victim, how = folder / f"victim{k % 10}.h5", way
        victim.write_bytes(path.read_bytes())
        if way == "bytes":
            victim.write_bytes(damage.bytes_damaged(rng, path.read_bytes(), other.read_bytes()))
        else:
            how = damage.hdf_damaged(rng, victim)
        result, why = judged(
            child.call(kind, str(victim)), victim, {said for _, said, _ in wanted.values()}, way == "bytes"
        )
        row.count(result)
        if result == "finding":
            row.findings.append(f"case {k} of seed {seed}, {path.name}, {how}: {why}")
    child.close()
    row.seconds = time.perf_counter() - start
    return row
