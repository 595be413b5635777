"""What the numbers were measured with: processor, cores, load, versions, date."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("toytoy", "numpy", "scipy", "numba", "torch", "python-flint")


def machine() -> dict[str, str]:
    """Name them, in words."""
    found = {name: _version(name) for name in PACKAGES}
    return {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "load": f"{os.getloadavg()[0]:.1f} when it began",
        "versions": ", ".join(f"{name} {number}" for name, number in found.items() if number)
        + f", Python {platform.python_version()}",
    }


def _version(name: str) -> str:
    """Read an installed version, '' where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    """Name the processor as Linux does, or as Python does elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
