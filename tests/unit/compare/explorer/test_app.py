"""The page as a server: its own assets, the link's first view, and one line where a library is missing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from toytoy.compare.explorer import app, callbacks, cell, landscape
from toytoy.compare.explorer.app import ASSETS, require_dash, warm_up
from toytoy.compare.explorer.state import State

from tests.explorer_client import OWN, ask, layout, make_client


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_client()


def test_the_first_answer_holds_the_map_and_no_other_address(client: FlaskClient) -> None:
    html = client.get("/", headers=OWN).get_data(as_text=True)
    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in html
    assert "data:image/png;base64," in html
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", html) == []


def test_the_first_answer_follows_the_link(client: FlaskClient) -> None:
    for query, words in (
        ("?map=ansatz", "Map of the ansatz"),
        ("?map=trained-optimum", "trained − optimum"),
        ("?map=%ff", "optimum"),
    ):
        assert words in client.get("/" + query, headers=OWN).get_data(as_text=True)


def test_scripts_in_the_page_are_those_that_the_policy_names(client: FlaskClient) -> None:
    import base64
    import hashlib

    answer = client.get("/", headers=OWN)
    policy = answer.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script(?P<of>[^>]*)>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL)
    inline = [text for of, text in scripts if "src=" not in of and "application/json" not in of]
    assert inline
    for text in inline:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy


def test_every_script_that_the_page_names_is_there(client: FlaskClient) -> None:
    html = client.get("/", headers=OWN).get_data(as_text=True)
    names = re.findall(r"(?:src|href)=\"(/[^\"]+)\"", html)
    assert any("plotly" in name for name in names)
    assert any("explorer.js" in name for name in names)
    for name in names:
        answer = client.get(name, headers=OWN)
        assert answer.status_code == 200, name
        answer.close()


def test_the_layout_follows_the_page_s_link(client: FlaskClient) -> None:
    found = layout(client, "?size=3,2&map=ansatz&p=0.1&r=oops")
    assert found["query"]["data"] == State(3, "ansatz", 0.1, 0.6).query()
    assert found["said"]["children"].startswith("r must lie in")
    assert found["map"]["value"] == "ansatz"
    assert found["picture"]["figure"]["data"]
    assert layout(client)["query"]["data"] == State().query()


def test_callbacks_name_what_is_on_the_page(client: FlaskClient) -> None:
    listed = client.get("/_dash-dependencies", headers=OWN).get_json()
    there = layout(client)
    for callback in listed:
        outputs = [name.rpartition(".")[0] for name in callback["output"].strip(".").split("...")]
        for name in [*outputs, *(one["id"] for one in (*callback["inputs"], *callback["state"]))]:
            assert name in there
    assert len(listed) == 10


def test_the_first_answer_is_small(client: FlaskClient) -> None:
    assert len(client.get("/", headers=OWN).data) < 30_000


@pytest.mark.parametrize("referrer", ["", "nonsense", "http://[bad", "http://127.0.0.1:8050/?" + "p=1&" * 100])
def test_any_referrer_gives_a_page(client: FlaskClient, referrer: str) -> None:
    answer = client.get("/_dash-layout", headers={**OWN, "Referer": referrer})
    assert answer.status_code == 200


HOSTILE = [
    *("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/etc/passwd", "//etc/passwd", "/static/x", "/explorer.js", "/x"),
    *(
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
        "/assets//etc/passwd",
        "/assets/",
        "/assets",
    ),
    *("/_dash-component-suites/dash/../../x.py", "/_dash-component-suites/dash/%2e%2e/x", "/_reload-hash"),
    *("/_dash-component-suites/toytoy/cli.py", "/_dash-component-suites/dash/dash.py", "/_dash-component-suites/"),
    *("/_dash-component-suites//etc/passwd", "/_dash-component-suites/plotly/package_data/../x", "/assets/nul%00"),
]


@pytest.mark.parametrize("path", HOSTILE)
def test_no_path_reaches_the_disk(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=OWN)
    assert answer.status_code == 404
    assert b"root:" not in answer.data
    assert b"import" not in answer.data


BODIES: list[tuple[Any, str, int]] = [
    (b"{}", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"x", "application/json", 400),
    (b"", "application/json", 400),
    (b"{}", "text/plain", 415),
    (b'{"output":"a.b","outputs":{"id":"a","property":"b"},"inputs":[],"changedPropIds":[]}', "application/json", 400),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
def test_foreign_questions_are_refused_quietly(
    client: FlaskClient, body: bytes, kind: str, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = client.post("/_dash-update-component", data=body, content_type=kind, headers=OWN)
    assert answer.status_code == status
    assert b"Traceback" not in answer.data
    assert capfd.readouterr() == ("", "")


def test_assets_are_few_and_name_no_other_machine() -> None:
    assert {path.name for path in ASSETS.iterdir()} == {"explorer.css", "explorer.js"}
    for path in ASSETS.iterdir():
        assert "//" not in re.sub(r"(^|\s)// .*", "", path.read_text("utf8"))


def test_a_missing_library_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    require_dash()
    monkeypatch.setattr(app, "find_spec", lambda name: None if name == "waitress" else object())
    with pytest.raises(ImportError, match=r'needs waitress.*pip install "toytoy\[explore\]"'):
        require_dash()


def test_warming_up_computes_a_model_of_each_toy_and_a_landscape(monkeypatch: pytest.MonkeyPatch) -> None:
    views, landscapes = [], []
    view, draw = cell.cell_view, landscape.landscape
    monkeypatch.setattr(cell, "cell_view", lambda *asked: views.append(view(*asked)))
    monkeypatch.setattr(landscape, "landscape", lambda *asked: landscapes.append(draw(*asked)))
    warm_up()
    assert [len(found.regimes) for found in views] == [2, 3]
    assert len(landscapes) == 1


def test_an_error_of_ours_is_said_on_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("a reason")

    monkeypatch.setattr(callbacks, "map_of", broken)
    values = {"query.data": State().query(), "dark.data": "light"}
    status, found = ask(client, "picture.figure", values, "query.data")
    assert (status, found) == (200, {"said.children": f"{app.OURS}: RuntimeError('a reason')"})
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv(app.TRACEBACK, "1")
    ask(client, "picture.figure", values, "query.data")
    assert "a reason" in capfd.readouterr().err
