"""The built manual in a real browser, read from files with the network off: search, formulas, gallery, both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.gallery_pages import scripts
from tests.browser.conftest import Visit, missing
from tests.meta.sources import ROOT

SITE = ROOT / "build" / "docs"
# what a page loads by itself; links that a reader may follow are none of these
LOADED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="(https?:)?//|<link\b[^>]*\bhref="(https?:)?//')
FORMULAS = "derivations/certificate", "derivations/linear", "derivations/readout", "conventions", "index", "seeds"
PAGES = "index", "gallery", "seeds", "start", "modules", "api/generated/toytoy.Problem", "figures/generated/levels"
BROKEN = "[data-mjx-error], mjx-merror, [data-mml-node=merror]"


def sources() -> Iterator[Path]:
    """List what the manual is made of and its build does not write."""
    for path in [*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.py")]:
        if "generated" not in path.parts:
            yield path


@pytest.fixture(scope="module")
def site() -> Path:
    """Find the built manual, younger than its sources; CI builds it before it tests."""
    index = SITE / "searchindex.js"
    if not index.is_file():
        missing("needs the built manual: make docs")
    late = [path.name for path in sources() if path.stat().st_mtime > index.stat().st_mtime]
    if late:
        missing(f"the built manual is older than {late[0]} and {len(late) - 1} others: make docs")
    return SITE


@pytest.fixture
def reader(browser: Any, site: Path) -> Iterator[Visit]:
    """Open a window with the network off; nothing may be asked of it, and nothing go wrong."""
    opened = Visit(browser, site.as_uri(), viewport={"width": 1440, "height": 900}, offline=True)
    yield opened
    opened.close()


def strangers(page: str) -> list[str]:
    """List what a page loads from elsewhere."""
    return [found.group() for found in LOADED.finditer(page)]


def broken_links(site: Path, names: tuple[str, ...]) -> list[str]:
    """List the links of pages to files that are not there."""
    found = []
    for name in names:
        page = site / f"{name}.html"
        for link in re.findall(r'\b(?:href|src)="([^"#?]+)', page.read_text("utf8")):
            if not re.match(r"\w+:", link) and not (page.parent / link).exists():
                found.append(f"{name}: {link}")
    return found


def test_no_page_loads_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 100
    assert [path.name for path in pages if strangers(path.read_text("utf8"))] == []


@pytest.mark.parametrize(
    "tag", ['<script src="https://x/y.js">', '<link rel="a" href="//x/y.css">', '<img src="http://x">']
)
def test_a_stranger_is_seen(tag: str) -> None:
    assert strangers(tag)
    assert not strangers('<a href="https://x"></a><script src="_static/y.js"></script>')


def test_links_lead_somewhere(site: Path) -> None:
    assert broken_links(site, PAGES) == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("superposition", "seeds.html"),
        ("Thomson", "derivations/geometry.html"),
        ("phase_diagram", "api/generated/toytoy.phase_diagram.html"),
    ],
)
def test_search_finds_without_a_network(reader: Visit, words: str, page: str) -> None:
    reader.page.goto(f"{reader.url}/index.html")
    reader.page.keyboard.press("Control+k")
    field = reader.page.locator("input[name=q]:visible")
    field.fill(words)
    field.press("Enter")
    reader.page.wait_for_url(f"**/search.html?q={words}*")
    link = reader.page.locator(f"#search-results a[href*='{page}']").first
    link.wait_for()
    link.click()
    reader.page.wait_for_url(f"**/{page}*")
    assert words.lower() in reader.page.inner_text("main").lower()


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_are_drawn(reader: Visit, name: str) -> None:
    reader.page.goto(f"{reader.url}/{name}.html")
    formulas = reader.page.locator("main .math").count()
    assert formulas > 0
    reader.page.wait_for_function(f"document.querySelectorAll('main mjx-container').length == {formulas}")
    assert reader.page.locator(BROKEN).count() == 0
    assert reader.page.locator("main mjx-container svg").first.bounding_box()["width"] > 5


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_formula_is_drawn(reader: Visit, site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        formulas = len(re.findall(r'class="[^"]*\bmath\b[^"]*notranslate', path.read_text("utf8")))
        if formulas:
            reader.page.goto(path.as_uri())
            reader.page.wait_for_function(f"document.querySelectorAll('mjx-container').length == {formulas}")
            assert reader.page.locator(BROKEN).count() == 0, path.name


def test_the_gallery_shows_every_script(reader: Visit) -> None:
    reader.page.goto(f"{reader.url}/gallery.html")
    every = scripts(ROOT / "docs")
    links = reader.page.eval_on_selector_all(
        ".gallery-card p:not(.gallery-page) a", "links => links.map(link => link.getAttribute('href'))"
    )
    assert sorted(links) == sorted(f"figures/generated/{script.name}.html" for script in every)
    reader.page.evaluate("document.querySelectorAll('.gallery-card img').forEach(image => image.loading = 'eager')")
    reader.page.wait_for_function(
        "[...document.querySelectorAll('.gallery-card img')].every(image => image.complete && image.naturalWidth > 0)"
    )
    described = reader.page.eval_on_selector_all(".gallery-card img", "images => images.map(image => image.alt)")
    assert len(described) == len([script for script in every if script.makes not in ("table", "numbers")])
    assert all(described)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_follow_the_theme(browser: Any, site: Path, width: int, scheme: str) -> None:
    window = Visit(browser, site.as_uri(), viewport={"width": width, "height": 844}, color_scheme=scheme, offline=True)
    for name in PAGES:
        window.page.goto(f"{window.url}/{name}.html")
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert window.page.evaluate("document.documentElement.dataset.theme") == scheme, name
    window.close()
