"""A report as PDF: printed by a browser that is installed, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..outputs import write_whole

CHOICE = "TOYTOY_BROWSER"  # names a browser in the environment
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking"),
    *("--disable-component-update", "--disable-extensions", "--disable-quic"),
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no name has an address: nothing can be asked for
    "--no-pdf-header-footer",
)
PATIENCE = 120.0  # seconds; a report takes two, a browser's first start on a slow disk twenty


def find_browser() -> str:
    """Find a browser that prints without a window: Chromium, Chrome or Edge, or what TOYTOY_BROWSER names.

    Returns
    -------
    str
        The program's path.

    Raises
    ------
    FileNotFoundError
        If none is installed, or the one named can't be run.
    """
    named = os.environ.get(CHOICE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"{CHOICE} must name a browser that can be run, got {named!r}; leave it unset")
        return found
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(
            "a PDF is printed by Chromium, Chrome or Edge, and none was found: install one, name it in "
            f"{CHOICE}, or open the HTML report in any browser and print it"
        )
    return found


def print_pdf(page: str | os.PathLike[str], path: str | os.PathLike[str], browser: str | None = None) -> Path:
    """Print a page that stands alone, such as a report, to PDF: whole or not at all, without any request.

    Parameters
    ----------
    page : path
        An HTML file.
    path : path
        Where the PDF goes; written beside it first, then moved over it.
    browser : str, optional
        What `find_browser` found.

    Returns
    -------
    pathlib.Path
        Where it was written.

    Raises
    ------
    OSError
        If there is no such page, no browser, or the browser does not print it.
    """
    source = Path(page).resolve()
    if not source.is_file():
        raise FileNotFoundError(f"page must be an HTML file to print, got {str(page)!r}; write the report first")
    program = browser or find_browser()
    return write_whole(Path(path), lambda beside: _print(program, source, beside.resolve()))


def _print(program: str, source: Path, target: Path) -> None:
    """Run the browser, with a profile of its own that is thrown away."""
    # as root, which containers often are, Chromium starts without its sandbox only; the page runs no script
    rootly = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="toytoy-pdf-", ignore_cleanup_errors=True) as profile:
        places = [f"--user-data-dir={profile}", f"--print-to-pdf={target}", source.as_uri()]
        try:
            done = subprocess.run(
                [program, *QUIET, *rootly, *places], capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            raise _failed(program, f"not done after {PATIENCE:g} s", source) from None
        except OSError as error:
            raise _failed(program, str(error.strerror), source) from None
    if done.returncode or not target.is_file() or not target.read_bytes().startswith(b"%PDF"):
        said = done.stderr.decode("utf8", "replace").strip().splitlines()
        raise _failed(program, said[-1] if said else f"exit status {done.returncode}", source)


def _failed(program: str, why: str, source: Path) -> OSError:
    return OSError(
        f"{program} does not print {str(source)!r} ({why}); open it in any browser and print it, "
        f"or name another browser in {CHOICE}"
    )
