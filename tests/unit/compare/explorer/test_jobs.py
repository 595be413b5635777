"""One job at a time; its answers come as they are found, and nobody finds them without its name."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from toytoy.compare.explorer.jobs import KEPT, Job, Jobs


def found(job: Job) -> list[Any]:
    """Give a job's answers, which here are no answers at all."""
    return list(job.answers)


def wait(job: Job) -> None:
    """Wait for a job's end."""
    deadline = time.monotonic() + 20
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.005)
    assert job.done


def quick(density: float, importance: float, n_features: int, *, seed: int) -> Iterator[Any]:
    """Answer what was asked."""
    yield (density, importance, n_features)
    yield seed


def test_a_job_gets_its_answers() -> None:
    jobs, job = Jobs(quick), Job(3, 0.2, 0.6, seed=5)
    name = jobs.start(job)
    wait(job)
    assert jobs.find(name) is job
    assert job.answers == [(0.2, 0.6, 3), 5]
    assert job.failure == ""


def test_answers_are_there_before_the_end_and_a_second_job_waits() -> None:
    leave = threading.Event()

    def slow(*_: object, seed: int) -> Iterator[Any]:
        yield "first"
        leave.wait(20)
        yield "second"

    jobs, job = Jobs(slow), Job(2, 0.2, 0.6, 0)
    assert jobs.start(job) is not None
    while not job.answers:
        time.sleep(0.005)
    assert (found(job), job.done) == (["first"], False)
    assert jobs.start(Job(2, 0.3, 0.6, 0)) is None
    leave.set()
    wait(job)
    assert found(job) == ["first", "second"]
    assert jobs.start(Job(2, 0.3, 0.6, 0)) is not None


def test_a_failure_is_a_sentence_and_frees_the_place() -> None:
    def failing(*_: object, seed: int) -> Iterator[Any]:
        yield "first"
        raise RuntimeError("no")

    jobs, job = Jobs(failing), Job(2, 0.2, 0.6, 0)
    jobs.start(job)
    wait(job)
    assert found(job) == ["first"]
    assert "RuntimeError('no')" in job.failure
    assert jobs.start(Job(2, 0.2, 0.6, 0)) is not None


def test_only_the_last_are_kept() -> None:
    jobs, names = Jobs(quick), list[str | None]()
    for seed in range(KEPT + 3):
        job = Job(2, 0.2, 0.6, seed)
        names.append(jobs.start(job))
        wait(job)
    assert None not in names
    assert len(set(names)) == len(names)
    assert [jobs.find(name) is None for name in names] == [True] * 3 + [False] * KEPT


def test_other_names_find_nothing() -> None:
    jobs = Jobs(quick)
    names: list[Any] = [None, "", "x", 1, [], {}]
    for name in names:
        assert jobs.find(name) is None
