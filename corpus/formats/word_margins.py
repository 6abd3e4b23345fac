"""Headers and footers of a Word document: the first page's for the title page, the others as furniture."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpus.formats.ooxml import Package, child, local, value
from corpus.formats.word_lines import Line
from corpus.formats.word_numbering import Counts
from corpus.formats.word_story import Shared, Story
from corpus.formats.word_styles import is_on
from corpus.types import OmissionKind

__all__ = ["Margins"]


@dataclass(slots=True)
class Margins:
    """The headers and footers that the sections name, in order; the first section's first page apart."""

    _first: str | None = None
    _others: list[str] = field(default_factory=list)
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
        if self._sections == 1:
            has_own = child(properties, "titlePg") is not None and is_on(properties, "titlePg")
            self._first = headers.get("first" if has_own else "default")

    def read(self, package: Package, main: str, shared: Shared) -> tuple[list[Line], list[Line]]:
        """Lines for the beginning and lines for the end of the text, each different text once."""
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
            for line in lines:
                line.breaks = ()
            text = "\n".join(line.text for line in lines)
            if text and text not in met:
                met.add(text)
                (head if id == self._first else tail).extend(lines)
        if head:
            head[-1].tight = False
        return head, tail
