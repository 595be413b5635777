"""What the explorer's server refuses: foreign names of this machine, other sites' requests, any path but its own."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask, Response

LOOPBACK = ("127.0.0.1", "localhost")
UPDATE, SUITES = "/_dash-update-component", "/_dash-component-suites/"
NETWORKS = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")  # one outside, and the private ones
PAGES = ("/", "/_dash-layout", "/_dash-dependencies", "/_favicon.ico")  # what is answered, with SUITES and /assets/
MOST_BYTES = 1_000_000  # of a request; the page's own are a few thousand
# plotly writes styles into the page; it makes no script, and loads none
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def trusted_hosts(host: str) -> list[str]:
    """Name this machine as a browser may call it, where the server listens on `host`.

    A page of another site can have its own name point here (DNS rebinding); the browser then takes this server for
    that site. It still sends that name, which is not in this list.
    """
    names = {host, *LOOPBACK} if host in LOOPBACK else {host}
    if _is_any(host):
        here = socket.gethostname()
        names = {*LOOPBACK, here, socket.getfqdn()}
        with contextlib.suppress(OSError):  # a machine may not know its own name
            names |= {str(entry[4][0]) for entry in socket.getaddrinfo(here, None, socket.AF_INET)}
        names |= set(_outward())  # on many machines the own name is one more address of loopback
    return sorted(name.lower() for name in names)


def _outward() -> Iterator[str]:
    """Yield this machine's addresses in the networks that it has a route to; nothing is sent to find them."""
    for there in NETWORKS:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((there, 9))
            yield str(probe.getsockname()[0])


def protect(server: Flask, hosts: list[str], script_hashes: list[str]) -> None:
    """Make a server answer the page's own requests, and nothing else.

    Parameters
    ----------
    server : Flask
    hosts : list of str
        The names by which it may be called, at any port: a forwarded one may differ.
    script_hashes : list of str
        Of the scripts that stand in the page itself.
    """
    from werkzeug.exceptions import HTTPException

    server.config.update(TRUSTED_HOSTS=hosts, MAX_CONTENT_LENGTH=MOST_BYTES)
    policy = POLICY.format(hashes=" ".join(script_hashes))

    def refuse() -> Any:
        from flask import request

        if not request.environ.get("REQUEST_URI", "/").startswith("/"):
            return _said("this is no proxy: ask for a path, not for a whole address", 400)
        return _refusal(request.path, request.method, request.headers.get("Origin"), request.headers, request.host)

    def answered(response: Response) -> Response:
        response.headers.update({**HEADERS, "Content-Security-Policy": policy})
        response.headers.pop("Server", None)
        return response

    def failed(error: Exception) -> Any:
        from flask import request

        if isinstance(error, HTTPException):
            return error
        if request.path.startswith(SUITES):
            return _said(f"no such file: {request.path[:200]}", 404)
        return _said("a request that this page does not make", 400)

    server.before_request(refuse)
    server.after_request(answered)
    server.register_error_handler(Exception, failed)


def _refusal(path: str, method: str, origin: str | None, headers: Any, host: str) -> Any:
    """Say no, or None where a request may pass."""
    if path == UPDATE:
        if method != "POST":
            return _said("this address takes POST", 405)
        foreign = origin is not None and origin.partition("://")[2] != host
        if foreign or headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return _said("only the page of this server may ask it", 403)
        return None
    if method not in ("GET", "HEAD"):
        return _said("this address takes GET", 405)
    file = path.startswith((SUITES, "/assets/")) and "//" not in path and not path.endswith("/")
    if path not in PAGES and not file:  # dash answers whatever it does not know with the page itself
        return _said("no such page; the explorer is at /", 404)
    return None


def _said(sentence: str, status: int) -> tuple[str, int, dict[str, str]]:
    return sentence + "\n", status, {"Content-Type": "text/plain; charset=utf-8"}


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
