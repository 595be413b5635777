"""Asks the explorer's server what its page would ask, without a browser."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from toytoy.compare.explorer.app import make_server
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.guard import trusted_hosts

OWN = {"Host": "127.0.0.1:8050"}


def make_client(atlas: Atlas | None = None) -> FlaskClient:
    """Give a client of a whole server."""
    return make_server(atlas or Atlas(), trusted_hosts("127.0.0.1")).test_client()


def layout(client: FlaskClient, link: str = "") -> dict[str, Any]:
    """Ask for the page that a link shows: the properties of every component with an id."""
    headers = {**OWN, "Referer": f"http://127.0.0.1:8050/{link}"}
    tree: dict[str, Any] = client.get("/_dash-layout", headers=headers).get_json()
    found = {}

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict) and "props" in node:
            found[node["props"].get("id")] = node["props"]
            walk(node["props"].get("children"))

    walk(tree)
    return found


def ask(client: FlaskClient, output: str, values: dict[str, Any], changed: str) -> tuple[int, dict[str, Any]]:
    """Call the callback that sets an output, as the page does when `changed` changed; return the status and its answer.

    Parameters
    ----------
    output : str
        Such as "picture.figure".
    values : dict
        By "id.property"; what is not given is None.
    changed : str
        Of the same form.
    """
    listed = client.get("/_dash-dependencies", headers=OWN).get_json()
    (found,) = [c for c in listed if output in c["output"].strip(".").split("...") and not c.get("clientside_function")]

    def filled(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "value": values.get(f"{one['id']}.{one['property']}")} for one in wanted]

    names = [name.rpartition(".") for name in found["output"].strip(".").split("...")]
    outputs = [{"id": name, "property": prop} for name, _, prop in names]
    body = {
        "output": found["output"],
        "outputs": outputs if found["output"].startswith("..") else outputs[0],
        "inputs": filled(found["inputs"]),
        "state": filled(found["state"]),
        "changedPropIds": [changed],
    }
    answer = client.post("/_dash-update-component", json=body, headers=OWN)
    if answer.status_code != 200:
        return answer.status_code, {}
    told = answer.get_json()
    both = (told.get("response", {}), told.get("sideUpdate", {}))  # what it was asked to set, and what it sets besides
    return 200, {
        f"{name}.{prop}": value for part in both for name, props in part.items() for prop, value in props.items()
    }
