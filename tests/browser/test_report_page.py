"""The report in a real browser: without a network, by phone and desk, in the light and the dark, repaired nowhere."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from toytoy.compare.checks import Check
from toytoy.compare.report import write_report

from tests.small_maps import agreement, boundaries, diagram
from tests.unit.analytic.test_markup import HOSTILE

READABLE = 4.5  # contrast of text that WCAG 2 asks for at level AA
CONTRAST = """
() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(Number).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return node.parentElement && /, 0\\)$/.test(color) ? ground(node.parentElement) : color;
  };
  return Math.min(...[...document.querySelectorAll("h1, h2, h3, p, a, caption, th, td, figcaption, summary, code")]
    .map((node) => [luminance(getComputedStyle(node).color), luminance(ground(node))])
    .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)));
}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a report with a hostile command, and a check that fails."""
    kinds = ("ansatz", "optimum")
    return write_report(
        tmp_path_factory.mktemp("report") / "report.html",
        {kind: diagram(kind) for kind in kinds},
        {"ansatz": agreement("ansatz")},
        title="A report",
        command=f"toytoy verify {HOSTILE}",
        checks=[Check("two", False, 2.0, 1.0, HOSTILE, ("cell 7",), 1, "cell 7", "python -c 'x' " + 40 * "long ")],
        boundaries={kind: boundaries(kind) for kind in kinds},
    )


class Alone:
    """A window without a network: what it asks for is refused and written down."""

    def __init__(self, browser: Any, **settings: Any) -> None:
        self.context = browser.new_context(offline=True, **settings)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))

    def foreign(self, path: Path) -> list[str]:
        """List what was asked for beside the page itself and what it holds."""
        return [url for url in self.asked if url != path.as_uri() and not url.startswith("data:")]


@pytest.fixture
def alone(browser: Any) -> Iterator[Alone]:
    """Open such a window at a desk's width."""
    window = Alone(browser, viewport={"width": 1440, "height": 900})
    yield window
    window.context.close()


def test_it_opens_without_a_network(alone: Alone, path: Path) -> None:
    alone.page.goto(path.as_uri())
    assert alone.foreign(path) == []
    assert alone.complaints == []
    assert alone.page.evaluate("document.scripts.length") == 0
    drawn = alone.page.evaluate(
        "[...document.images].map((i) => i.complete && i.naturalWidth > 100 && i.alt.length > 20)"
    )
    assert len(drawn) >= 13
    assert all(drawn)


def test_a_request_would_be_seen(alone: Alone, tmp_path: Path) -> None:
    planted = tmp_path / "planted.html"
    planted.write_text("<!DOCTYPE html><title>x</title><img src='https://example.invalid/x.png' alt='x'>", "utf8")
    alone.page.goto(planted.as_uri())
    assert alone.foreign(planted) == ["https://example.invalid/x.png"]


def repaired(page: Any, path: Path) -> bool:
    """Whether the browser's parser had to change the page: it writes back what it made of it."""
    page.goto(path.as_uri())
    written = html.unescape(path.read_text("utf8").partition("\n")[2].rstrip())
    return bool(
        html.unescape(page.evaluate("document.documentElement.outerHTML").replace("\n</body>", "</body>")) != written
    )


def test_a_strict_parser_has_nothing_to_repair(alone: Alone, path: Path, tmp_path: Path) -> None:
    assert not repaired(alone.page, path)
    text = path.read_text("utf8")
    for fault in (
        "<p><p>x</p></p>",
        "<table><p>x</p></table>",
        "<b><i>x</b></i>",
        "<tr><td>x</td></tr>",
        '<p a="1" a="2">x</p>',
    ):
        planted = tmp_path / "planted.html"
        planted.write_text(text.replace("</main>", f"{fault}</main>"), "utf8")
        assert repaired(alone.page, planted), fault


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable(browser: Any, path: Path, width: int, scheme: str) -> None:
    window = Alone(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    window.page.goto(path.as_uri())
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    assert window.page.evaluate(CONTRAST) >= READABLE
    ground = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 22)"}[scheme]
    wide = (
        "[...document.querySelectorAll('img, caption span, figcaption, p')].map((e) => e.getBoundingClientRect().width)"
    )
    assert max(window.page.evaluate(wide)) <= width
    window.context.close()


# what a page shows is settled one frame after its medium has changed
PRINTED = """
async () => {
  await new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(settled)));
  return [...document.querySelectorAll("details")].map((each) => [
    each.classList.contains("screen"),
    each.lastElementChild.checkVisibility({contentVisibilityAuto: true}) && each.lastElementChild.offsetHeight > 20,
    getComputedStyle(each.querySelector("summary"), "::after").content,
  ]);
}
"""


def test_paper_unfolds_lists_and_says_where_lines_to_copy_are(alone: Alone, path: Path) -> None:
    alone.page.goto(path.as_uri())
    folded = alone.page.evaluate(PRINTED)
    assert sorted({screen for screen, _, _ in folded}) == [False, True]
    assert not any(seen for _, seen, _ in folded)
    alone.page.emulate_media(media="print")
    for screen, seen, said in alone.page.evaluate(PRINTED):
        assert seen is not screen
        assert said == ('" (in the HTML report)"' if screen else "none")


def test_keys_reach_contents_and_wide_tables(browser: Any, path: Path) -> None:
    window = Alone(browser, viewport={"width": 390, "height": 900})
    window.page.goto(path.as_uri())
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("location.hash") == "#short"
    seen = set()
    for _ in range(6):
        window.page.keyboard.press("Tab")
        seen.add(window.page.evaluate("document.activeElement.getAttribute('role')"))
    assert "region" in seen  # a table that scrolls: arrows move it
    window.context.close()


def test_screen_readers_find_headings_and_tables(alone: Alone, path: Path) -> None:
    alone.page.goto(path.as_uri())
    levels = alone.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    cells = "[...document.querySelectorAll('th')].every((h) => ['row', 'col'].includes(h.scope))"
    assert alone.page.evaluate(cells)
    assert alone.page.evaluate("[...document.querySelectorAll('table')].every((t) => t.caption.textContent.length > 5)")
    assert alone.page.evaluate("document.documentElement.lang") == "en"
