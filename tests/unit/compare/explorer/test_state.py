"""A link restores what the page showed; whatever else stands in it falls back, and is named."""

from __future__ import annotations

import math
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.compare.explorer.state import COLORINGS, DIGITS, MAPS, SIZES, THEMES, State, Window, read

WINDOW = Window()
PLACES = {
    "density": st.floats(*WINDOW.density, allow_nan=False),
    "importance": st.floats(*WINDOW.importance, allow_nan=False),
}


@given(
    st.builds(
        State,
        st.sampled_from([*SIZES.values()]),
        st.sampled_from([*MAPS]),
        theme=st.sampled_from(THEMES),
        color=st.sampled_from(COLORINGS),
    ),
    st.fixed_dictionaries(PLACES),
)
def test_a_link_restores_its_state(state: State, place: dict[str, float]) -> None:
    state = state.moved(**place, window=WINDOW)
    assert read(state.query()) == (state, ())
    assert read(state.query().removeprefix("?")) == (state, ())


@given(st.fixed_dictionaries(PLACES))
def test_a_place_keeps_its_digits(place: dict[str, float]) -> None:
    moved = State().moved(**place, window=WINDOW)
    half_a_digit = 0.5 * 10 ** (1 - DIGITS) * (1 + 1e-9)
    assert math.isclose(moved.density, place["density"], rel_tol=half_a_digit)
    assert math.isclose(moved.importance, place["importance"], rel_tol=half_a_digit)


def test_an_empty_link_is_the_first_view() -> None:
    assert read("") == read("?") == (State(), ())


def test_what_a_link_leaves_out_is_the_start_s() -> None:
    start = State(n_features=3, what="ansatz", density=0.05, importance=2.0)
    assert read("?p=0.1", start) == (State(3, "ansatz", 0.1, 2.0), ())


BAD = {
    "p": ("0", "-1", "1.5", "nan", "inf", "1e999", "", "one", "0.5;", "0x1", "1" * 400, "0,5"),
    "r": ("0", "-1", "11", "nan", "-inf", "", "[]", "9" * 5000),
    "size": ("", "2", "4,3", "2,1,", "2;1", "(2,1)", "３,2"),
    "map": ("", "optimal", "optimum-ansatz", "<script>alert(1)</script>", "../../etc/passwd"),
    "theme": ("", "Dark", "black"),
    "color": ("", "phases", "red"),
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_a_bad_value_falls_back_and_is_named(key: str, value: str) -> None:
    state, (sentence,) = read(f"?{key}={quote(value)}")
    assert state == State()
    assert sentence.startswith(key)
    assert len(sentence) < 600
    assert "is shown" in sentence


def test_bad_values_leave_the_good_ones() -> None:
    state, said = read("?size=3,2&map=worst&p=0.1&r=nan&theme=dark")
    assert state == State(3, "optimum", 0.1, 0.6, "dark")
    assert [sentence.split()[0] for sentence in said] == ["map", "r"]


def test_a_misspelt_name_is_said() -> None:
    state, (sentence,) = read("?sise=3,2")
    assert state == State()
    assert "did you mean 'size'" in sentence


def test_a_value_given_twice_is_said() -> None:
    state, (sentence,) = read("?p=0.1&p=0.3")
    assert state.density == 0.3
    assert "once" in sentence


def test_too_many_values_are_refused() -> None:
    state, (sentence,) = read("?" + "&".join(f"p={k}" for k in range(100)))
    assert state == State()
    assert "at most" in sentence


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    state, _ = read(text)
    assert read(state.query()) == (state, ())


def test_the_window_is_that_of_the_size() -> None:
    wide = Window((0.001, 1.0), (0.01, 100.0))
    state, said = read("?size=3,2&p=0.001&r=100", window=lambda n: wide if n == 3 else WINDOW)
    assert (state.density, state.importance, said) == (0.001, 100.0, ())
    state, said = read("?size=2,1&p=0.001&r=100", window=lambda n: wide if n == 3 else WINDOW)
    assert (state.density, state.importance, len(said)) == (0.2, 0.6, 2)


def test_a_default_outside_the_window_moves_to_its_end() -> None:
    state, said = read("", window=lambda _: Window((0.5, 1.0), (1.0, 2.0)))
    assert (state.density, state.importance, said) == (0.5, 1.0, ())


def test_ends_with_many_digits_restore() -> None:
    window = Window((0.123456, 0.987654), (0.3333333, 7.7777777))
    for density in window.density:
        for importance in window.importance:
            state = State().moved(density, importance, window)
            assert read(state.query(), window=lambda _: window)[0].query() == state.query()
            assert read(state.query(), window=lambda _: window)[1] == ()
