"""The first and the last sections: words before tables, a line to look closer for what is broken, seeds."""

import re

from toytoy.compare.checks import Check
from toytoy.compare.reporting.frame import asked_section, repeat_section, short_section

from tests.small_maps import agreement, boundaries, diagram
from tests.unit.compare.reporting.test_page import faults

GOOD = Check("one", True, 0.0, 1.0, "why", worst="density=1", look_closer="line one")
BAD = Check("two", False, 2.0, 1.0, "why", worst="density=1", look_closer="line two <")


def test_what_is_broken_has_its_line() -> None:
    maps, curves = {"optimum": diagram("optimum")}, {"optimum": boundaries("optimum")}
    text = short_section(maps, curves, {}, [GOOD, BAD])
    assert "<pre><code>line two &lt;</code></pre>" in text
    assert "line one" not in text
    assert 'class="verdict bad words"' in text
    assert not faults(text)


def test_what_holds_needs_no_line() -> None:
    maps = {kind: diagram(kind) for kind in ("ansatz", "optimum")}
    curves = {kind: boundaries(kind) for kind in maps}
    text = short_section(maps, curves, {"ansatz": agreement("ansatz")}, [GOOD])
    assert "To look closer" not in text
    assert 'class="verdict words"' in text
    assert text.index("They agree") < text.index("<table>")
    assert "Wilson" in text


def test_the_question_and_the_maps() -> None:
    text = asked_section({kind: diagram(kind, 3) for kind in ("ansatz", "optimum")})
    assert "stores 3 features in 2 hidden dimensions, σ = relu" in text
    assert len(re.findall(r'<th scope="row">', text)) == 2


def test_seeds_and_command() -> None:
    text = repeat_section({kind: diagram(kind) for kind in ("optimum", "trained")}, "toytoy verify <here>")
    assert "<code>toytoy verify &lt;here&gt;</code>" in text
    assert "Seeds: 3." in text
    text = repeat_section({"optimum": diagram("optimum")}, "")
    assert "they have no seed" in text
    assert "<pre>" not in text
