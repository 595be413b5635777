"""Text that users write becomes checked values, and errors say what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toytoy as tt
from toytoy.analytic.domain import DENSITY, IMPORTANCE, N_FEATURES
from toytoy.compare.notation import (
    Range,
    bounded,
    parse_activation,
    parse_array,
    parse_ends,
    parse_number,
    parse_numbers,
    parse_pair,
    parse_range,
    read_model,
    write_activation,
    write_problem,
)


def test_numbers_are_read() -> None:
    assert parse_number("0.25", DENSITY) == 0.25
    assert parse_number("3", N_FEATURES) == 3
    assert parse_numbers("1,0.4", IMPORTANCE) == (1.0, 0.4)
    assert parse_numbers("2", IMPORTANCE) == 2.0


@pytest.mark.parametrize("text", ["", "x", "1,,2", "nan", "-1", "inf"])
def test_other_numbers_are_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"importance must lie in \[0, inf\), got importance="):
        parse_numbers(text, IMPORTANCE)


def test_a_flag_can_stand_for_the_name() -> None:
    with pytest.raises(ValueError, match=r"--features must be a whole number .* got --features='2.5'"):
        parse_number("2.5", N_FEATURES, "--features")


def test_ranges_are_read_and_written() -> None:
    assert parse_range("0.01:1:40", DENSITY) == Range(0.01, 1.0, 40)
    assert parse_range("2:2:1", IMPORTANCE) == Range(2.0, 2.0, 1)
    assert parse_range(str(Range(0.1, 10.0, 5)), IMPORTANCE) == Range(0.1, 10.0, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0.1:1", "LO:HI:COUNT"),
        ("0.1:1:3:4", "LO:HI:COUNT"),
        ("a:1:3", "must lie in"),
        ("0:1:3", "must lie in"),
        ("0.1:1.5:3", "did you pass a sparsity"),
        ("1:0.1:3", "from low to high"),
        ("0.5:0.5:2", "from low to high"),
        ("0.1:1:0", "count must be a whole number"),
        ("0.1:1:2.5", "count must be a whole number"),
        ("0.1:1:2001", "count must be a whole number"),
    ],
)
def test_other_ranges_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_range(text, DENSITY)


def test_an_importance_of_zero_has_no_place_on_a_logarithmic_axis() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        parse_range("0:1:3", IMPORTANCE)


def test_ends_are_read() -> None:
    assert parse_ends("0.01:1", DENSITY) == (0.01, 1.0)
    assert parse_ends("0.1:1e2", IMPORTANCE) == (0.1, 100.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0.5", "LO:HI"),
        ("0.1:1:3", "LO:HI"),
        ("a:1", "must lie in"),
        ("0.5:1.5", "did you pass a sparsity"),
        ("1:0.5", "from low to high"),
        ("0.5:0.5", "from low to high"),
    ],
)
def test_other_ends_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_ends(text, DENSITY)
    with pytest.raises(ValueError, match="must be positive"):
        parse_ends("0:1", IMPORTANCE)


def test_a_pair_is_read() -> None:
    assert parse_pair("triangle_small, triangle_large", "between") == ("triangle_small", "triangle_large")


@pytest.mark.parametrize("text", ["", "a", "a,", ",b", "a,b,c"])
def test_other_pairs_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--between must be two names, A,B, got"):
        parse_pair(text, "--between")


@pytest.mark.parametrize(
    ("text", "activation"),
    [
        *((name, name) for name in ("linear", "relu", "abs")),
        ("leaky_relu:0.25", tt.LeakyReLU(slope=0.25)),
        ("clipped_relu:2.0", tt.ClippedReLU(upper=2.0)),
    ],
)
def test_activations_are_read_and_written(text: str, activation: object) -> None:
    assert parse_activation(text) == activation
    assert write_activation(parse_activation(text)) == text


def test_a_parameter_may_be_left_out() -> None:
    assert parse_activation("leaky_relu") == tt.LeakyReLU()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rleu", "did you mean 'relu'"),
        ("relu:1", "takes no parameter"),
        ("leaky_relu:", "slope must lie in"),
        ("leaky_relu:inf", "slope must lie in"),
        ("clipped_relu:0", "upper must lie in"),
    ],
)
def test_other_activations_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_activation(text)


def test_a_problem_is_written_as_plain_data() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1, 0.4), activation=tt.LeakyReLU(slope=0.1))
    written = json.loads(json.dumps(write_problem(problem)))
    assert written["importance"] == [1.0, 0.4]
    assert written["density"] == 0.5
    assert parse_activation(written["activation"]) == problem.activation


def test_arrays_are_json() -> None:
    assert parse_array("[[1, -1]]", "weights") == [[1, -1]]
    for text in ("1", "{}", "[1", "", "[" * 100_000):
        with pytest.raises(ValueError, match="weights must be a JSON array"):
            parse_array(text, "weights")


def test_a_model_is_read_from_what_solve_wrote(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"weights": [[1, 0]], "bias": [0, 0.25], "loss": 1}')
    assert read_model(path) == ([[1, 0]], [0, 0.25])


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"weights": [[1, 0]]}', '{"weights": [[1]], "bias": [0], "bias": [1]}']
)
def test_other_files_are_no_model(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="must be JSON with keys weights and bias"):
        read_model(path)


def test_a_device_that_never_ends_is_no_model() -> None:
    with pytest.raises(ValueError, match=r"--model must be JSON .* got '/dev/zero'"):
        read_model("/dev/zero")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nothing\.json"):
        read_model(tmp_path / "nothing.json")


def test_bounded_only_adds_an_end() -> None:
    few = bounded(N_FEATURES, 3)
    assert few.check(3) == 3
    with pytest.raises(ValueError, match=r"\[1, 3\]"):
        few.check(4)
