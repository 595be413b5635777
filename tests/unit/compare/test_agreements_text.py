"""Any number of maps in words and as plain data."""

from __future__ import annotations

import json

import numpy as np
import toytoy as tt
from toytoy.compare.agreement_text import share_text
from toytoy.compare.agreements import agreements
from toytoy.compare.agreements_text import pair_text
from toytoy.compare.summary import to_json

from tests.small_maps import diagram

MAPS = {kind: diagram(kind) for kind in ("ansatz", "optimum", "trained")}


def test_the_text_names_every_pair_once() -> None:
    found = agreements(MAPS)
    text = str(found)
    assert text.startswith(found.verdict)
    for a, b in (("ansatz", "optimum"), ("ansatz", "trained"), ("optimum", "trained")):
        assert text.count(pair_text(found.pairs, a, b)) == 1
        row = found.pairs.sel(first=a, second=b)
        assert share_text(row.share.item(), row.low.item(), row.high.item()) in pair_text(found.pairs, a, b)
    assert all(judged.verdict in text for judged in found.against.values())


def test_what_is_not_defined_is_said() -> None:
    """One cell, the same regime: kappa is undefined, and there is no boundary."""
    lone = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0], method="ansatz")
    text = str(agreements([lone, lone]))
    assert "kappa undefined" in text
    assert "no density with a boundary in both" in text
    assert "no verdict" in text


def test_plain_data_is_json() -> None:
    found = agreements(MAPS)
    data = json.loads(to_json(found.to_dict()))
    assert (data["names"], data["reference"], data["agrees"]) == ([*MAPS], "optimum", True)
    assert len(data["pairs"]) == 6
    (pair,) = [each for each in data["pairs"] if (each["first"], each["second"]) == ("trained", "optimum")]
    assert pair["same"] == int(found.pairs.same.sel(first="trained", second="optimum"))
    assert np.array_equal(pair["confusion"], found.pairs.confusion.sel(first="trained", second="optimum"))
    assert data["against"]["ansatz"]["verdict"] == found.against["ansatz"].verdict
    assert data["consensus"] == found.consensus.values.tolist()
    assert data["shares"]["unanimous"]["cells"] == int(found.unanimous.sum())
