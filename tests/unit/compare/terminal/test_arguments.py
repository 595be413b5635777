"""Options that commands share: what they make, and what they refuse."""

import pytest
import toytoy as tt
from toytoy.compare.terminal.arguments import SEARCHES, hands_of, problem_of, settings_of
from toytoy.compare.terminal.options import Refusal

SIZE = {"n_features": 2, "n_hidden": 1, "density": 0.5, "importance": 1.0, "activation": "relu"}


def test_a_problem_is_made_and_its_options_are_taken_out() -> None:
    given = {**SIZE, "seed": 3}
    assert problem_of(given) == tt.Problem(n_features=2, n_hidden=1, density=0.5)
    assert given == {"seed": 3}


def test_what_has_no_exact_loss_is_refused() -> None:
    assert problem_of({**SIZE, "n_features": 11}).n_features == 11
    with pytest.raises(ValueError, match="needs n_features <= "):
        problem_of({**SIZE, "n_features": 11, "activation": "gelu"})


def test_solvers_take_what_is_theirs() -> None:
    assert settings_of("optimum", {"seed": 1, "n_starts": 4, "steps": None}, SEARCHES) == tt.Multistart(4, seed=1)
    assert settings_of("trained", {"seed": 1, "steps": 7}, SEARCHES) == tt.Trained(steps=7, seed=1)
    assert settings_of("ansatz", {"seed": 0}, SEARCHES) is None


@pytest.mark.parametrize(("method", "option"), [("optimum", "steps"), ("ansatz", "lr"), ("trained", "n_starts")])
def test_options_that_would_be_ignored_are_refused(method: str, option: str) -> None:
    with pytest.raises(Refusal, match=f"--{option.removeprefix('n_')} belongs to --method"):
        settings_of(method, {"seed": 0, option: 3}, SEARCHES)


def test_hands_are_taken_out_of_the_options() -> None:
    given = {"seed": 0, "store": "folder", "n_workers": None}
    assert hands_of("trained", given) == {"store": "folder"}
    assert given == {"seed": 0}
    assert hands_of("optimum", {"store": None, "n_workers": None}) == {}


@pytest.mark.parametrize(("option", "flag"), [("store", "--store"), ("n_workers", "--workers")])
@pytest.mark.parametrize("method", ["optimum", "ansatz"])
def test_hands_that_would_be_idle_are_refused(option: str, flag: str, method: str) -> None:
    with pytest.raises(
        Refusal, match=f"{flag} belongs to --method multistart or trained, got it with --method {method}"
    ):
        hands_of(method, {"store": None, "n_workers": None, option: 3})
