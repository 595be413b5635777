"""The explorer in a browser.

The manual's picture of the explorer, taken in a real browser: `python docs/figures/explorer.py`, some seconds.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "_static" / "explorer.png"
LINK = "?size=2,1&map=optimum&p=0.5&r=0.45&color=phase&theme=light"
WIDTH, HEIGHT = 1280, 900  # CSS pixels of the window; the picture is as long as the page
COLORS = 96
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


def photograph(url: str, path: Path) -> Path:
    """Open the page and save what is seen once all of it is drawn."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(url + LINK)
        page.locator("body.drawn").wait_for()
        for name in ("#pictures", "#landscape"):
            page.locator(f"{name} .main-svg").first.wait_for()
        page.wait_for_timeout(1000)  # the last legends find their places
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        browser.close()
    with Image.open(path) as taken:  # flat colors: a palette is as good, at half the size
        few = taken.convert("RGB").quantize(COLORS)
    few.save(path, optimize=True)
    return path


def draw(path: Path) -> Path:
    """Start the explorer on a free port, photograph it, and end it."""
    words = [sys.executable, "-m", "toytoy", "explore", "--port", "0", "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            return photograph(next(word for word in said.split() if word.startswith("http")), path)
        finally:
            server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    print(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
