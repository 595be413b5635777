"""A wheel and a source distribution hold what they should, and nothing else."""

from __future__ import annotations

import configparser
import email
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
import toytoy

from tests.meta.sources import ROOT
from tests.packaging.distributions import (
    build,
    build_both,
    clone,
    faults,
    sdist_files,
    tracked,
    unpack,
    wanted_in_sdist,
    wanted_in_wheel,
    wheel_files,
)

EXTRAS = {"torch", "rigorous", "explore", "distributed", "test", "docs", "mutants", "lint", "all"}
# what people and tools leave in a checkout, each where a distribution would take it up if nobody kept it out
LITTER = (
    *("build/lib/toytoy/analytic/deleted.py", "build/lib/toytoy/numeric/problem.py", "dist/toytoy-0.0.1.tar.gz"),
    *("docs/api/generated/analytic.rst", "docs/figures/generated/map.png", "docs/_build/index.html"),
    *("tests/.pytest_cache/README.md", "tests/.hypothesis/examples/x", "tests/__pycache__/test_x.cpython-311.pyc"),
    *("analytic/__pycache__/loss.cpython-311.pyc", "docs/.ipynb_checkpoints/a.ipynb", "docs/notebooks/.DS_Store"),
    *("tests/unit/notes.py.orig", "tests/unit/test_x.py~", "docs/index.md.swp", "tests/.coverage", "demo-report/x.nc"),
    *("compare/explorer/assets/.explorer.css.swp", "compare/explorer/data/optimum_2_1.nc.partial"),
)


class Built(NamedTuple):
    """A clone and the two distributions made of it."""

    root: Path
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build both from a fresh clone whose folder is no identifier."""
    if not (ROOT / ".git").exists():
        pytest.skip("what is tracked is known in a clone only")
    folder = tmp_path_factory.mktemp("packaging")
    root = clone(folder / "a b-1", as_it_stands=True)
    wheel, sdist = build(root, folder / "dist", "wheel", "sdist")
    return Built(root, wheel, sdist)


def test_the_wheel_holds_the_library_and_nothing_else(built: Built) -> None:
    wanted, held = wanted_in_wheel(tracked(built.root), toytoy.__version__), set(wheel_files(built.wheel))
    assert faults(held, wanted) == []


def test_the_source_distribution_holds_what_is_tracked_and_nothing_else(built: Built) -> None:
    wanted, held = wanted_in_sdist(tracked(built.root)), sdist_files(built.sdist)
    assert faults(held, wanted) == []


def test_the_wheel_holds_the_files_as_they_stand(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        ours = [name for name in wheel.namelist() if name.startswith("toytoy/")]
        assert [name for name in ours if wheel.read(name) != (built.root / name[len("toytoy/") :]).read_bytes()] == []


def test_a_wheel_of_the_source_distribution_is_the_same(built: Built, tmp_path: Path) -> None:
    (again,) = build(unpack(built.sdist, tmp_path), tmp_path / "dist", "wheel")
    assert wheel_files(again) == wheel_files(built.wheel)


def test_litter_is_not_shipped(built: Built, tmp_path: Path) -> None:
    """The wheel is made of the source distribution, as `make dist` does: what stands in build/lib can't reach it."""
    root = shutil.copytree(built.root, tmp_path / "littered")
    for name in LITTER:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("litter", "utf8")
    wheel, sdist = build_both(root, tmp_path / "dist")
    assert faults(sdist_files(sdist), sdist_files(built.sdist)) == []
    assert wheel_files(wheel) == wheel_files(built.wheel)


def test_the_metadata(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        info = f"toytoy-{toytoy.__version__}.dist-info"
        text = wheel.read(f"{info}/METADATA").decode()
        entries = configparser.ConfigParser()
        entries.read_string(wheel.read(f"{info}/entry_points.txt").decode())
        tags = email.message_from_bytes(wheel.read(f"{info}/WHEEL"))
    metadata = email.message_from_string(text)
    assert (metadata["Name"], metadata["Version"]) == ("toytoy", toytoy.__version__)
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra") or []) == EXTRAS
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert text.partition("\n\n")[2].strip() == (built.root / "README.md").read_text("utf8").strip()
    assert dict(entries["console_scripts"]) == {"toytoy": "toytoy.cli:main"}
    assert tags["Tag"] == "py3-none-any"


def test_a_faulty_list_is_seen(built: Built) -> None:
    """A module that setup.cfg forgets, and one that git does not track, each change the comparison."""
    names, wheel, sdist = tracked(built.root), set(wheel_files(built.wheel)), sdist_files(built.sdist)
    forgotten = wanted_in_wheel(names | {"analytic/forgotten/x.py"}, toytoy.__version__)
    assert faults(wheel, forgotten) == ["toytoy/analytic/forgotten/x.py is missing"]
    untracked = wanted_in_wheel(names - {"analytic/loss.py"}, toytoy.__version__)
    assert faults(wheel, untracked) == ["toytoy/analytic/loss.py is too much"]
    assert faults(sdist, wanted_in_sdist(names | {"docs/new.md"})) == ["docs/new.md is missing"]
    assert faults(sdist, wanted_in_sdist(names - {"CHANGELOG.md"})) == ["CHANGELOG.md is too much"]
