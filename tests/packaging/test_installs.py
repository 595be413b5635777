"""Fresh environments, with what a wheel asks for and nothing else: as it is, with each extra, and from the sources.

One environment serves all: an extra is installed over the plain one, tried, and taken out again with all that came
with it. That proves that what each extra names is enough, at the pinned versions. It needs the package index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import toytoy

from docs.front_door import BESIDE
from tests.meta.test_extras_missing import ASKED, NEED, SCRIPT, WORKS, names_extra
from tests.packaging.distributions import build_both, clone, unpack, wheel_files
from tests.packaging.environments import Environment, fresh
from tests.packaging.served import SERVED, TOY
from tests.packaging.test_contents import EXTRAS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

OPTIONAL = "torch flint dash flask waitress distributed dask hypothesis pytest yaml sphinx numpydoc ruff mypy pyright"


class Plain(NamedTuple):
    """An environment with the wheel alone, the names of its packages, and both distributions."""

    environment: Environment
    packages: frozenset[str]
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    """Build both distributions of what stands here and install the wheel, without extras."""
    folder = tmp_path_factory.mktemp("installs")
    wheel, sdist = build_both(clone(folder / "a b-1", as_it_stands=True), folder / "dist")
    environment = fresh(folder / "environment")
    environment.install(wheel)
    return Plain(environment, frozenset(environment.packages()), wheel, sdist)


@pytest.fixture
def extra(request: pytest.FixtureRequest, plain: Plain) -> Iterator[str]:
    """Install an extra over the plain environment, and take out afterwards all that came with it."""
    name: str = request.param
    plain.environment.install(f"toytoy[{name}] @ {plain.wheel.as_uri()}")
    came = set(plain.environment.packages()) - plain.packages
    assert came, "an extra brings something"
    yield name
    plain.environment.pip("uninstall", "--quiet", "--yes", *sorted(came))
    assert frozenset(plain.environment.packages()) == plain.packages


def test_the_plain_wheel_brings_nothing_optional(plain: Plain) -> None:
    code = f"import importlib.util as u; print([n for n in '{OPTIONAL}'.split() if u.find_spec(n)])"
    assert plain.environment.python(code).strip() == "[]"
    assert "No broken requirements" in plain.environment.pip("check")


def test_the_plain_wheel_works_or_says_what_is_missing(plain: Plain) -> None:
    given = json.dumps([[], BESIDE, [*ASKED, *WORKS]])
    found = json.loads(plain.environment.python(SCRIPT, given))
    for what, name in {**NEED, **ASKED}.items():
        assert names_extra(found[what], name), (what, found[what])
    assert {what for what in (*BESIDE, *WORKS) if found[what] != "works"} == set(NEED)


def test_the_plain_wheel_solves_without_git_home_compiler_and_cache(plain: Plain) -> None:
    call = plain.environment.call
    for words in (("toytoy",), ("python", "-m", "toytoy")):
        assert call(*words, "--version", bare=True) == f"toytoy {toytoy.__version__}\n"
    solved = json.loads(call("toytoy", "solve", "-n", "2", "-m", "1", "-p", "0.5", "--json", bare=True))
    assert solved["structure"] == "antipodal[0,1]"


def test_the_plain_wheel_holds_the_diagrams_of_the_explorer(plain: Plain) -> None:
    code = (
        "from importlib.resources import files; import toytoy.compare.explorer as e; import xarray as xr\n"
        "found = sorted(f for f in files(e).joinpath('data').iterdir() if f.suffix == '.nc')\n"
        "print(*(xr.open_dataset(f, engine='h5netcdf').attrs['kind'] for f in found))"
    )
    kinds = plain.environment.python(code, bare=True).split()
    assert kinds == ["ansatz", "ansatz", "optimum", "optimum", "trained", "trained"]


@pytest.mark.parametrize("extra", SERVED, indirect=True)
def test_an_extra_serves(extra: str, plain: Plain, tmp_path: Path) -> None:
    assert "No broken requirements" in plain.environment.pip("check")
    SERVED[extra](plain.environment, tmp_path, plain.sdist)


@pytest.mark.parametrize("extra", ["all"], indirect=True)
def test_all_is_every_extra(extra: str, plain: Plain, tmp_path: Path) -> None:
    assert "No broken requirements" in plain.environment.pip("check")
    code = f"import importlib.util as u; print([n for n in '{OPTIONAL}'.split() if not u.find_spec(n)])"
    assert plain.environment.python(code).strip() == "[]"
    found = json.loads(plain.environment.python(SCRIPT, json.dumps([[], BESIDE, WORKS])))
    assert {what: said for what, said in found.items() if said != "works"} == {}


def test_every_extra_is_tried() -> None:
    assert {*SERVED, "all"} == EXTRAS


def test_the_source_distribution_installs_the_same_files(plain: Plain, tmp_path: Path) -> None:
    """Pip makes the wheel by itself, in an environment of its own; last, since the wheel is taken out."""
    plain.environment.pip("uninstall", "--quiet", "--yes", "toytoy")
    plain.environment.install(plain.sdist)
    packed, site = unpack(plain.sdist, tmp_path), plain.environment.site
    ours = [name for name in wheel_files(plain.wheel) if name.startswith("toytoy/")]
    assert [name for name in ours if (site / name).read_bytes() != (packed / name[len("toytoy/") :]).read_bytes()] == []
    assert plain.environment.call("toytoy", "--version") == f"toytoy {toytoy.__version__}\n"
    assert plain.environment.python(f"{TOY}print(tt.certify(problem).kind)").strip() == "certified"
