"""The server listens where it is told, says in one line why it can't, and stops at Ctrl-C."""

from __future__ import annotations

import _thread
import signal
import socket
import struct
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
from flask import Flask
from toytoy.compare.explorer.server import PATIENCE, address, open_socket, serve

LOOPBACK = "127.0.0.1"


@pytest.fixture
def bound() -> Iterator[socket.socket]:
    """Listen on any free port."""
    with open_socket(LOOPBACK, 0) as made:
        yield made


def test_port_zero_is_any_that_is_free(bound: socket.socket) -> None:
    host, port = bound.getsockname()
    assert host == LOOPBACK
    assert port > 0
    assert address(bound, LOOPBACK) == f"http://127.0.0.1:{port}/"
    assert address(bound, "localhost") == f"http://localhost:{port}/"


def test_a_taken_port_is_said(bound: socket.socket) -> None:
    port = bound.getsockname()[1]
    with pytest.raises(OSError, match=rf"--port must be free, got {port}.*--port 0 takes any"):
        open_socket(LOOPBACK, port)


def test_a_port_just_left_is_free_again(bound: socket.socket) -> None:
    port = bound.getsockname()[1]
    with socket.create_connection((LOOPBACK, port)):
        served, _ = bound.accept()
        served.close()  # the server's side goes first, which keeps the address in wait
    bound.close()
    open_socket(LOOPBACK, port).close()


@pytest.mark.parametrize("host", ["", "no such", "8.8.8.8", "::1", "256.1.1.1", "a" * 300, "nul\0"])
def test_a_host_that_is_not_this_machine_is_said(host: str) -> None:
    with pytest.raises(OSError, match="--host must be"):
        open_socket(host, 0)


def test_all_addresses_are_called_by_loopback() -> None:
    with open_socket("0.0.0.0", 0) as made:
        assert address(made, "0.0.0.0").startswith("http://127.0.0.1:")


def test_it_answers_until_interrupted(bound: socket.socket, capfd: pytest.CaptureFixture[str]) -> None:
    server, said = Flask("small", static_folder=None), list[str]()
    server.add_url_rule("/", view_func=lambda: "here")

    def visit() -> None:
        with urllib.request.urlopen(address(bound, LOOPBACK), timeout=10) as answer:
            said.append(answer.read().decode())
            said.append(str(answer.headers.get("Server")))
        _thread.interrupt_main()

    visitor = threading.Thread(target=visit)
    serve(server, bound, visitor.start)
    visitor.join()
    assert said == ["here", "None"]
    assert bound.fileno() == -1
    assert capfd.readouterr() == ("", "")


def test_a_long_answer_does_not_hold_up_the_end(bound: socket.socket, capfd: pytest.CaptureFixture[str]) -> None:
    server, entered, leave = Flask("slow", static_folder=None), threading.Event(), threading.Event()

    def slow() -> str:
        entered.set()
        leave.wait(30)
        return "late"

    server.add_url_rule("/", view_func=slow)

    def visit() -> None:
        with socket.create_connection(bound.getsockname()) as client:
            client.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            entered.wait(10)
            _thread.interrupt_main()
            leave.wait(30)

    visitor = threading.Thread(target=visit)
    begin = time.monotonic()
    serve(server, bound, visitor.start)
    taken = time.monotonic() - begin
    leave.set()
    visitor.join()
    assert taken < PATIENCE + 5  # a machine under load; without a limit it is the 30 s of the answer, or waitress's 5
    assert "Traceback" not in capfd.readouterr().err


def test_a_browser_that_goes_away_does_not_end_it(bound: socket.socket) -> None:
    server, said = Flask("large", static_folder=None), list[int]()
    server.add_url_rule("/", view_func=lambda: "x" * 5_000_000)

    def visit() -> None:
        for _ in range(5):
            client = socket.create_connection(bound.getsockname())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # goes with a reset
            client.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            client.recv(10)
            client.close()
        with urllib.request.urlopen(address(bound, LOOPBACK), timeout=10) as answer:
            said.append(len(answer.read()))
        _thread.interrupt_main()

    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as the command line sets it
    try:
        visitor = threading.Thread(target=visit)
        serve(server, bound, visitor.start)
        visitor.join()
    finally:
        signal.signal(signal.SIGPIPE, before)
    assert said == [5_000_000]


def test_a_huge_request_is_refused_before_it_is_taken(bound: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what is asked nor what is answered goes to a file on the way."""
    server, said = Flask("large", static_folder=None), list[bytes]()
    server.add_url_rule("/", view_func=lambda: "x" * 8_000_000)

    def ask(request: bytes) -> bytes:
        with socket.create_connection(bound.getsockname(), timeout=20) as client:
            client.sendall(request)
            answer = client.recv(50)
            while client.recv(1 << 20):
                pass
        return answer

    def visit() -> None:
        head = b" / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        said.append(ask(b"POST" + head + b"Content-Length: 2000000\r\n\r\n"))
        said.append(ask(b"GET" + head + b"\r\n"))
        _thread.interrupt_main()

    def no_file(*_: object, **__: object) -> None:
        said.append(b"a file")
        raise OSError("no file is made here")

    monkeypatch.setattr(tempfile, "TemporaryFile", no_file)
    visitor = threading.Thread(target=visit)
    serve(server, bound, visitor.start)
    visitor.join()
    assert [line.split()[1] for line in said] == [b"413", b"200"]
