"""The command explore: where it listens, what it refuses in one line, and that it ends quietly."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import toytoy as tt
from click.testing import CliRunner, Result
from toytoy.cli import toytoy
from toytoy.compare.explorer import app
from toytoy.compare.terminal.explore_command import _atlas, _has_screen
from toytoy.compare.terminal.options import Refusal


def run(*words: str) -> Result:
    """Run the command in this process; it must refuse before it serves."""
    return CliRunner().invoke(toytoy, ["explore", "--no-browser", *words])


def refusal(*words: str) -> str:
    """Return the one line of a refusal."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


class Running:
    """The command in a process of its own."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "toytoy", "explore", "--port", "0", "--no-browser", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.port = urlsplit(self.line.split()[2]).port or 0

    def get(self, path: str, host: str | None = None) -> tuple[int, str]:
        """Ask for a path as it stands, under any name of the host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("GET", path, skip_host=host is not None)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf8", "replace")

    def end(self) -> tuple[int, str, str]:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        said, complained = self.process.communicate(timeout=30)
        return self.process.returncode, said, complained


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    started = Running()
    yield started
    started.process.kill()
    started.process.communicate()


def test_it_says_where_it_is_and_how_to_end_it(running: Running) -> None:
    assert running.line == f"toytoy explorer: http://127.0.0.1:{running.port}/  (Ctrl-C ends it)\n"
    status, html = running.get("/")
    assert status == 200
    assert "toytoy explorer" in html


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.nip.io", "", "[::1]", "localhost.evil.example"]
)
def test_foreign_names_are_refused(running: Running, host: str) -> None:
    assert running.get("/", host)[0] == 400
    assert running.get("/_dash-layout", host)[0] == 400


def test_own_names_pass(running: Running) -> None:
    for host in ("127.0.0.1", "localhost", f"localhost:{running.port}", f"127.0.0.1:{running.port}"):
        assert running.get("/", host)[0] == 200


@pytest.mark.parametrize(
    "path", ["/../../../../etc/passwd", "/assets/../../../../setup.cfg", "/..%2f..%2fetc%2fpasswd", "//etc/passwd"]
)
def test_no_path_reaches_the_disk(running: Running, path: str) -> None:
    status, text = running.get(path)
    assert status in (400, 404)
    assert "root:" not in text
    assert "[metadata]" not in text


def test_it_listens_on_this_machine_only(running: Running) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; tells the address that packets would leave from
            outside = probe.getsockname()[0]
        except OSError:
            pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((outside, running.port), timeout=5)


def test_it_ends_quietly(tmp_path: Path) -> None:
    path = tmp_path / "mine.nc"
    tt.phase_diagram(3, 2, density=[0.2, 0.4], importance=[0.5, 1.0], method="ansatz").save(path)
    started = Running("--data", str(path))
    status, html = started.get("/")
    assert status == 200
    assert "Map of the ansatz" in html
    assert str(tmp_path) not in html
    assert started.end() == (0, "", "")


def test_a_taken_port_is_refused(running: Running) -> None:
    assert refusal("--port", str(running.port)).startswith(f"toytoy: --port must be free, got {running.port}")


@pytest.mark.parametrize("port", ["-1", "65536", "1.5", "x", ""])
def test_bad_ports_are_refused(port: str) -> None:
    assert "--port must be a whole number in [0, 65535]" in refusal("--port", port)


@pytest.mark.parametrize("host", ["", "no such", "8.8.8.8", "::1"])
def test_bad_hosts_are_refused(host: str) -> None:
    assert "--host must be" in refusal("--host", host, "--port", "0")


def test_bad_data_is_refused(tmp_path: Path) -> None:
    text, empty, other = tmp_path / "text.nc", tmp_path / "empty.nc", tmp_path / "other.nc"
    text.write_text("no map")
    empty.touch()
    diagram = tt.phase_diagram(2, 1, density=[0.2, 0.4], importance=[1.0], method="ansatz")
    diagram.data.drop_vars("bias").to_netcdf(other, engine="h5netcdf")
    for path, words in (
        (tmp_path, "must be a file, got the folder"),
        (tmp_path / "none.nc", "must be a file that exists, got"),
        (text, "is not a phase diagram that can be read"),
        (empty, "is not a phase diagram that can be read"),
        (other, "it lacks bias"),
        (Path(""), "must be a file, got the folder"),
    ):
        line = refusal("--port", "0", "--data", str(path))
        assert "--data must be" in line
        assert words in line
        assert "toytoy diagram --out FILE.nc" in line


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """Wherever the damage is, there is one line, or none of it is read."""
    whole = tmp_path / "whole.nc"
    tt.phase_diagram(2, 1, density=[0.2, 0.4], importance=[1.0], method="ansatz").save(whole)
    bytes_of = whole.read_bytes()
    path, said = tmp_path / "damaged.nc", list[str]()
    for k in range(12):
        begin = len(bytes_of) * k // 12
        path.write_bytes(bytes_of[:begin] + b"\xff" * 300 + bytes_of[begin + 300 :])
        try:
            _atlas(str(path))
        except Refusal as refusal:
            said.append(str(refusal))
    assert len(said) >= 3
    assert [line for line in said if not line.startswith("--data must be")] == []


def test_a_missing_library_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    assert refusal("--port", "0").endswith('run: pip install "toytoy[explore]"')


def test_a_refusal_leaves_the_port_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    refusal("--port", str(port), "--data", "none.nc")
    socket.create_server(("127.0.0.1", port)).close()


def test_without_a_screen_no_text_browser_takes_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not _has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert _has_screen()


def test_help_has_an_example() -> None:
    assert "toytoy explore --port 0" in run("--help").stdout
