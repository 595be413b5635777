"""The error where torch is missing, said before work begins."""

from __future__ import annotations

import subprocess
import sys

import pytest
from toytoy.compare.named_figures import FIGURES
from toytoy.numeric.torch_missing import require_torch

NAMED = r'torch, which is not installed: pip install "toytoy\[torch\]"'
UNTRAINED = {"phase-lines-2-1", "phase-lines-3-2", "saxe"}  # figures that need no model


def test_it_passes_where_torch_is() -> None:
    require_torch("this test needs")


def test_it_names_what_needs_torch_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=rf"^this test needs {NAMED}$") as caught:
        require_torch("this test needs")
    assert caught.value.name == "torch"


def test_looking_for_torch_does_not_load_it() -> None:
    code = "from toytoy.numeric.torch_missing import require_torch as r; r('it needs')"
    code += "; import sys; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", sorted(set(FIGURES) - UNTRAINED))
def test_a_figure_of_trained_models_says_it_at_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=NAMED):
        FIGURES[name].make()  # at full size: hours, if it were not refused


def test_the_other_figures_ask_for_no_torch() -> None:
    assert {name for name, entry in FIGURES.items() if not entry.trains} == UNTRAINED
