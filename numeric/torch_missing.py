"""One clear error where torch is not installed, before work begins that needs it."""

from __future__ import annotations

import importlib.util

WAY_OUT = 'which is not installed: pip install "toytoy[torch]"'


def require_torch(what: str) -> None:
    """Refuse to begin where models can't be trained; torch is looked for, and not loaded.

    Parameters
    ----------
    what : str
        What needs it, the sentence's beginning: "verify trains models by".

    Raises
    ------
    ImportError
        If torch is not installed.

    Examples
    --------
    >>> from toytoy.numeric.torch_missing import require_torch
    >>> require_torch("this figure trains models by")
    """
    try:
        found = importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):  # blocked, or half installed
        found = False
    if not found:
        raise ImportError(f"{what} torch, {WAY_OUT}", name="torch")
