"""Damaged JSON files of models, given to ``toytoy decompose --model``: taken apart, or refused in one clear line."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from random import Random

from tests.fuzz.child import Child
from tests.fuzz.damage import text_damaged
from tests.fuzz.lines import LONG, READY, SECONDS, Said, outcome
from tests.fuzz.table import Row

MODEL = ["decompose", "-n", "2", "-m", "1", "-p", "0.5", "--json", "--model"]


def tried(examples: int, seed: int) -> Row:
    """Damage so many files, and take the model in each apart."""
    row, start = Row("model file, JSON"), time.perf_counter()
    child = Child("tests.fuzz.lines:here", SECONDS, READY)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        whole = json.dumps(
            {"loss": 0.1, "weights": [[0.9, -0.8]], "bias": [0.0, 0.1], "regimes": ["dedicated"]}
        ).encode()
        other = json.dumps({"weights": [[1, -1]], "bias": [0, 0]}).encode()
        for k in range(examples):
            damaged = text_damaged(Random(f"model {seed} {k}"), whole, other)
            path.write_bytes(damaged)
            words = [*MODEL, str(path)]
            ended = child.call(words, folder)
            said = ended.value or Said(-1, "", "")
            result, why = outcome(words, said._replace(error=said.error or ended.fault), ended.interrupted)
            row.count(result)
            if result == "finding":
                row.findings.append(f"case {k} of seed {seed}, {damaged[:LONG]!r}: {why}")
    child.close()
    row.seconds = time.perf_counter() - start
    return row
