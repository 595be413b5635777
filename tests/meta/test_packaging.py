"""What is installed is what stands here: packages, root modules, one name a file, the citation."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import types
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import toytoy
import yaml

from tests.meta.sources import ROOMS, ROOT, plant

ROOT_MODULES = {"__init__.py", "__main__.py", "_version.py", "cli.py"}  # all of the root's *.py land in the wheel
CITATION_KEYS = {"cff-version", "message", "title", "authors", "version", "license"}


def listed_packages(root: Path) -> list[str]:
    """Read the packages that setup.cfg names."""
    config = configparser.ConfigParser()
    config.read(root / "setup.cfg", "utf8")
    return config["options"]["packages"].split()


def package_folders(root: Path) -> list[str]:
    """Name every folder of the rooms that holds Python files, with an `__init__` or without."""
    folders = {path.parent for room in ROOMS for path in (root / room).rglob("*.py")}
    return ["toytoy", *sorted(".".join(("toytoy", *folder.relative_to(root).parts)) for folder in folders)]


def package_faults(root: Path) -> list[str]:
    """List packages that are not listed, listed ones that are not there, and folders without an `__init__`."""
    listed, there = listed_packages(root), package_folders(root)
    folders = {name: root.joinpath(*name.split(".")[1:]) for name in there}
    return [
        *(f"{name} is not listed in setup.cfg" for name in sorted(set(there) - set(listed))),
        *(f"{name} is listed in setup.cfg and is not there" for name in sorted(set(listed) - set(there))),
        *(f"{name} has no __init__.py" for name, folder in folders.items() if not (folder / "__init__.py").exists()),
    ]


def double_names(root: Path, modules: Mapping[str, types.ModuleType]) -> dict[str, list[str]]:
    """Find the files below root that were imported under several names."""
    names = defaultdict(list)
    for name, module in list(modules.items()):
        file = getattr(module, "__file__", None)
        if file and (path := Path(file).resolve()).is_relative_to(root) and "site-packages" not in path.parts:
            names[str(path.relative_to(root))].append(name)
    return {file: found for file, found in names.items() if len(found) > 1}


def citation_faults(text: str, version: str) -> list[str]:
    """List what a CITATION.cff lacks."""
    citation: Any = yaml.safe_load(text)
    if not isinstance(citation, dict):
        return ["is no mapping"]
    faults = [f"lacks {key}" for key in sorted(CITATION_KEYS - set(citation))]
    if str(citation.get("cff-version")) != "1.2.0":
        faults.append("is not in the format 1.2.0")
    if str(citation.get("version")) != version:
        faults.append(f"cites version {citation.get('version')}, not {version}")
    if not all(isinstance(a, dict) and {"name", "family-names"} & set(a) for a in citation.get("authors") or [None]):
        faults.append("names no author")
    return faults


def test_every_package_is_listed() -> None:
    assert package_faults(ROOT) == []


def test_no_other_module_stands_at_the_root() -> None:
    assert {path.name for path in ROOT.glob("*.py")} == ROOT_MODULES


def test_every_file_has_one_name() -> None:
    assert double_names(ROOT, sys.modules) == {}
    assert sys.modules[__name__].__name__ == "tests.meta.test_packaging"


def test_no_tests_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_citation() -> None:
    assert citation_faults((ROOT / "CITATION.cff").read_text("utf8"), toytoy.__version__) == []


def test_changelog_tells_of_this_version() -> None:
    assert f"## {toytoy.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf8")


def test_constraints_pin_exactly_and_name_no_build() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert "torch==2.13.0" in pins
    assert [pin for pin in pins if pin.count("==") != 1 or "+" in pin] == []


PACKAGES = "[options]\npackages =\n    toytoy\n    toytoy.analytic\n"


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"analytic/__init__.py": "", "analytic/symbolic/__init__.py": ""}, "toytoy.analytic.symbolic is not listed"),
        ({"analytic/__init__.py": "", "analytic/deep/x.py": ""}, "toytoy.analytic.deep is not listed"),
        ({"numeric/__init__.py": "", "analytic/__init__.py": ""}, "toytoy.numeric is not listed"),
        ({}, "toytoy.analytic is listed in setup.cfg and is not there"),
        ({"analytic/x.py": ""}, "toytoy.analytic has no __init__.py"),
    ],
)
def test_a_wrong_list_is_rejected(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    root = plant(tmp_path, {"setup.cfg": PACKAGES, "__init__.py": "", **files})
    assert any(fault in found for found in package_faults(root))


def test_a_double_import_is_seen(tmp_path: Path) -> None:
    modules = {name: types.ModuleType(name) for name in ("toytoy.x", "x")}
    for module in modules.values():
        module.__file__ = str(tmp_path / "x.py")
    assert double_names(tmp_path.resolve(), modules) == {"x.py": ["toytoy.x", "x"]}


CITATION = "cff-version: 1.2.0\nmessage: m\ntitle: t\nversion: 0.1.0\nlicense: MIT\nauthors:\n  - name: a\n"


def test_a_whole_citation_passes() -> None:
    assert citation_faults(CITATION, "0.1.0") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.1.0", "0.0.9"), ("title: t\n", ""), ("1.2.0", "1.0.0"), ("- name: a", "- nom: a"), (CITATION, "- a list")],
)
def test_a_faulty_citation_is_rejected(old: str, new: str) -> None:
    assert citation_faults(CITATION.replace(old, new), "0.1.0")


def unlisted_targets(makefile: str) -> list[str]:
    """Name the targets of a Makefile that `make` alone does not list, and those a file of their name would disable."""
    rules = re.findall(r"^([a-z][a-z-]*):(.*)$", makefile, re.MULTILINE)
    phony = set(" ".join(re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)).split())
    silent = [f"{name} is not listed" for name, rest in rules if "  ## " not in rest]
    return silent + [f"{name} is not .PHONY" for name, _ in rules if name not in phony]


def test_make_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf8")
    assert unlisted_targets(makefile) == []
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {"setup", "demo", "test", "dist", "test-packaging"} <= {line.split()[1] for line in listed.splitlines()}
    assert listed.count("\n") == len(re.findall(r"^[a-z][a-z-]*:", makefile, re.MULTILINE))


@pytest.mark.parametrize("rule", ["x: $(STAMP)  ## do", ".PHONY: x\nx: $(STAMP)"])
def test_a_target_left_out_is_seen(rule: str) -> None:
    assert len(unlisted_targets(rule)) == 1
    assert unlisted_targets(".PHONY: x\nx: $(STAMP)  ## do") == []
