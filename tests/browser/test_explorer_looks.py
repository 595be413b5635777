"""How the explorer looks in a real browser: its themes, at the width of a phone and of a desk."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
from toytoy.compare.explorer.state import State

from tests.browser.conftest import Visit, ink_of


def test_sliders_and_landscape_are_seen_together(desk: Any) -> None:
    page = desk.show()
    page.locator("#landscape .main-svg").first.wait_for()
    page.locator("#r-slide").evaluate("(slider) => slider.scrollIntoView()")
    slider, picture = (page.locator(name).bounding_box() for name in ("#r-slide", "#landscape"))
    assert slider["y"] >= 0
    assert picture["y"] + picture["height"] <= 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_browser_and_the_switch(browser: Any, url: str, scheme: str) -> None:
    visit = Visit(browser, url, color_scheme=scheme)
    page = visit.open()
    other = {"light": "dark", "dark": "light"}[scheme]
    ink = ink_of("#picture")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(f"[{ink}, {paper}]")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.get_by_role("radio", name=other).check()
    visit.wait_for_query(f"theme={other}")
    page.wait_for_function(f"(before) => {ink} !== before", arg=before[0])
    after = page.evaluate(f"[{ink}, {paper}]")
    assert page.evaluate("document.documentElement.dataset.theme") == other
    bright = [[sum(map(float, re.findall(r"[\d.]+", color)[:3])) for color in pair] for pair in (before, after)]
    for name, (text, ground) in zip((scheme, other), bright, strict=True):
        assert abs(text - ground) > 450, name  # of 765: black on white, or white on black
        assert (ground > text) == (name == "light")
    visit.context.close()
    assert visit.complaints == []


# elements that reach beyond the window's right edge, unless they scroll within the page
WIDE = """
[...document.body.querySelectorAll("*")].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1 && !e.closest(".scroll, .unseen, .skip, svg");
}).map((e) => e.id || String(e.className) || e.tagName)
"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [State(), State(3, "trained-optimum", 0.05, 3.0)])
def test_nothing_is_wider_than_the_window(desk: Any, width: int, scheme: str, state: State) -> None:
    from playwright.sync_api import TimeoutError

    page = desk.show(state.query())
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((e) => (e.open = true))")
    with contextlib.suppress(TimeoutError):  # plotly draws anew after a resize; what stays too wide is told below
        page.wait_for_function(
            f"(width) => document.documentElement.scrollWidth <= width && {WIDE}.length === 0",
            arg=width,
            timeout=10_000,
        )
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('button, input[type=text]')].filter((e) => e.offsetHeight < 24).map((e) => e.id)"
    )
    assert small == []  # WCAG 2.2, 2.5.8: targets of 24 pixels and more
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
