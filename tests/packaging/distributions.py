"""Wheels and sdists, built in a folder of their own from what git tracks, and the lists of what they should hold."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tests.meta.sources import ROOMS, ROOT

AT_THE_ROOT = {"__init__.py", "__init__.pyi", "__main__.py", "_version.py", "cli.py", "py.typed"}  # of the package
UNSHIPPED = {".gitignore"}  # the one tracked file that a source distribution has no use for
# what setuptools writes about a package, in a wheel and in a source distribution
DIST_INFO = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "top_level.txt", "licenses/LICENSE"}
EGG_INFO = {"PKG-INFO", "SOURCES.txt", "dependency_links.txt", "entry_points.txt", "requires.txt", "top_level.txt"}

HOOKS = """import sys
from setuptools import build_meta
_, out, *kinds = sys.argv  # which the hooks change
for kind in kinds:
    getattr(build_meta, "build_" + kind)(out)
"""


def tracked(root: Path) -> set[str]:
    """Name the files that git tracks below a folder."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    return set(done.stdout.split("\0")) - {""}


def clone(folder: Path, *, as_it_stands: bool = False) -> Path:
    """Clone this repository; as it stands, with what is changed in it and not committed."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, folder], check=True)
    if not as_it_stands:
        return folder
    for name in tracked(folder) - tracked(ROOT):
        (folder / name).unlink()
    for name in tracked(ROOT):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    subprocess.run(["git", "add", "--all", "--force"], cwd=folder, check=True)
    return folder


def build(root: Path, out: Path, *kinds: str) -> list[Path]:
    """Build the kinds ("wheel", "sdist") by setuptools' own hooks, with nothing from the network."""
    out.mkdir(exist_ok=True)
    command = [sys.executable, "-c", HOOKS, str(out), *kinds]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [next(out.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[kind])) for kind in kinds]


def wheel_files(wheel: Path) -> dict[str, str]:
    """Give the hash of every file of a wheel, by its name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def sdist_files(sdist: Path) -> set[str]:
    """Name the files of a source distribution, below its one folder."""
    with tarfile.open(sdist) as archive:
        names = [member.name for member in archive.getmembers() if not member.isdir()]
    tops = {name.partition("/")[0] for name in names}
    assert tops == {sdist.name.removesuffix(".tar.gz")}, f"a source distribution is one folder, got {sorted(tops)}"
    return {name.partition("/")[2] for name in names}


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution and give its one folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def wanted_in_wheel(names: set[str], version: str) -> set[str]:
    """Name what a wheel should hold: every tracked file of the rooms, the package's own at the root, the metadata."""
    files = {name for name in names if name.partition("/")[0] in ROOMS} | AT_THE_ROOT
    return {f"toytoy/{name}" for name in files} | {f"toytoy-{version}.dist-info/{name}" for name in DIST_INFO}


def wanted_in_sdist(names: set[str]) -> set[str]:
    """Name what a source distribution should hold: every tracked file, and the metadata."""
    return (names - UNSHIPPED) | {"PKG-INFO"} | {f"toytoy.egg-info/{name}" for name in EGG_INFO | {"not-zip-safe"}}


def faults(held: set[str], wanted: set[str]) -> list[str]:
    """Say what a distribution lacks, and what it holds too much."""
    return [*(f"{n} is missing" for n in sorted(wanted - held)), *(f"{n} is too much" for n in sorted(held - wanted))]


def build_both(root: Path, out: Path) -> tuple[Path, Path]:
    """Build the source distribution, and of it the wheel, so that nothing left in a checkout's build/ is in either."""
    (sdist,) = build(root, out, "sdist")
    with tempfile.TemporaryDirectory() as folder:
        (wheel,) = build(unpack(sdist, Path(folder)), out, "wheel")
    return wheel, sdist
