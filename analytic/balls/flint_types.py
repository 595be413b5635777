"""The numbers of python-flint, and one clear error where it is not installed."""

from __future__ import annotations

try:
    from flint import arb, arb_mat, arb_series, ctx, fmpq
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "enclosures need python-flint, which is not installed; pip install 'toytoy[rigorous]'", name="flint"
    ) from missing

__all__ = ["arb", "arb_mat", "arb_series", "ctx", "fmpq"]
