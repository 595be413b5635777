"""Pictures take up the page's theme; an unknown one is refused with the nearest."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare.explorer.theme import THEMES, axis, bar_above, figure, legend, log_axis, message, theme_of

from tests.plotly_pictures import faults


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme.ink, theme.page) > 7
    assert contrast(theme.ink, theme.panel) > 7
    assert contrast(theme.soft, theme.page) > 4.5


@pytest.mark.parametrize("name", THEMES)
def test_a_frame_is_plain_data(name: str) -> None:
    theme = theme_of(name)
    drawn = figure(
        theme,
        [],
        "title",
        xaxis=log_axis(theme, "x", 0.01, 1.0),
        yaxis=axis(theme, "y"),
        legend=legend(theme),
        coloraxis={"colorbar": bar_above(theme, "bar", {0: "none"})},
    )
    assert faults(drawn, theme.ink) == []
    assert drawn["layout"]["title"]["text"] == "title"


@pytest.mark.parametrize("name", ["Light", "drak", "", None, 3])
def test_an_unknown_theme_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match=r"theme must be one of light, dark"):
        theme_of(name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.0098, 1.02, ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]),
        (0.0005, 2.0, ["0.001", "0.01", "0.1", "1"]),
        (0.31, 0.32, []),
    ],
)
def test_logarithmic_axes_have_plain_numbers(low: float, high: float, shown: list[str]) -> None:
    drawn = log_axis(theme_of("light"), "r", low, high)
    assert drawn["ticktext"] == shown
    assert drawn["tickmode"] == ("array" if shown else "auto")
    assert 10 ** drawn["range"][0] == pytest.approx(low)


def test_a_message_stands_in_for_a_picture() -> None:
    drawn = message(theme_of("dark"), "no such map")
    assert drawn["layout"]["annotations"][0]["text"] == "no such map"
    assert faults(drawn, THEMES["dark"].ink) == []


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        ({"data": [{"z": [[float("nan")]]}]}, "holds what is not finite"),
        ({"data": [{"x": (1.0, float("inf"))}]}, "holds what is not finite"),
        ({"data": [{"x": np.zeros(2)}]}, "holds a ndarray"),
        ({"data": [{"x": [np.float64(1)]}]}, "holds a float64"),
        ({"frames": []}, "has ['data', 'frames', 'layout']"),
        ({"layout": {"font": {"color": "#000000"}}}, "is not in the theme's ink"),
    ],
)
def test_a_picture_that_plotly_cannot_draw_is_rejected(plant: dict[str, object], said: str) -> None:
    """The checker of all pictures here sees planted faults."""
    assert faults(figure(THEMES["light"], []) | plant, THEMES["light"].ink) == [said]
