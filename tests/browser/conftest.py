"""A real browser, Debian's Chromium, and the explorer's server in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from toytoy.compare.explorer.state import read

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without them Chromium asks its maker's machines, or needs rights and devices that a container has not
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)


def missing(reason: str) -> NoReturn:
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the browser that the system installed."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing(f"needs a browser, one of {', '.join(NAMES)}; on Debian: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing('needs playwright: pip install "toytoy[test]"')
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Run `toytoy explore`, and give the address that it prints."""
    words = [sys.executable, "-m", "toytoy", "explore", "--port", "0", "--no-browser"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    line = server.stdout.readline()
    if "http" not in line:
        pytest.fail(f"the server did not start: {server.communicate()[1]}")
    yield next(word for word in line.split() if word.startswith("http"))
    ended_early = server.poll()
    server.send_signal(signal.SIGINT)
    _, complaints = server.communicate(timeout=30)
    assert (ended_early, server.returncode, complaints) == (None, 0, "")


class Visit:
    """A window of the browser, and what went wrong in it.

    Parameters
    ----------
    browser : playwright Browser
    url : str
    settings
        Of its context: viewport, color_scheme.
    """

    def __init__(self, browser: Any, url: str, **settings: Any) -> None:
        self.url = url
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def open(self, link: str = "") -> Any:
        """Go to a link, and wait until the map and the model are drawn."""
        self.page.goto(self.url + link)
        self.page.locator("body.drawn").wait_for()
        self.page.locator("#pictures .main-svg").first.wait_for()
        return self.page

    def query(self) -> str:
        """Return the part of the address after the question mark."""
        return str(self.page.evaluate("window.location.search"))

    def wait_for_query(self, part: str) -> None:
        """Wait until the address holds something."""
        self.page.wait_for_url(lambda address: part in address)

    def show(self, link: str = "") -> Any:
        """Go to a link without loading the page again: as its own history does, which is quicker."""
        if self.page.url == "about:blank":
            return self.open(link)
        self.page.evaluate(
            "(search) => window.dash_clientside.set_props('arrived', { data: { search, at: performance.now() } })", link
        )
        self.wait_for_query(read(link)[0].query())
        return self.page

    def close(self) -> None:
        """Close it; nothing may have gone wrong in it, and nothing may have come from elsewhere."""
        self.context.close()
        assert self.complaints == []
        assert [address for address in self.requests if not address.startswith((self.url, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def desk(browser: Any, url: str) -> Iterator[Visit]:
    """Open a window of a desk's width that several tests use, one after the other."""
    opened = Visit(browser, url, viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Visit]:
    """Open a window of a desk's width; afterwards nothing may have gone wrong in it."""
    opened = Visit(browser, url, viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


def ink_of(name: str) -> str:
    """Ask for the color of a picture's numbers."""
    return f"getComputedStyle(document.querySelector('{name} .xtick text')).fill"
