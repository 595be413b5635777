"""What a computation was made with: versions of the libraries that its numbers depend on, and the platform."""

from __future__ import annotations

import platform
from importlib import metadata

from ..._version import __version__

# whose change can change a digit or a pixel; none of them is imported to be asked
LIBRARIES = ("numpy", "scipy", "numba", "torch", "sympy", "xarray", "h5netcdf", "matplotlib")


def versions() -> dict[str, str]:
    """Give the version of everything, "not installed" for what is missing, and the platform.

    Returns
    -------
    dict of str

    Examples
    --------
    >>> from toytoy.compare.reporting.versions import versions
    >>> list(versions())[:3]
    ['toytoy', 'python', 'numpy']
    """
    return {
        "toytoy": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        **{name: _version(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "machine": platform.machine() or "unknown",
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
