"""Settings of hypothesis, derandomized in continuous integration; kernels compiled before workers start."""

import os

import hypothesis
import pytest

# no deadline: the first call of a kernel compiles it, and two cores are shared with other tests
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "dev")


@pytest.hookimpl(tryfirst=True)  # before the workers
def pytest_sessionstart(session: pytest.Session) -> None:
    """Fill numba's cache in the parent: workers that fill a cold cache side by side can corrupt it."""
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        import toytoy as tt

        tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))
