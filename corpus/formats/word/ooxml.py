"""An Office Open XML package: its parts, and how they point at each other (ECMA-376 part 2).

Elements are told apart by their local names: the transitional and the strict edition of the format name
the same elements in different namespaces.
"""

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from corpus.errors import BadXml, DamagedFile
from corpus.formats.xml_checks import check_xml
from corpus.formats.zip_checks import checked_zip

__all__ = ["Package", "Relation", "child", "local", "value"]

_XML_NAMES = (".xml", ".rels")


@dataclass(frozen=True, slots=True)
class Relation:
    """A pointer from one part to another; `kind` is the last word of its type, such as `footnotes`."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a package that has passed the checks of `zip_checks`; `name` is for messages."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises BadArchive or BadXml."""
        self.name = name
        self._archive = checked_zip(data, name)
        # Part names are compared without regard to case (ECMA-376 part 2, 6.2.2.3).
        self._names = {entry.casefold(): entry for entry in self._archive.namelist()}

    def __contains__(self, part: str) -> bool:
        """Whether the package has a part."""
        return part.casefold() in self._names

    def read(self, part: str) -> bytes:
        """The bytes of a part, checked as XML. Raises DamagedFile where there is no such part."""
        if part not in self:
            raise DamagedFile(
                f"{self.name} points at {part[:100]!r}, which it does not hold; a whole document was "
                "expected: open it in the program that made it and save it anew"
            )
        data = self._archive.read(self._names[part.casefold()])
        if not part.lower().endswith(_XML_NAMES):  # the others were checked when the archive was opened
            check_xml(data, f"{self.name}: {part}")
        return data

    def root(self, part: str) -> Element:
        """A part as a tree."""
        try:
            return ElementTree.fromstring(self.read(part))
        except ElementTree.ParseError as error:
            raise self._bad(part, error) from error

    def events(self, part: str) -> Iterator[tuple[str, Element]]:
        """A part as `start` and `end` events, read as it goes."""
        source = ElementTree.iterparse(io.BytesIO(self.read(part)), events=("start", "end"))
        try:
            yield from source
        except ElementTree.ParseError as error:
            raise self._bad(part, error) from error

    def _bad(self, part: str, error: Exception) -> BadXml:
        """What only a reader of name spaces finds wrong."""
        return BadXml(
            f"{self.name}: {part} is XML that does not declare its names well ({error}); well-formed XML was "
            "expected: open it in the program that made it and save it anew"
        )

    def relations(self, part: str) -> list[Relation]:
        """Where a part points to inside the package; `""` is the package itself."""
        folder, file = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{file}.rels")
        if where not in self:
            return []
        found = []
        for one in self.root(where):
            target = one.get("Target", "")
            if target and one.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.append(Relation(one.get("Id", ""), one.get("Type", "").rpartition("/")[2], path))
        return found

    def target(self, part: str, kind: str) -> str | None:
        """The part that `part` points at by a relation of one kind, None where it does not."""
        return next((one.target for one in self.relations(part) if one.kind == kind), None)


def local(element: Element) -> str:
    """The name of an element without its namespace.

    Example: `local(Element("{urn:w}p")) == "p"`
    """
    return str(element.tag).rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute by its local name, None where the element or the attribute is absent."""
    if element is None:
        return None
    return next((text for key, text in element.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child, or child of a child, by local names.

    Example: `child(paragraph, "pPr", "numPr")`
    """
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element
