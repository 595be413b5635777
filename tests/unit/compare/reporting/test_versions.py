"""Versions: those that the libraries themselves give, without loading one of them."""

import subprocess
import sys

import numpy as np
import pytest
import scipy
import toytoy as tt
from toytoy.compare.reporting import versions as report_versions
from toytoy.compare.reporting.versions import LIBRARIES, versions


def test_versions_are_the_libraries_own() -> None:
    found = versions()
    assert found["toytoy"] == tt.__version__
    assert found["python"].startswith(".".join(map(str, sys.version_info[:3])))
    assert found["numpy"] == np.__version__
    assert found["scipy"] == scipy.__version__
    assert list(found) == ["toytoy", "python", *LIBRARIES, "platform", "machine"]
    assert all(found.values())


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_versions, "LIBRARIES", ("no-such-library",))
    assert versions()["no-such-library"] == "not installed"


def test_asking_loads_nothing() -> None:
    code = (
        "import sys; from toytoy.compare.reporting.versions import versions; versions(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
