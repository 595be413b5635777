"""Where hypothesis is missing, the strategies say so in one line, with the way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

MISSING = "test strategies need hypothesis, which is not installed; pip install hypothesis"


@pytest.mark.parametrize("module", ["toytoy.compare.strategies", "toytoy.compare.ranges"])
def test_a_missing_hypothesis_is_named(module: str) -> None:
    code = f"import sys; sys.modules['hypothesis'] = None; import {module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert f"ImportError: {MISSING}" in done.stderr.splitlines()[-1]
    assert '"toytoy[test]"' in done.stderr
