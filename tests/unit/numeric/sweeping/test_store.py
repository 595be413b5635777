"""The store: what landed is there again; what it did not write, or no longer finds as written, it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.outcome import Failure
from toytoy.numeric.sweeping.settings import settings_of
from toytoy.numeric.sweeping.store import MANIFEST, RESULT, TILES, Store, size_of
from toytoy.numeric.sweeping.tile import Tile, tile_of

from tests.meta.sources import ROOT

GRID = grid_of({"x": np.arange(10)})
DATA = xr.Dataset({"value": ("x", np.arange(3.0))})


def f(x: int) -> int:
    return x


def g(x: int) -> int:
    return -x


def store(folder: str | Path, function: Any = f) -> Store:
    return Store(folder, GRID, settings_of(function, GRID, None))


def tile(start: int, stop: int, failed: tuple[int, ...] = ()) -> Tile:
    values = [(c, Failure("no", "") if c in failed else {"value": np.array(float(c))}) for c in range(start, stop)]
    return tile_of(GRID, values)


def filled(folder: Path) -> Path:
    """Make a store with two tiles and a result."""
    kept = store(folder)
    kept.land(tile(6, 9, (7,)))
    kept.land(tile(0, 4))
    kept.keep_result(DATA)
    kept.close()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_landed_is_there_again(tmp_path: Path) -> None:
    kept = store(filled(tmp_path / "deep" / "store"))
    found = list(kept.tiles())
    assert [t.cells for t in found] == [(0, 1, 2, 3), (6, 7, 8)]
    assert found[1].failures == {7: Failure("no", "")}
    assert found[1].values["value"].tolist() == [6, 8]
    kept.keep_result(DATA)
    kept.close()
    wanted = {"sweep.json", "result.nc", "tiles/000000000-000000004.tile", "tiles/000000006-000000009.tile"}
    assert set(contents(tmp_path / "deep" / "store")) == wanted


def test_a_tile_is_replaced_and_its_result_goes(tmp_path: Path) -> None:
    kept = store(filled(tmp_path))
    kept.land(tile(6, 9))
    assert not (tmp_path / RESULT).exists()
    assert [t.failures for t in kept.tiles()] == [{}, {}]
    kept.close()


def test_leftovers_of_a_kill_are_cleared(tmp_path: Path) -> None:
    (tmp_path / f"{MANIFEST}.part").write_bytes(b"half")
    store(tmp_path).close()
    filled(tmp_path)
    before = contents(tmp_path)
    for name in (f"{MANIFEST}.part", f"{RESULT}.part", f"{TILES}/000000004-000000006.tile.part"):
        (tmp_path / name).write_bytes(b"half")
    store(tmp_path).close()
    assert contents(tmp_path) == before


def spoiled(folder: Path, name: str, content: bytes | None) -> None:
    """Change one file: other bytes, or, for None, a folder in its place."""
    path = folder / name
    path.unlink(missing_ok=True)
    path.mkdir() if content is None else path.write_bytes(content)


TILE, OTHER = f"{TILES}/000000000-000000004.tile", f"{TILES}/000000004-000000006.tile"
FIRST_TILE = "first tile"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (TILE, b"", "checksum does not fit; restore the file, or name another folder"),
        (TILE, b"noise", "checksum"),
        (TILE, None, "it is no file"),
        (OTHER, FIRST_TILE, "another tile's name"),
        (f"{TILES}/000000003-000000005.tile", FIRST_TILE, "one of two for the same cells"),
        (f"{TILES}/000000009-000000011.tile", FIRST_TILE, "no tile of this sweep"),
        (f"{TILES}/x.tile", b"", "no tile of this sweep"),
        (f"{TILES}/000000005-000000005.tile", b"", "no tile of this sweep"),
        (MANIFEST, b"", "describes no sweep"),
        (MANIFEST, b"{}", "describes no sweep"),
        (MANIFEST, b"[]", "describes no sweep"),
        (MANIFEST, b'{"settings": {"a": 3}}', "describes no sweep"),
        (MANIFEST, b'{"settings": {}}', "checksum"),
        (MANIFEST, None, "it is no file"),
        (RESULT, b"other", "not what the tiles give.*; move it away, and the same call writes it again"),
    ],
)
def test_a_corrupted_file_is_refused_and_left(tmp_path: Path, name: str, content: Any, says: str) -> None:
    filled(tmp_path)
    spoiled(tmp_path, name, (tmp_path / TILE).read_bytes() if content == FIRST_TILE else content)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match=says) as refused:
        use(tmp_path)
    assert "\n" not in str(refused.value)
    assert os.path.basename(name) in str(refused.value)
    assert contents(tmp_path) == before


def use(folder: Path, function: Any = f) -> None:
    """Open a store, read it, keep a result, and close it."""
    kept = store(folder, function)
    try:
        list(kept.tiles())
        kept.keep_result(DATA)
    finally:
        kept.close()


@pytest.mark.parametrize("name", [MANIFEST, TILE])
def test_every_byte_of_a_file_counts(tmp_path: Path, name: str) -> None:
    filled(tmp_path)
    good = (tmp_path / name).read_bytes()
    for place in range(0, len(good), 7):
        torn = bytearray(good)
        torn[place] ^= 1
        (tmp_path / name).write_bytes(torn)
        with pytest.raises(ValueError, match="store must"):
            use(tmp_path)


def test_another_sweeps_store_is_refused_and_left(tmp_path: Path) -> None:
    before = contents(filled(tmp_path))
    with pytest.raises(ValueError, match=r"differs in function: .*\.f there, .*\.g here; name another folder"):
        store(tmp_path, g)
    assert contents(tmp_path) == before


def test_another_sweeps_tile_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "a")
    store(tmp_path / "b", g).close()
    (tmp_path / "b" / TILE).write_bytes((tmp_path / "a" / TILE).read_bytes())
    with pytest.raises(ValueError, match="belongs to another sweep"):
        use(tmp_path / "b", g)


def test_a_foreign_folder_is_refused_and_left(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "film.part"):
        (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ValueError, match=r"which holds a.txt, b.txt, c.txt, …; name another"):
        store(tmp_path)
    assert contents(tmp_path) == before
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "film.part").touch()
    with pytest.raises(ValueError, match=r"which holds film.part"):
        store(tmp_path / "alone")


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    first = store(tmp_path)
    with pytest.raises(ValueError, match="one sweep at a time"):
        store(tmp_path)
    first.land(tile(0, 2))
    first.close()
    store(tmp_path).close()


@pytest.mark.parametrize("bad", ["", None, 3, b"x", "a\0b"])
def test_what_names_no_folder_is_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="name of a folder, got store="):
        store(bad)


@pytest.mark.parametrize(("name", "says"), [(TILES, "it is no folder"), (RESULT, "it is no file")])
def test_a_file_for_a_folder_and_a_folder_for_a_file_are_refused(tmp_path: Path, name: str, says: str) -> None:
    (filled(tmp_path) / name).rename(tmp_path / "moved")
    (tmp_path / name).touch() if name == TILES else (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=f"store must hold what was written, .* {name}: {says}"):
        store(tmp_path)


def test_a_name_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"a folder that can be made, got .* too long"):
        store(tmp_path / ("x" * 300))


def test_home_and_links_lead_where_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One folder is meant by all of the store's files, whatever else reads its name (xarray has its own way)."""
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "deep")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    places = {"~/home/": "home", "rel/sub": "rel/sub", "link": "far/deep", "link/../beside": "far/beside"}
    for given, place in places.items():
        kept = store(given)
        kept.land(tile(0, 4))
        monkeypatch.chdir("/")  # a function may go elsewhere
        kept.keep_result(xr.Dataset({"x": 1}))
        monkeypatch.chdir(tmp_path)
        kept.close()
        assert (tmp_path / place / "result.nc").exists()
    assert not (tmp_path / "~").exists()


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(NotADirectoryError, match="got the file"):
        store(tmp_path / "file")
    with pytest.raises(OSError, match="a folder that can be made"):
        store(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs a folder that nobody can write to")
def test_where_nothing_can_be_written_is_refused() -> None:
    with pytest.raises(OSError, match="a folder that can be made"):
        store(Path("/proc/sweep"))
    with pytest.raises((OSError, ValueError), match="store must be"):
        store(Path("/proc/self/fdinfo"))


LIMITED = """
import resource, sys
import numpy as np, xarray as xr
from pathlib import Path
from tests.unit.numeric.sweeping.test_store import GRID, Store, f, settings_of, tile_of
kept = Store(Path(sys.argv[1]), GRID, settings_of(f, GRID, None))
kept.land(tile_of(GRID, [(0, {"value": np.zeros(10_000)})]))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
data = xr.Dataset({"value": ("x", np.zeros(10_000)), "word": ("y", ["w" * 1000] * 100)})
for write in (lambda: kept.land(tile_of(GRID, [(1, {"value": np.zeros(10_000)})])), lambda: kept.keep_result(data)):
    try:
        write()
    except OSError as error:
        print(error)
kept.close()
"""


def test_a_disk_that_is_full_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands in for it."""
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    says = f"store must have room and be writable, got '{tmp_path}' (File too large); what landed before is kept"
    assert [line.startswith(says) for line in done.stdout.splitlines()] == [True, True]
    assert list(contents(tmp_path)) == ["sweep.json", "tiles/000000000-000000001.tile"]


def test_sizes_are_not_underestimated(tmp_path: Path) -> None:
    words = np.array(["", "é" * 300, "x" * 5000] * 40, dtype=object)
    for data in (DATA, xr.Dataset({"w": ("x", words), "u": ("x", words.astype(str)), "n": ("x", np.zeros(120))})):
        data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
        assert os.path.getsize(tmp_path / "a.nc") <= size_of(data)


@pytest.mark.parametrize("name", [MANIFEST, RESULT, f"{TILES}/000000000-000000004.tile"])
@pytest.mark.parametrize("kind", ["a link to nowhere", "a link to a device", "a pipe", "a folder"])
def test_what_is_no_file_is_refused_and_left(name: str, kind: str, tmp_path: Path) -> None:
    """A link to nowhere was written over, and a pipe or a device was read forever."""
    path = filled(tmp_path) / name
    path.unlink()
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere" if "nowhere" in kind else "/dev/zero")
    before = os.lstat(path).st_ino
    for function in (f, g):
        with pytest.raises(ValueError, match="it is no file"):
            store(tmp_path, function)
    assert os.lstat(path).st_ino == before
