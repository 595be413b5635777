"""Settings of hypothesis, derandomized in continuous integration; kernels compiled before workers start; a Ctrl-C."""

import os
import signal
from collections.abc import Callable

import hypothesis
import pytest

# no deadline: the first call of a kernel compiles it, and two cores are shared with other tests
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "dev")


# a shell starts what is in its background with interrupts ignored, and every program that a test starts inherits that
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before the workers
def pytest_sessionstart(session: pytest.Session) -> None:
    """Fill numba's cache in the parent: workers that fill a cold cache side by side can corrupt it."""
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        import toytoy as tt

        tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))


@pytest.fixture
def interrupt_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[float]]:
    """Return a function that lets a search so many evaluations and interrupts the next; it gives the losses seen."""
    import toytoy as tt
    from toytoy.numeric import race

    def arm(after: int) -> list[float]:
        losses: list[float] = []

        def counted(*given: object) -> object:
            if len(losses) == after:
                raise KeyboardInterrupt
            result = tt.loss_and_grad(*given)  # type: ignore[arg-type]
            losses.append(float(result[0]))
            return result

        monkeypatch.setattr(race, "loss_and_grad", counted)
        return losses

    return arm
