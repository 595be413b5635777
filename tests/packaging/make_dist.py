"""`make dist`: the wheel and the source distribution of what is committed, each held against git's list of files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from toytoy._version import __version__

from tests.meta.sources import ROOT
from tests.packaging.distributions import (
    build_both,
    clone,
    faults,
    sdist_files,
    tracked,
    wanted_in_sdist,
    wanted_in_wheel,
    wheel_files,
)


def main() -> int:
    """Build both in a clone of their own; only what holds the right files is put into dist/."""
    with tempfile.TemporaryDirectory() as folder:
        root = clone(Path(folder) / "toytoy")
        wheel, sdist = build_both(root, Path(folder) / "dist")
        names = tracked(root)
        found = faults(set(wheel_files(wheel)), wanted_in_wheel(names, __version__))
        found += faults(sdist_files(sdist), wanted_in_sdist(names))
        if found:
            print("not built:", *found, sep="\n  ", file=sys.stderr)
            return 1
        shutil.rmtree(ROOT / "dist", ignore_errors=True)
        shutil.copytree(wheel.parent, ROOT / "dist")
    print(f"dist/{wheel.name}", f"dist/{sdist.name}", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
