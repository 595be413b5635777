"""The explorer in a real browser: first view, clicks, links, keys, the solver."""

from __future__ import annotations

import re
from typing import Any

import pytest
from toytoy.compare.explorer.navigation import at_notch, notch
from toytoy.compare.explorer.panels import SAYS
from toytoy.compare.explorer.state import MAPS, State, Window

FIRST_VIEW = 2000.0  # milliseconds from the start of the request, as asked; measured: 100 to 300
DRAWN = (
    6000.0  # until the live map stands in its place: 1500 on quiet cores, most of it plotly's; here tests share them
)
PAINTED = """
new MutationObserver(() => {
  const picture = document.querySelector("#first img");
  if (picture?.complete && !window.seen) {
    window.seen = true; // two frames on, what was laid out has been painted
    requestAnimationFrame(() => requestAnimationFrame(() => (window.painted = performance.now())));
  }
  if (document.body?.classList.contains("drawn")) window.drawn ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def click_map(page: Any, across: float, up: float) -> None:
    """Click the map at shares of its width and height."""
    page.locator("#picture .nsewdrag").first.scroll_into_view_if_needed()
    box = page.locator("#picture .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    page.mouse.down()
    page.mouse.up()


def test_the_first_view_comes_at_once(visit: Any) -> None:
    visit.context.add_init_script(PAINTED)
    page = visit.open()
    assert 0 < page.evaluate("window.painted") < FIRST_VIEW
    assert 0 < page.evaluate("window.drawn") < DRAWN
    assert page.locator("#first").count() == 0
    assert visit.query() == State().query()


def test_hovering_shows_a_cell(desk: Any) -> None:
    page = desk.show()
    box = page.locator("#picture .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.move(box["x"] + 0.31 * box["width"], box["y"] + 0.7 * box["height"])
    text = page.locator("#picture .hoverlayer .hovertext").first.text_content()
    assert "superposed" in text
    assert "loss" in text


def test_a_click_opens_a_cell_and_back_returns(desk: Any) -> None:
    page = desk.show()
    opened = page.locator("#opened").inner_text()
    click_map(page, 0.9, 0.95)
    page.locator("#opened", has_text="dedicated").wait_for()
    assert re.search(r"optimum at density 0\.[6-9]\d*, importance [6-7]\.", page.locator("#opened").inner_text())
    there = desk.query()
    assert there != State().query()
    page.go_back()
    page.locator("#opened", has_text=opened).wait_for()
    assert desk.query() == State().query()
    assert page.locator("#p-text").input_value() == "0.2"
    page.go_forward()
    page.locator("#opened", has_text="dedicated").wait_for()
    assert desk.query() == there


def test_a_link_restores_the_page(visit: Any) -> None:
    state = State(3, "trained-optimum", 0.05, 3.0, "dark")
    page = visit.open(state.query())
    assert page.get_by_role("radio", name="(3,2)").is_checked()
    assert page.get_by_role("radio", name=MAPS["trained-optimum"]).is_checked()
    assert page.get_by_role("radio", name="dark").is_checked()
    assert page.get_by_role("textbox", name="density p").input_value() == "0.05"
    assert page.get_by_role("textbox", name="importance r").input_value() == "3"
    assert page.locator("#opened").inner_text().startswith("trained at density 0.05")
    assert page.locator("#landscape-part").is_hidden()
    assert visit.query() == state.query()
    assert page.locator("#said").is_hidden()


def test_a_bad_link_falls_back_and_says_so(visit: Any) -> None:
    page = visit.open("?size=4,3&map=best&p=7&r=%3Cscript%3E&theme=pink&q=1")
    said = page.locator("#said").inner_text()
    for word in ("size", "map", "p must lie", "r must lie", "theme", "'q'"):
        assert word in said
    visit.wait_for_query("size=2,1&map=optimum&p=0.2&r=0.6")


def test_every_map_is_drawn(desk: Any) -> None:
    page = desk.show()
    page.get_by_role("radio", name="(3,2)").check()
    for what, label in MAPS.items():
        page.get_by_role("radio", name=label, exact=True).check()
        desk.wait_for_query(f"map={what}&")
        page.locator("#caption", has_text=SAYS[what]).wait_for()
        page.locator("#picture .heatmaplayer image").first.wait_for()


def test_everything_can_be_done_by_keys(visit: Any) -> None:
    page = visit.open()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "model"
    seen = []
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator(".skip").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(
            "[document.activeElement.id || document.activeElement.closest('fieldset')?.id,"
            " parseFloat(getComputedStyle(document.activeElement).outlineWidth)]"
        )
        seen.append(name)
        if name:
            assert ring >= 2, name
        if name == "solve":
            break
    wanted = [
        "theme-set",
        "size-set",
        "map-set",
        "p-text",
        "p-slide",
        "r-text",
        "r-slide",
        "p-less",
        "p-more",
        "r-less",
    ]
    assert [name for name in seen if name in wanted] == wanted
    assert seen[-1] == "solve"


def test_keys_move_the_place(desk: Any) -> None:
    page = desk.show()
    page.get_by_role("radio", name="optimum", exact=True).focus()
    page.keyboard.press("ArrowRight")
    desk.wait_for_query("map=trained&")
    page.get_by_role("textbox", name="density p").fill("0.3")
    page.keyboard.press("Enter")
    desk.wait_for_query("p=0.3&")
    slider = page.get_by_role("slider", name="importance r, slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    ends = Window().importance
    value = f"{at_notch(notch(0.6, ends) + 1, ends):.4g}"
    desk.wait_for_query(f"r={value}")
    page.locator("#landscape-said", has_text=f"r = {float(value):.3g}").wait_for()
    assert slider.get_attribute("aria-valuetext") == f"r = {value}"
    page.get_by_role("button", name="to the next higher density of the map").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "p=0.3&" not in address)
    page.get_by_role("button", name="Copy link").press("Enter")
    page.locator("#copied").filter(has_text=re.compile("clipboard|http")).wait_for()
    page.get_by_role("textbox", name="importance r").fill("nonsense")
    page.keyboard.press("Enter")
    page.locator("#said", has_text="r must lie in [0.1, 10], got r='nonsense'").wait_for()


def test_solve_here_shows_answers_as_they_come(desk: Any) -> None:
    page = desk.show()
    button = page.get_by_role("button", name="Solve here")
    button.click()
    page.locator("#solving", has_text="training").wait_for()
    assert button.is_disabled()
    assert page.locator("progress").is_visible()
    assert "search" in page.locator("#results").inner_text()
    page.locator("#solving", has_text="Solved at p = 0.2, r = 0.6").wait_for(timeout=60_000)
    assert button.is_enabled()
    assert page.locator("progress").is_hidden()
    assert page.locator("#results tbody tr").count() == 4
    assert page.locator("#results .main-svg").count() >= 3
    page.get_by_role("textbox", name="seed").fill("-1")
    button.click()
    page.locator("#solving", has_text="seed must be a whole number").wait_for()
    assert button.is_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_browser_and_the_switch(browser: Any, url: str, scheme: str) -> None:
    from tests.browser.conftest import Visit

    visit = Visit(browser, url, color_scheme=scheme)
    page = visit.open()
    other = {"light": "dark", "dark": "light"}[scheme]
    ink = "getComputedStyle(document.querySelector('#picture .xtick text')).fill"
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(f"[{ink}, {paper}]")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.get_by_role("radio", name=other).check()
    visit.wait_for_query(f"theme={other}")
    page.wait_for_timeout(500)
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
}).map((e) => e.id || e.className || e.tagName)
"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [State(), State(3, "trained-optimum", 0.05, 3.0)])
def test_nothing_is_wider_than_the_window(desk: Any, width: int, scheme: str, state: State) -> None:
    page = desk.show(state.query())
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((e) => (e.open = true))")
    page.wait_for_timeout(400)  # plotly draws anew after it has been resized
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDE) == []
    small = page.evaluate(
        "[...document.querySelectorAll('button, input[type=text]')].filter((e) => e.offsetHeight < 24).map((e) => e.id)"
    )
    assert small == []  # WCAG 2.2, 2.5.8: targets of 24 pixels and more
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
