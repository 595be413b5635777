"""Serving the explorer: one socket, on this machine only unless told otherwise, until Ctrl-C."""

from __future__ import annotations

import errno
import functools
import logging
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .guard import MOST_BYTES

if TYPE_CHECKING:
    from flask import Flask

THREADS = 6  # a browser opens six connections
IN_MEMORY = 32 * MOST_BYTES  # what a request or an answer may have before it goes to a file: more than either has
PATIENCE = 1.0  # seconds that a Ctrl-C waits for answers under way


def open_socket(host: str, port: int) -> socket.socket:
    """Bind a host and a port, 0 for any that is free, and say in one line why that can't be.

    Raises
    ------
    OSError
        If the port is taken or reserved, or the host is not this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise OSError(
            f"--host must be a name or IPv4 address of this machine, got {host!r}; leave it out for 127.0.0.1"
        ) from None
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not held up by connections just closed
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        raise OSError(_why(error, host, port)) from None
    return bound


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port must be free, got {port}, which another program listens on; --port 0 takes any that is free"
    if error.errno == errno.EACCES:
        return f"--port must be one that you may use, got {port}; take one above 1023, or 0 for any that is free"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host must be an address of this machine, got {host!r}; leave it out for 127.0.0.1"
    return f"can't listen on {host}:{port} ({error.strerror})"


def address(bound: socket.socket, host: str) -> str:
    """Write the page's address, as a browser on this machine opens it."""
    at, port = bound.getsockname()[:2]
    return f"http://{'127.0.0.1' if at == '0.0.0.0' else host}:{port}/"


def serve(server: Flask, bound: socket.socket, ready: Callable[[], object] = lambda: None) -> None:
    """Answer requests until Ctrl-C, which ends it quietly.

    Parameters
    ----------
    server : Flask
    bound : socket
        From `open_socket`; closed at the end.
    ready : callable
        Called once requests are answered.
    """
    from waitress.server import create_server  # type: ignore[import-untyped]

    if hasattr(signal, "SIGPIPE"):  # the command line lets it end the process; here it is a browser that went away
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    # queues of requests are no news, nor is an answer that comes after the end; what fails in one, the page says
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    limits: dict[str, Any] = {
        "max_request_body_size": MOST_BYTES,
        "inbuf_overflow": IN_MEMORY,
        "outbuf_overflow": IN_MEMORY,
    }
    running: Any = create_server(server, sockets=[bound], threads=THREADS, ident=None, **limits)
    shutdown = running.task_dispatcher.shutdown
    running.task_dispatcher.shutdown = functools.partial(shutdown, timeout=PATIENCE)
    try:
        ready()
        running.run()
    finally:
        running.close()
