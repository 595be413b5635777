"""The server answers its own page, under its own name, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from toytoy.compare.explorer.guard import HEADERS, MOST_BYTES, UPDATE, protect, trusted_hosts

HOST = "127.0.0.1:8050"
OWN = {"Host": HOST}


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    """Give a server that would answer anything, guarded."""
    server = Flask("guarded", static_folder=None)

    @server.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @server.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def anything(path: str) -> str:
        if "fault" in path:
            raise RuntimeError("a secret")
        return f"reached {path}"

    protect(server, trusted_hosts("127.0.0.1"), ["'sha256-x'"])
    with server.test_client() as made:
        yield made


@pytest.mark.parametrize("host", ["127.0.0.1", HOST, "localhost", "localhost:8050", "127.0.0.1:1", "127.0.0.1:65535"])
def test_its_own_names_pass_at_any_port(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


FOREIGN = [
    *("evil.example", "evil.example:8050", "127.0.0.1.evil.example", "127.0.0.1.nip.io:8050", "localhost.evil.example"),
    *("evil.localhost", "127.0.0.2", "0.0.0.0:8050", "[::1]:8050", "192.168.0.1", "127.0.0.1@evil.example", "127.1"),
    *("127.0.0.1:8050:81", "2130706433", "a b", "127.0.0.1/", ".127.0.0.1"),
]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/assets/explorer.js", "/_dash-layout"])
def test_foreign_names_are_refused(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert b"reached" not in answer.data


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/x"]
)
def test_other_paths_are_none(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=OWN)
    assert answer.status_code == 404
    assert b"reached" not in answer.data


@pytest.mark.parametrize("line", ["http://evil.example/", "http://127.0.0.1:8050/", "evil.example:80", "*"])
def test_it_is_no_proxy(client: FlaskClient, line: str) -> None:
    """In a request for a whole address, that address counts, not the Host beside it (RFC 9112, 3.2.2)."""
    answer = client.get("/", headers=OWN, environ_overrides={"REQUEST_URI": line})
    assert answer.status_code == 400
    assert b"reached" not in answer.data


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/assets/explorer.css", "/_reload-hash"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_pages_are_read_only(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method, headers=OWN).status_code == 405


def test_updates_are_posted(client: FlaskClient) -> None:
    assert client.get(UPDATE, headers=OWN).status_code == 405
    assert client.post(UPDATE, headers=OWN).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": f"http://{HOST}.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_sites_can_t_ask(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post(UPDATE, headers={**OWN, **headers}).status_code == status


def test_large_requests_are_refused(client: FlaskClient) -> None:
    server = client.application

    @server.before_request
    def take() -> None:
        from flask import request

        request.get_data()

    assert client.post(UPDATE, data=b"x" * MOST_BYTES, headers=OWN).status_code == 200
    assert client.post(UPDATE, data=b"x" * (MOST_BYTES + 1), headers=OWN).status_code == 413


@pytest.mark.parametrize("path", ["/", "/nowhere", "/assets/fault"])
def test_every_answer_says_what_a_browser_may_do(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=OWN)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self' 'sha256-x'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_faults_tell_nothing(client: FlaskClient) -> None:
    for path, status in (("/assets/fault", 400), ("/_dash-component-suites/fault", 404)):
        answer = client.get(path, headers=OWN)
        assert answer.status_code == status
        assert b"secret" not in answer.data
        assert b"Traceback" not in answer.data


def test_the_names_trusted() -> None:
    assert trusted_hosts("127.0.0.1") == trusted_hosts("localhost") == ["127.0.0.1", "localhost"]
    assert trusted_hosts("Box.Example") == ["box.example"]
    everywhere = trusted_hosts("0.0.0.0")
    assert {"127.0.0.1", "localhost", socket.gethostname().lower()} <= set(everywhere)
    assert "0.0.0.0" not in everywhere


def test_everywhere_includes_where_packets_leave_from() -> None:
    """Others call this machine by that address; its own name may stand for loopback alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no other address")
        assert probe.getsockname()[0] in trusted_hosts("0.0.0.0")
        assert probe.getsockname()[0] not in trusted_hosts("127.0.0.1")
