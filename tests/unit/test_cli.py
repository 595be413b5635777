"""The command line: the library's numbers, JSON alone where asked, and one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import toytoy as tt
from click.testing import CliRunner, Result
from toytoy.cli import toytoy

MODEL = ("-n", "2", "-m", "1", "-p", "0.5")
SIZE = ("-n", "2", "-m", "1")
PROBLEM = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 0.4))


def run(*words: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(toytoy, words)


def answer(*words: str) -> dict[str, Any]:
    """Read the JSON that a command prints, alone, on stdout."""
    result = run(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    summary = json.loads(result.stdout)
    assert isinstance(summary, dict)
    return summary


def fresh(*words: str, **settings: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "toytoy", *words], capture_output=True, check=False, **settings)  # type: ignore[call-overload, no-any-return]


# --- what is asked for --------------------------------------------------------------------------------------------


def test_solve_gives_the_library_s_numbers() -> None:
    solution = tt.minimize(PROBLEM, tt.Multistart(n_starts=32, seed=0))
    found = answer("solve", *MODEL, "-I", "1,0.4")
    assert found["loss"] == float(solution.loss)
    assert found["weights"] == solution.weights.tolist()
    assert found["bias"] == solution.bias.tolist()
    assert found["method"] == solution.method


@pytest.mark.parametrize("method", ["optimum", "multistart"])
def test_solve_takes_the_options_of_its_search(method: str) -> None:
    found = answer("solve", *MODEL, "--method", method, "--starts", "3", "--seed", "5")
    assert found["method"] == repr(tt.Multistart(n_starts=3, seed=5))


@pytest.mark.parametrize(("importance", "structure"), [("1,0.1", "not_represented[1]"), ("1,1", "antipodal[0,1]")])
def test_the_ansatz_is_the_best_published(importance: str, structure: str) -> None:
    found = answer("solve", *MODEL, "-I", importance, "--method", "ansatz")
    assert structure in str(found["structure"])
    assert found["kind"] == "ansatz"


def test_solve_trains() -> None:
    words = ("--method", "trained", "--steps", "20", "--batch", "16", "--lr", "0.01", "--instances", "2", "--seed", "3")
    trained = tt.Trained(steps=20, batch=16, lr=0.01, n_instances=2, seed=3)
    found = answer("solve", *MODEL, *words)
    assert found["loss"] == float(tt.minimize(PROBLEM.replace(importance=1.0), trained).loss)
    assert (found["kind"], found["method"], found["n_runs"]) == ("trained", repr(trained), 2)


def test_activations_have_parameters() -> None:
    found = answer("solve", *MODEL, "--activation", "leaky_relu:0.1", "--starts", "4")
    problem = PROBLEM.replace(importance=1.0, activation=tt.LeakyReLU(slope=0.1))
    assert found["loss"] == float(tt.minimize(problem, tt.Multistart(n_starts=4)).loss)


def test_a_solved_model_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    printed = answer("solve", *MODEL, "-I", "1,0.4", "--out", str(path))
    assert json.loads(path.read_text()) == printed
    from_file = answer("decompose", *MODEL, "-I", "1,0.4", "--model", str(path))
    assert from_file == answer("decompose", *MODEL, "-I", "1,0.4")
    assert from_file["weights"] == printed["weights"]


def test_any_model_is_taken_apart() -> None:
    found = answer("decompose", *MODEL, "-I", "1,0.4", "--weights", "[[1, -1]]", "--bias", "[0, 0]")
    parts = tt.decompose(PROBLEM, [[1, -1]], [0, 0])
    assert {name: found[name] for name in parts.parts()} == {k: v.tolist() for k, v in parts.parts().items()}
    assert found["total"] == parts.total


def test_a_model_of_twelve_features_is_taken_apart() -> None:
    words = ("-n", "12", "-m", "1", "-p", "0.1", "--weights", json.dumps([[0.5, -0.4] * 6]))
    found = answer("decompose", *words, "--bias", json.dumps([0.05] * 12))
    loss = tt.loss(tt.Problem(n_features=12, n_hidden=1, density=0.1), [[0.5, -0.4] * 6], [0.05] * 12)
    assert found["total"] == pytest.approx(float(loss), rel=1e-9)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_optimum_of_thirty_features_is_taken_apart() -> None:
    found = answer("decompose", "-n", "30", "-m", "8", "-p", "0.05", "--starts", "0")
    loss = tt.loss(tt.Problem(n_features=30, n_hidden=8, density=0.05), found["weights"], found["bias"])
    assert found["total"] == pytest.approx(float(loss), rel=1e-9)


def test_a_quick_diagram_has_fewer_cells_and_a_short_training() -> None:
    assert {len(row) for row in answer("diagram", *SIZE, "--quick")["regime"]} == {15}
    grid = ("--density", "0.1:1:2", "--importance", "0.1:10:2")
    found = answer("diagram", *SIZE, *grid, "--quick", "--method", "trained", "--steps", "5")
    assert found["method"] == repr(tt.Trained(steps=5, batch=256, lr=5e-3, n_instances=2))


def test_a_diagram_is_drawn_and_stored(tmp_path: Path) -> None:
    paths = [tmp_path / f"map.{ending}" for ending in ("nc", "png", "json")]
    grid = ("--density", "0.1:1:4", "--importance", "0.1:10:5")
    found = answer("diagram", *SIZE, *grid, *(word for path in paths for word in ("--out", str(path))))
    stored = tt.PhaseDiagram.load(paths[0])
    assert found["regime"] == stored.data.regime.values.tolist()
    assert stored.data.sizes["density"] == 4
    assert (stored.importances[0], stored.importances[-1]) == (0.1, 10.0)
    assert json.loads(paths[2].read_text()) == found
    assert paths[1].stat().st_size > 0


@pytest.mark.parametrize(
    "words",
    [("ansatz",), ("multistart", "--starts", "2"), ("trained", "--steps", "5", "--batch", "8", "--instances", "2")],
)
def test_diagrams_have_every_method(words: tuple[str, ...]) -> None:
    found = answer("diagram", *SIZE, "--density", "0.1:1:2", "--importance", "0.1:10:3", "--method", *words)
    assert found["kind"] == {"multistart": "optimum"}.get(words[0], words[0])


def test_text_is_for_people() -> None:
    solved = run("solve", *MODEL)
    assert "loss 0.076282446989563" in solved.stdout
    assert "antipodal[0,1]" in solved.stdout
    assert "distortion" in run("decompose", *MODEL).stdout
    assert "superposed" in run("diagram", *SIZE, "--density", "0.1:1:2", "--importance", "0.1:10:2").stdout


def test_help_has_examples_that_parse() -> None:
    for name, command in toytoy.commands.items():
        result = run(name, "--help")
        assert result.exit_code == 0
        example = result.stdout.split("Example:")[1]
        assert example.strip().startswith(f"toytoy {name} ")
        assert command.help
    assert run("--help").stdout.count("toytoy") >= 2
    assert run("--version").stdout == f"toytoy {tt.__version__}\n"


# --- what is wrong ------------------------------------------------------------------------------------------------

BAD = {
    "density 0": (("solve", *SIZE, "-p", "0"), "(0, 1]"),
    "density 1.2": (("solve", *SIZE, "-p", "1.2"), "did you pass a sparsity?"),
    "density nan": (("solve", *SIZE, "-p", "nan"), "density=nan"),
    "density a word": (("solve", *SIZE, "-p", "half"), "density='half'"),
    "densities too many": (("solve", *SIZE, "-p", "0.1,0.2,0.3"), "got 3 of them"),
    "importance too long": (("solve", *MODEL, "-I", "1,2,3"), "got 3 of them"),
    "importance negative": (("solve", *MODEL, "-I", "1,-1"), "importance=-1.0"),
    "importance infinite": (("solve", *MODEL, "-I", "inf"), "importance=inf"),
    "no features": (("solve", "-n", "0", "-m", "1", "-p", "0.5"), "--features=0"),
    "features negative": (("solve", "-n", "-2", "-m", "1", "-p", "0.5"), "--features=-2"),
    "features broken": (("solve", "-n", "2.5", "-m", "1", "-p", "0.5"), "--features='2.5'"),
    "too many dimensions": (("solve", "-n", "1", "-m", "2", "-p", "0.5"), "n_hidden=2"),
    "smooth and large": (("solve", "-n", "11", "-m", "1", "-p", "0.5", "--activation", "gelu"), "n_features <= "),
    "features past any number": (("decompose", "-n", "9" * 23, "-m", "2", "-p", "0.5"), "[1, 10000]"),
    "activation unknown": (("solve", *MODEL, "--activation", "rleu"), "did you mean 'relu'?"),
    "activation parameter": (("solve", *MODEL, "--activation", "clipped_relu:-1"), "upper=-1.0"),
    "method unknown": (("solve", *MODEL, "--method", "optimim"), "did you mean 'optimum'?"),
    "option of another method": (("solve", *MODEL, "--steps", "3"), "--method trained"),
    "option of training": (("solve", *MODEL, "--method", "trained", "--starts", "3"), "--method multistart"),
    "starts past memory": (("solve", *MODEL, "--starts", "1000000000"), "--starts"),
    "learning rate 0": (("solve", *MODEL, "--method", "trained", "--lr", "0"), "--lr=0.0"),
    "seed negative": (("solve", *MODEL, "--seed", "-1"), "--seed=-1"),
    "no such ansatz": (("solve", "-n", "4", "-m", "1", "-p", "0.5", "--method", "ansatz"), "an ansatz is known for"),
    "no folder": (("solve", *MODEL, "--out", "no/such/place.json"), "make the folder first"),
    "ending unknown": (("solve", *MODEL, "--out", "model.jsn"), "did you mean '.json'?"),
    "option misspelt": (("solve", "--densty", "0.5"), "--density"),
    "command misspelt": (("slove", *MODEL), "did you mean 'solve'?"),
    "option missing": (("solve", "-n", "2"), "--hidden"),
    "value missing": (("solve", "-n", "2", "-m", "1", "-p"), "requires an argument"),
    "word too many": (("solve", *MODEL, "more"), "toytoy solve --help"),
    "weights of another shape": (("decompose", *MODEL, "--weights", "[[1,2,3]]", "--bias", "[0,0]"), "(1, 3)"),
    "weights transposed": (("decompose", *MODEL, "--weights", "[[1],[2]]", "--bias", "[0,0]"), "transpose"),
    "weights not JSON": (("decompose", *MODEL, "--weights", "1,2", "--bias", "[0,0]"), "JSON array"),
    "weights complex": (("decompose", *MODEL, "--weights", '[["1j",0]]', "--bias", "[0,0]"), "real numbers"),
    "weights nan": (("decompose", *MODEL, "--weights", "[[NaN,0]]", "--bias", "[0,0]"), "finite"),
    "weights of many": (("decompose", *MODEL, "--weights", "[[[1,0]],[[0,1]]]", "--bias", "[0,0]"), "one model"),
    "bias missing": (("decompose", *MODEL, "--weights", "[[1,0]]"), "--bias"),
    "model missing": (("decompose", *MODEL, "--model", "nothing.json"), "nothing.json"),
    "no such toy": (("diagram", "-n", "4", "-m", "2"), "n_features=4"),
    "range malformed": (("diagram", *SIZE, "--density", "0.1:1"), "LO:HI:COUNT"),
    "range reversed": (("diagram", *SIZE, "--density", "1:0.1:5"), "from low to high"),
    "range from zero": (("diagram", *SIZE, "--importance", "0:1:5"), "must be positive"),
    "range past memory": (("diagram", *SIZE, "--importance", "0.1:1:99999999"), "[1, 2000]"),
    "diagram of nothing": (("diagram", *SIZE, "--density", "0.1:1:0"), "count=0"),
    "map as a folder": (("diagram", *SIZE, "--out", "."), "must be a file"),
    "starts without a search": (("diagram", *SIZE, "--starts", "3"), "--method multistart"),
    "lines of one value": (("diagram", *SIZE, "--density", "0.5:0.5:1", "--lines"), "--density 0.5"),
    "lines of another model": (("diagram", *SIZE, "--activation", "abs", "--lines"), "--activation relu"),
    "verify without a toy": (("verify", "-n", "5", "-m", "1", "--out", "report"), "n_features=5"),
    "verify into a file": (("verify", *SIZE, "--out", os.devnull), "must be a folder"),
    "verify without a folder": (("verify", *SIZE), "--out"),
    "grid of nothing": (("verify", *SIZE, "--out", "report", "--trained-grid", "0"), "--trained-grid=0"),
    "no models": (("verify", *SIZE, "--out", "report", "--instances", "0"), "--instances=0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words, reason = BAD[name]
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("toytoy: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    assert reason in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_unwritable_output_is_refused_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(self: tt.Multistart, problem: tt.Problem) -> tt.Solution:
        raise AssertionError("began to work")

    monkeypatch.setattr(tt.Multistart, "minimize", work)
    assert "make the folder first" in run("solve", *MODEL, "--out", "no/such/place.json").stderr


def test_without_torch_verify_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    result = run("verify", *SIZE, "--out", str(tmp_path / "report"))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert 'pip install "toytoy[torch]"' in result.stderr
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(("failure", "status"), [(KeyboardInterrupt, 130), (MemoryError, 2), (ZeroDivisionError, 70)])
def test_what_happens_on_the_way_is_one_line(
    failure: type[BaseException], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: tt.Multistart, problem: tt.Problem, progress: object = None) -> tt.Solution:
        raise failure

    monkeypatch.setattr(tt.Multistart, "minimize", fail)
    result = run("solve", *MODEL)
    assert result.exit_code == status
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


# --- in a process of its own --------------------------------------------------------------------------------------


def test_the_parser_is_built_without_numpy() -> None:
    code = "import sys; from toytoy.cli import toytoy; sys.exit('numpy' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_runs_as_a_module_and_refuses_in_one_line() -> None:
    done = fresh("solve", *SIZE, "-p", "1.2")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


def test_an_ascii_terminal_is_enough() -> None:
    done = fresh("solve", *MODEL, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"antipodal" in done.stdout


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="needs pipes that break with a signal")
def test_a_reader_that_stops_ends_it_quietly() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        command = [sys.executable, "-m", "toytoy", "solve", *MODEL, "--json"]
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "toytoy", "solve", *MODEL]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
