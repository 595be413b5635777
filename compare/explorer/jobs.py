"""Solving on demand: one place at a time, in the background, its answers kept until newer ones take their room."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .solve import Answer

KEPT = 8  # jobs whose answers can still be asked for
Solve = Callable[..., Iterator["Answer"]]


@dataclass(eq=False)
class Job:
    """One place being solved.

    Parameters
    ----------
    n_features, density, importance, seed
        What is solved.
    answers : list of Answer
        So far, in the order of the stages.
    done : bool
    failure : str
        Why it ended early.
    """

    n_features: int
    density: float
    importance: float
    seed: int
    answers: list[Answer] = field(default_factory=list)
    done: bool = False
    failure: str = ""

    def run(self, solve: Solve) -> None:
        """Take one answer after the other; whatever goes wrong is kept as a sentence."""
        try:
            for answer in solve(self.density, self.importance, self.n_features, seed=self.seed):
                self.answers.append(answer)
        except Exception as error:  # a thread has nobody else to tell
            self.failure = f"it ended early: {error!r}"[:300]
        finally:
            self.done = True


class Jobs:
    """Starts jobs, one at a time, and finds them again by a name that can't be guessed.

    Parameters
    ----------
    solve : callable
        As `solve.solve_here`.
    """

    def __init__(self, solve: Solve) -> None:
        self._solve, self._lock = solve, threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def start(self, job: Job) -> str | None:
        """Start a job and return its name, or None while another one runs."""
        with self._lock:
            if any(not other.done for other in self._jobs.values()):
                return None
            name = secrets.token_urlsafe(12)
            self._jobs[name] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=job.run, args=(self._solve,), daemon=True).start()
        return name

    def find(self, name: object) -> Job | None:
        """Return a job by its name."""
        with self._lock:
            return self._jobs.get(name) if isinstance(name, str) else None
