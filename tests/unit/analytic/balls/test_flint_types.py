"""Where python-flint is missing, the error names the extra that brings it."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = "import sys; sys.modules['flint'] = None; "


@pytest.mark.parametrize("name", ["enclosure", "balls.numbers", "balls.krawczyk", "balls.enclosed_onset"])
def test_a_missing_library_is_named_with_the_way_out(name: str) -> None:
    code = f"{WITHOUT}import toytoy.analytic.{name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'toytoy[rigorous]'" in done.stderr.splitlines()[-1]
