"""Sphinx extension: the gallery, a card and a page for every script of docs/figures, so that none is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from figure_of import drawn, table
from gallery_pages import GROUPS, Script, scripts, write_pages
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

THUMBNAIL = 480, 320  # a card is about 240 points wide, and screens have two pixels a point
ROWS = 3  # of a table, on its card


def shrink(picture: Path, target: Path) -> None:
    """Save a picture at a card's size."""
    from PIL import Image

    with Image.open(picture) as image:
        small = image.convert("RGB")
        small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
        small.save(target, optimize=True)


class GalleryOf(SphinxDirective):
    """``gallery-of``: a card for every script of docs/figures, below a heading each group."""

    def run(self) -> list[nodes.Node]:
        """Lay out the groups."""
        docs = Path(self.env.srcdir)
        found: list[nodes.Node] = []
        every = scripts(docs)
        for heading in sorted(GROUPS.values(), key=lambda heading: heading != GROUPS[""]):
            section = nodes.section("", nodes.title(heading, heading), ids=[nodes.make_id(heading)])
            cards = nodes.container(classes=["gallery"])
            cards += [self._card(script, docs) for script in every if script.group == heading]
            section += cards
            found.append(section)
        return found

    def _card(self, script: Script, docs: Path) -> nodes.Node:
        self.env.note_dependency(str(script.path))
        card = nodes.container(classes=["gallery-card"])
        card += self._picture(script, docs)
        card += nodes.paragraph("", "", self._link(f"/figures/generated/{script.name}", script.title))
        if script.page:
            card += nodes.paragraph("", "", self._link(f"/{script.page}", None), classes=["gallery-page"])
        return card

    def _picture(self, script: Script, docs: Path) -> nodes.Node:
        if script.makes == "numbers":
            words = script.text.replace("`", "")
            return nodes.paragraph(words, words, classes=["gallery-text"])
        if script.makes == "table":
            head, rows = table(script.path)
            text = "\n".join("  ".join(row) for row in [head, *rows[:ROWS]])
            return nodes.literal_block(text, text, language="text", classes=["gallery-text"])
        picture = docs / script.makes
        if script.makes == "figure":
            picture = docs / "figures" / "generated" / f"{script.name}.png"
            drawn(script.path, picture)
        target = docs / "figures" / "generated" / f"small_{script.name}.png"
        shrink(picture, target)
        return nodes.image(uri=f"/figures/generated/{target.name}", alt=f"{script.title}.", loading="lazy")

    def _link(self, target: str, title: str | None) -> addnodes.pending_xref:
        shown = nodes.inline("", title or target)
        known = {"refdomain": "std", "reftype": "doc", "refdoc": self.env.docname, "refwarn": True}
        return addnodes.pending_xref("", shown, reftarget=target, refexplicit=title is not None, **known)


def _write(app: Sphinx, config: Config) -> None:
    write_pages(Path(app.srcdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive, and write the scripts' pages before Sphinx looks for sources."""
    app.add_directive("gallery-of", GalleryOf)
    app.connect("config-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
