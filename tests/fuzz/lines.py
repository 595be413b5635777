"""Command lines, good and bad, in this process and in processes of their own: what becomes of each."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.child import Child
from tests.fuzz.table import Row
from tests.fuzz.words import Words, furnish, line_of

ROOT = Path(__file__).parents[2]
SECONDS = 10.0  # after which a line is interrupted: what it asked for takes its time
INTERRUPTED = (130, -2)  # Python ends itself by the signal where it came in the middle of an exec, as of an import
READY = ("torch", "toytoy.numeric.models", "scipy.optimize", "h5py", "dash")  # imports that an interrupt would break
LONG = 300  # characters of a line that are told


class Said(NamedTuple):
    """What a line left behind."""

    status: int
    out: str
    err: str
    error: str = ""


def here(words: Words, folder: str) -> Said:
    """Run a line by click, in a folder."""
    from click.testing import CliRunner
    from toytoy.cli import toytoy

    os.chdir(folder)
    result = CliRunner().invoke(toytoy, words)
    unexpected = result.exception is not None and not isinstance(result.exception, SystemExit)
    return Said(result.exit_code, result.stdout, result.stderr, repr(result.exception) if unexpected else "")


def apart(words: Words, folder: str) -> tuple[Said, bool]:
    """Run a line in a process of its own; interrupt it after a while, and say whether that was needed."""
    given = [
        word.replace("\0", "0").encode("utf8", "surrogateescape" if "\ud800" not in word else "replace")
        for word in words
    ]
    command: list[str | bytes] = [sys.executable, "-m", "toytoy", *given]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "build" / "typing")}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        interrupted = False
        try:
            out, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            interrupted = True
            process.send_signal(2)
            try:
                out, err = process.communicate(timeout=2 * SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                return Said(process.returncode, "", "", "it hung, interrupted and all"), True
    return Said(process.returncode, out.decode("utf8", "replace"), err.decode("utf8", "replace")), interrupted


def outcome(words: Words, said: Said, interrupted: bool) -> tuple[str, str]:
    """Judge what a line left behind: the outcome, and why if it is a finding."""
    fault = said.error or ("a traceback" if "Traceback" in said.err + said.out else "")
    if fault:
        return "finding", fault
    if said.status == 0:
        fault = f"it is done, and said on stderr: {said.err[:LONG]!r}" if said.err and not interrupted else ""
        if "--json" in words and said.out[:1] in "{[" and not reads_as_json(said.out):
            fault = f"it is no JSON: {said.out[:LONG]!r}"
        return ("finding", fault) if fault else ("ok", "")
    if said.status == 1 and "verify" in words:
        return "answered no", ""
    if said.status in INTERRUPTED and interrupted:
        return ("finding", f"interrupted, it said {said.err[:LONG]!r}") if not one_line(said.err) else ("ok", "")
    if said.status != 2:
        return "finding", f"exit status {said.status}: {said.err[:LONG]!r}"
    if not one_line(said.err):
        return "finding", f"no clear line: {said.err[:LONG]!r}"
    return ("finding", f"refused, it wrote {said.out[:LONG]!r}") if said.out else ("refused", "")


def one_line(err: str) -> bool:
    """Whether it is one line that says something, of characters that a terminal shows and does not obey."""
    text = err.removesuffix("\n")
    return text.isprintable() and text.startswith("toytoy: ") and 15 < len(text) < 2000


def told(words: Words) -> str:
    """Write a line as a shell takes it, with an ellipsis if it is long."""
    text = shlex.join(["toytoy", *words]).encode("unicode_escape").decode()
    return text if len(text) <= LONG else f"{text[:LONG]}… ({len(text)} characters)"


def tried(examples: int, seed: int) -> Row:
    """Try so many lines in one child process."""
    row, child = Row("command lines"), Child("tests.fuzz.lines:here", SECONDS, READY)
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder))
        for k in range(examples):
            words = line_of(seed, k)
            if words[:1] == ["explore"] and "--data" not in words:
                continue  # it would wait for an interrupt: that is for a process of its own
            start = time.perf_counter()
            ended = child.call(words, folder)
            said = ended.value or Said(-1, "", "")
            noted(row, k, seed, words, said._replace(error=said.error or ended.fault), ended.interrupted)
            row.seconds += time.perf_counter() - start
    child.close()
    return row


def tried_apart(examples: int, seed: int) -> Row:
    """Try so many other lines, each in a process of its own."""
    row, start = Row("command lines, own process"), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder))
        for k in range(examples):
            words = line_of(seed, -1 - k)
            noted(row, -1 - k, seed, words, *apart(words, folder))
    row.seconds = time.perf_counter() - start
    return row


def noted(row: Row, k: int, seed: int, words: Words, said: Said, interrupted: bool) -> None:
    """Count how a line ended, and tell what should not have been."""
    result, why = outcome(words, said, interrupted)
    row.count(result)
    if result == "finding":
        row.findings.append(f"line {k} of seed {seed}: {told(words)}: {why}")


def reads_as_json(text: str) -> bool:
    """Whether a text is JSON as the standard has it."""
    try:
        json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
    except ValueError:
        return False
    return True
