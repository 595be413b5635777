"""What a child process must outlive: in a module that imports nothing, so that it starts at once."""

from __future__ import annotations

import os


def outlive(what: str) -> int | str:
    """Do what a child must outlive."""
    if what == "hang":
        while True:
            pass
    if what == "die":
        os.kill(os.getpid(), 9)
    if what == "raise":
        raise LookupError("no")
    if what == "swallow":
        return len(b"x" * 2**28)
    return what
