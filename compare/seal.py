"""A checksum in a netCDF file: what was saved comes back as it was, or is refused."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import xarray as xr

CHECKSUM = "checksum"
_STORED = {"f": "<f8", "i": "<i8", "u": "<u8", "b": "<i8"}  # whatever the file's own type: the values count


def sealed(data: xr.Dataset) -> xr.Dataset:
    """Return the data with the attribute ``checksum``, over every value, name, dimension and attribute.

    Examples
    --------
    >>> import xarray as xr
    >>> from toytoy.compare.seal import sealed, unsealed
    >>> data = xr.Dataset({"loss": ("density", [0.1, 0.2])}, attrs={"kind": "optimum"})
    >>> unsealed(sealed(data)).identical(data)
    True
    >>> changed = sealed(data)
    >>> changed["loss"][0] = 0.3
    >>> unsealed(changed)
    Traceback (most recent call last):
    ...
    ValueError: its checksum does not fit: it was damaged, or changed; if you changed it, delete the attribute checksum
    """
    return data.assign_attrs({CHECKSUM: checksum(data)})


def unsealed(data: xr.Dataset) -> xr.Dataset:
    """Return the data without their checksum; data that have none are as good.

    Raises
    ------
    ValueError
        If the checksum is not that of the data.
    """
    if CHECKSUM not in data.attrs:
        return data
    bare = data.copy(deep=False)
    if bare.attrs.pop(CHECKSUM) != checksum(bare):
        raise ValueError(
            "its checksum does not fit: it was damaged, or changed; if you changed it, delete the attribute checksum"
        )
    return bare


def checksum(data: xr.Dataset) -> str:
    """Sum up a data set, so that nothing of it can change unseen."""
    sums = hashlib.sha256(_told(data.attrs).encode("utf8", "surrogatepass"))
    for name in sorted(map(str, data.variables)):
        variable = data.variables[name]
        heading = json.dumps([name, [str(dim) for dim in variable.dims], variable.shape, _told(variable.attrs)])
        sums.update(heading.encode("utf8", "surrogatepass"))
        sums.update(_bytes(np.asarray(variable.values)))
    return sums.hexdigest()


def _bytes(values: Any) -> bytes:
    """Write values as bytes; texts with their lengths, so that none runs into the next."""
    if values.dtype.kind in _STORED:
        return np.ascontiguousarray(values, _STORED[values.dtype.kind]).tobytes()
    return json.dumps([str(value) for value in values.ravel()]).encode("utf8", "surrogatepass")


def _told(attributes: Any) -> str:
    """Write attributes, in order; numbers as Python has them, whatever the file's type."""
    plain = {str(name): value.tolist() if hasattr(value, "tolist") else value for name, value in attributes.items()}
    return json.dumps(plain, sort_keys=True, default=repr)
