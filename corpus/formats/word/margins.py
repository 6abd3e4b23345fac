"""Headers and footers of a Word document: the first page's for the title page, the others as furniture."""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpus.citations.shadow import shadow
from corpus.citations.symbols import find_symbols
from corpus.formats.word.lines import Line
from corpus.formats.word.numbering import Counts
from corpus.formats.word.ooxml import Package, local, value
from corpus.formats.word.story import Shared, Story
from corpus.formats.word.styles import is_on
from corpus.types import OmissionKind, Span

__all__ = ["Margins"]

# What the United Nations print at the head of a first page only.
_MASTHEAD = re.compile(r"Distr\b|分发[:：]|联合国\s*$|聯合國\s*$|United Nations", re.MULTILINE)


@dataclass(slots=True)
class Margins:
    """The headers and footers that the sections name, in order; the first section's first page apart."""

    _first: str | None = None
    _has_own: bool = False  # whether the first page has a header of its own
    _others: list[str] = field(default_factory=list)
    _footers: set[str] = field(default_factory=set)
    _sections: int = 0

    def section(self, properties: Element) -> None:
        """Take in the w:sectPr of the next section."""
        self._sections += 1
        headers: dict[str, str] = {}
        for one in properties:
            id = value(one, "id")
            if local(one) in ("headerReference", "footerReference") and id is not None:
                self._others.append(id)
                if local(one) == "headerReference":
                    headers[value(one, "type") or "default"] = id
                else:
                    self._footers.add(id)
        if self._sections == 1:
            self._has_own = is_on(properties, "titlePg") or False
            self._first = headers.get("first" if self._has_own else "default")

    def read(self, package: Package, main: str, shared: Shared) -> tuple[list[Line], list[Line]]:
        """Lines for the beginning and lines for the end of the text, each different text once.

        To the beginning go the header that only the first page has, one that has the look of a masthead, and
        of the others a symbol: what else runs over all pages would read as the title.
        """
        targets = {one.id: one.target for one in package.relations(main)}
        head: list[Line] = []
        tail: list[Line] = []
        met, counts = set[str](), Counts()
        for id in dict.fromkeys([self._first, *self._others]):
            part = targets.get(id) if id is not None else None
            if part is None or part not in package:
                continue
            story = Story(shared, OmissionKind.RUNNING_HEAD, counts)
            lines = [line for line in [*story.read(package.root(part)), *story.finish()] if line.text]
            text = "\n".join(line.text for line in lines)
            if text in met:
                continue
            met.add(text)
            whole = id == self._first and (self._has_own or _MASTHEAD.search(text) is not None)
            for line in lines:
                line.breaks = ()
                first = whole or (_is_symbol(line.text) and line.text not in {one.text for one in head})
                (head if first and id not in self._footers else tail).append(line)
        if head:
            head[-1].tight = False
        return head, tail


def _is_symbol(text: str) -> bool:
    """Whether a line is the symbol of a document and nothing else."""
    return any(one.span == Span(0, len(text)) for one in find_symbols(shadow(text), text))
