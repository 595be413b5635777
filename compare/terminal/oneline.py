"""Commands whose every failure is one line on stderr, with an exit status that says of which kind it is."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ...analytic.domain import nearest
from .options import Refusal

BAD_INPUT, INTERNAL, INTERRUPTED = 2, 70, 130  # 70: EX_SOFTWARE of sysexits.h; 130: 128 + SIGINT, as shells have it
REFUSED = (TypeError, ValueError, ImportError, OSError, MemoryError)  # what the library raises for what it was given
LONGEST, MOST = 300, 1500  # characters of a word, and of all: who pasted a file sees the rule, not the file
TRACEBACK = "TOYTOY_TRACEBACK"  # set in the environment, it lets internal errors show where they come from


class OneLine(click.Group):
    """A group of commands: 0 is done, 1 the answer is no, 2 bad input, 70 an error of ours, 130 an interrupt."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command, or offer the nearest name."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise Refusal(nearest("command", args[0], self.commands))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the library refuses is bad input."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as interrupt:
            leave("; ".join(["interrupted", *getattr(interrupt, "__notes__", ())]), INTERRUPTED)
        except MemoryError as error:
            leave(f"out of memory: {error}; ask for less", BAD_INPUT)
        except REFUSED as error:
            leave(str(error) or type(error).__name__, BAD_INPUT)
        except Exception as error:
            if os.environ.get(TRACEBACK):
                raise
            leave(f"an error of ours, please report it: {error!r}; {TRACEBACK}=1 shows where", INTERNAL)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run, and exit with the status."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that knows only ASCII shows a question mark
        extra.update(prog_name=self.name, standalone_mode=False)
        words = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(words or ["--help"], **extra)
            sys.stdout.flush()
        except Refusal as error:
            leave(error.format_message(), BAD_INPUT)
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else self.name
            leave(f"{error.format_message().rstrip('.')}; {where} --help lists what there is", BAD_INPUT)
        except (click.Abort, KeyboardInterrupt):
            leave("interrupted", INTERRUPTED)
        except OSError as error:
            leave(f"stdout can't be written to: {error.strerror}", BAD_INPUT)
        sys.exit(status or 0)


def leave(message: str, status: int) -> NoReturn:
    """Say why in one line on stderr, and exit."""
    click.echo(f"toytoy: {on_one_line(message)}", err=True)
    sys.exit(status)


def on_one_line(message: str) -> str:
    """Write a message on one line that a terminal shows and does not obey: what was given may be anything.

    Examples
    --------
    >>> on_one_line(f"No such option:{chr(10)}--red{chr(27)}").count(chr(27))
    0
    """
    words = (word if len(word) <= LONGEST else f"{word[:LONGEST]}..." for word in message.split())
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in " ".join(words))
    return text if len(text) <= MOST else f"{text[:MOST]}..."
