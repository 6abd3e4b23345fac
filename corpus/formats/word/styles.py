"""What the styles of a Word document say of its paragraphs: numbers, headings, contents, hidden words."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from corpus.formats.word.ooxml import child, local, value

__all__ = ["NumberedBy", "Style", "Styles", "is_on", "number"]

_OFF = frozenset(("0", "false", "off"))
_LONGEST_CHAIN = 30  # basedOn; Word allows ten, and a circle must end


@dataclass(frozen=True, slots=True)
class NumberedBy:
    """The list a style or a paragraph belongs to: w:numPr. What it does not say is None."""

    list_id: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Style:
    """One style as written, without what it takes over from the style it is based on."""

    id: str
    name: str
    based_on: str | None
    numbered: NumberedBy | None
    outline: int | None
    hidden: bool | None


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: Element | None) -> None:
        """`root` is w:styles, None where there is no such part."""
        self._styles: dict[str, Style] = {}
        self._default: str | None = None
        self._chains: dict[str | None, list[Style]] = {}
        for one in root if root is not None else ():
            if local(one) == "style" and (id := value(one, "styleId")) is not None:
                self._styles[id] = _read(id, one)
                is_default = value(one, "default") not in (None, *_OFF)
                if is_default and value(one, "type") == "paragraph":
                    self._default = id

    def chain(self, id: str | None) -> list[Style]:
        """A style and those it is based on, nearest first; the default paragraph style where `id` is None.

        Example: `[style.name for style in styles.chain("Heading2")] == ["heading 2", "Normal"]`
        """
        if id in self._chains:
            return self._chains[id]
        found: list[Style] = []
        at = id if id is not None else self._default
        while at is not None and at in self._styles and len(found) < _LONGEST_CHAIN:
            found.append(self._styles[at])
            at = self._styles[at].based_on
        if found:
            self._chains[id] = found
        return found

    def numbered(self, id: str | None) -> tuple[NumberedBy, str] | None:
        """The list of the nearest style in the chain that names one, and the id of that style."""
        level = None
        for style in self.chain(id):
            if style.numbered is None:
                continue
            level = style.numbered.level if level is None else level
            if style.numbered.list_id is not None:
                return NumberedBy(style.numbered.list_id, level), style.id
        return None

    def outline(self, id: str | None) -> int | None:
        """The level of a heading from 0 on, None where the style is no heading's (9 means: body text)."""
        levels = (style.outline for style in self.chain(id))
        level = next((level for level in levels if level is not None), None)
        return level if level is not None and 0 <= level < 9 else None

    def is_contents(self, id: str | None) -> bool:
        """Whether paragraphs of the style are lines of a table of contents."""
        return any(style.name.startswith("toc ") for style in self.chain(id))

    def is_hidden(self, id: str | None) -> bool:
        """Whether words in the style are not printed."""
        if id is None:
            return False
        return next((style.hidden for style in self.chain(id) if style.hidden is not None), False)


def is_on(properties: Element | None, name: str) -> bool | None:
    """A switch among the properties of a run or paragraph, None where it is not set."""
    found = child(properties, name)
    return None if found is None else value(found) not in _OFF


def number(text: str | None) -> int | None:
    """A whole number of at most seven digits as XML gives it, None for anything else."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 7 else None


def _read(id: str, style: Element) -> Style:
    properties = child(style, "pPr")
    listed = child(properties, "numPr")
    numbered = None
    if listed is not None:
        numbered = NumberedBy(value(child(listed, "numId")), number(value(child(listed, "ilvl"))))
    return Style(
        id=id,
        name=(value(child(style, "name")) or "").strip().lower(),
        based_on=value(child(style, "basedOn")),
        numbered=numbered,
        outline=number(value(child(properties, "outlineLvl"))),
        hidden=is_on(child(style, "rPr"), "vanish"),
    )
