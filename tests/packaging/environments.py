"""Environments to install into: fresh ones, and a quick one that borrows the dependencies of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.meta.sources import ROOT

MINUTES = 60
BORROWED = "dependencies_of_the_tests.pth"


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and how to run its commands outside the checkout."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Where its commands stand."""
        return self.folder / "bin"

    @property
    def site(self) -> Path:
        """Where its packages stand."""
        return self.folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"

    @property
    def elsewhere(self) -> Path:
        """Where its commands run: a folder of their own, outside the checkout."""
        folder = self.folder.with_name(f"{self.folder.name}-elsewhere")
        folder.mkdir(exist_ok=True)
        return folder

    def call(
        self, *words: str | Path, bare: bool = False, fails: bool = False, cwd: Path | None = None, minutes: float = 5
    ) -> str:
        """Run one of its commands elsewhere and give what it prints; bare: no git, no HOME, no compiler, no cache."""
        kept = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "EAGER_IMPORT"}
        settings = {name: value for name, value in os.environ.items() if name not in kept}
        if bare:
            threads = {name: value for name, value in os.environ.items() if name.endswith("_NUM_THREADS")}
            # a home that is no folder: where it is only unset, the password file's is taken
            settings = {"PATH": str(self.bin), "HOME": os.devnull, "TMPDIR": str(self.elsewhere), **threads}
        command = [str(self.bin / str(words[0])), *map(str, words[1:])]
        limit, where = minutes * MINUTES, cwd or self.elsewhere
        done = subprocess.run(
            command, cwd=where, env=settings, capture_output=True, text=True, timeout=limit, check=False
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, f"{command} ended with {done.returncode}:\n{said[-3000:]}"
        return said if fails else done.stdout

    def python(self, code: str, *words: str, bare: bool = False) -> str:
        """Run code, words being its arguments."""
        return self.call("python", "-c", code, *words, bare=bare)

    def packages(self) -> dict[str, str]:
        """Give the versions of the installed packages, by their names as setup.cfg writes them."""
        listed = json.loads(self.pip("list", "--format", "json"))
        return {found["name"].lower().replace("_", "-"): found["version"] for found in listed}

    def pip(self, *words: str | Path) -> str:
        """Run its pip."""
        return self.call("python", "-m", "pip", "--disable-pip-version-check", *words, minutes=20)

    def install(self, *what: str | Path) -> None:
        """Install the pinned versions; torch goes first, alone, as in the Makefile: pip then takes this machine's."""
        pins = ("--quiet", "--no-compile", "-c", ROOT / "constraints.txt")
        if any("[torch]" in str(one) or "[all]" in str(one) for one in what):
            self.pip("install", *pins, "torch")
        self.pip("install", *pins, *what)


def fresh(folder: Path) -> Environment:
    """Make an environment with pip and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return Environment(folder)


def borrowing(folder: Path, wheel: Path) -> Environment:
    """Install a wheel beside the packages that run the tests: quick, and no proof that its own list of them is whole.

    A path file brings them in. The one by which this checkout is installed for editing stands in a folder that is not
    read for path files then, so that toytoy is the wheel's.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    environment = Environment(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(environment.bin / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    (environment.site / BORROWED).write_text(sysconfig.get_path("purelib"), "utf8")
    return environment
