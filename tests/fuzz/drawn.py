"""Fuzz by hypothesis: every public strategy, and the laws that must hold of all it draws."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.input_laws import INPUT_LAWS
from tests.fuzz.model_laws import MODEL_LAWS
from tests.fuzz.number_laws import NUMBER_LAWS, Law
from tests.fuzz.table import Row
from tests.fuzz.weight_laws import WEIGHT_LAWS

EVERY_CHECK: Any = list(HealthCheck)

LAWS: dict[str, Law] = {**NUMBER_LAWS, **WEIGHT_LAWS, **MODEL_LAWS, **INPUT_LAWS}


def tried(name: str, examples: int, seed: int) -> Row:
    """Draw so many examples of one strategy, and check each; a failure is shrunk and told."""
    law, count, start = LAWS[name], 0, time.perf_counter()

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=EVERY_CHECK,
        report_multiple_bugs=False,
    )
    @given(law.drawn)
    def check(drawn: object) -> None:
        nonlocal count
        count += 1
        law.holds(drawn)

    row = Row(f"strategy {name}")
    try:
        check()
    except BaseExceptionGroup as group:
        row.findings += [told(error) for error in group.exceptions]
    except Exception as error:
        row.findings.append(told(error))
    row.count("ok", count - len(row.findings))
    row.count("finding", len(row.findings))
    row.seconds = time.perf_counter() - start
    return row


def told(error: BaseException) -> str:
    """Say what failed, where, and the example that hypothesis shrank it to."""
    notes: Iterable[str] = getattr(error, "__notes__", ())
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno} {last.line}"
    return " | ".join([f"{type(error).__name__}: {error}", where, *(" ".join(note.split()) for note in notes)])
