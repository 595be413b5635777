"""The least versions that setup.cfg asks for are enough: a fresh environment with just these solves, draws, saves."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

import pytest

from tests.meta.sources import ROOT
from tests.packaging.distributions import build_both, clone
from tests.packaging.environments import Environment, fresh

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def floors(root: Path) -> dict[str, str]:
    """Read the least version of every package that the library always needs."""
    config = configparser.ConfigParser()
    config.read(root / "setup.cfg", "utf8")
    asked = config["options"]["install_requires"].split()
    assert all(line.count(">=") == 1 for line in asked), "a floor and no ceiling"
    return dict(line.split(">=") for line in asked)


@pytest.fixture(scope="module")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Install the wheel with every package it names at its floor; what these need in turn is of today."""
    folder = tmp_path_factory.mktemp("floors")
    wheel, _ = build_both(clone(folder / "clone", as_it_stands=True), folder / "dist")
    pins = folder / "floors.txt"
    pins.write_text("".join(f"{name}=={version}\n" for name, version in floors(ROOT).items()), "utf8")
    environment = fresh(folder / "environment")
    environment.pip("install", "--quiet", "--no-compile", "-c", pins, wheel)
    return environment


def test_the_floors_are_what_is_installed(lowest: Environment) -> None:
    installed = lowest.packages()
    for name, version in floors(ROOT).items():
        assert installed[name].startswith(version), name


def test_the_floors_are_enough(lowest: Environment, tmp_path: Path) -> None:
    solved = json.loads(lowest.call("toytoy", "solve", "-n", "2", "-m", "1", "-p", "0.5", "--json"))
    assert solved["structure"] == "antipodal[0,1]"
    map_, picture = tmp_path / "map.nc", tmp_path / "map.png"
    grid = ("--density", "0.1:1:3", "--importance", "0.1:1:3")
    lowest.call("toytoy", "diagram", "-n", "2", "-m", "1", *grid, "--out", map_, "--out", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    code = f"import toytoy as tt; print(tt.PhaseDiagram.load({str(map_)!r}).data.phase.shape)"
    assert lowest.python(code).strip() == "(3, 3)"
    lowest.python("from toytoy.analytic import symbolic; assert len(symbolic.low_density_limit()) == 2")
    assert json.loads(lowest.call("toytoy", "certify", "-n", "2", "-m", "1", "-p", "0.5", "--json"))
