"""One page of a PDF as PDFium sees it: characters with their places, rules, and what is not to be read.

Coordinates are in points as a reader sees the page: x to the right, y up, whatever way the page or its
text is turned in the file.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.formats.pdf.graphics import Box, Rule, read_graphics

__all__ = ["SOFT_HYPHEN", "Char", "PageContent", "read_page"]

_SMALLEST_TYPE = 1.5  # points; nobody reads what is smaller
_LARGEST_TYPE = 2_000.0  # points
_OBLIQUE = 0.03  # of a quarter turn
_LOST = "\ufffd"
_ZERO_WIDTH = frozenset((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ["ff", "fi", "fl", "ffi", "ffl", "st", "st"], strict=True))
SOFT_HYPHEN = "\xad"


@dataclass(slots=True)
class Char:
    """A character (or a ligature, as letters) with its left and right edge, its baseline and size in points.

    Example: `Char("贩", 70.0, 80.5, 700.0, 10.5)`
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class PageContent:
    """What stands on a page.

    `chars` are the characters that a reader sees upright. `turned` and `hidden` are words of other
    directions, and words that are invisible, minute or off the page. `unmapped` counts characters without
    Unicode (each is U+FFFD in `chars`), `lost` pieces of text that could not be read at all. `scanned` says
    that the words are the invisible layer that text recognition has put over an image. `bare` says that
    nothing is painted here at all.
    """

    chars: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    unmapped: int = 0
    lost: int = 0
    scanned: bool = False
    bare: bool = False


@dataclass(slots=True)
class _Painted:
    """The characters of one text object, which share a direction and a way of painting."""

    direction: int | None  # quarter turns to the left, 0 to 3; None where it is oblique
    visible: bool
    chars: list[Char] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)


def read_page(page: Any) -> PageContent:
    """What stands on `page`, a `pypdfium2.PdfPage`.

    Raises pypdfium2.PdfiumError where the page cannot be read.
    """
    found = PageContent()
    bounds = Box(*page.get_bbox())
    graphics = read_graphics(page)
    objects = _text_objects(page, bounds, found)
    shown = [one for one in objects if one.visible]
    unseen = [one for one in objects if not one.visible]
    if graphics.images >= 0.5 * bounds.area and _length(unseen) > _length(shown):
        shown, unseen, found.scanned = objects, [], True
    counts = Counter[int]()
    for one in shown:
        if one.direction is not None:
            counts[one.direction] += len(one.chars)
    upright = counts.most_common(1)[0][0] if counts else 0
    for one in shown:
        if one.direction == upright:
            found.chars += one.chars
        elif one.chars:
            found.turned.append(one.text)
    found.hidden += [one.text for one in unseen if one.chars]
    found.rules = [rule.turned(upright) for rule in graphics.rules]
    found.lost = graphics.lost
    found.bare = graphics.bare and not objects
    return found


def _length(objects: Sequence[_Painted]) -> int:
    return sum(len(one.chars) for one in objects)


def _text_objects(page: Any, bounds: Box, found: PageContent) -> list[_Painted]:
    """The words of a page by the objects that paint them."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    objects: list[_Painted] = []
    last, size = 0, 0.0
    off_page: list[str] = []
    for index in range(textpage.count_chars()):
        handle = pdfium.FPDFText_GetTextObject(textpage, index)
        if not handle:  # white space that PDFium has put in
            continue
        address = ctypes.addressof(handle.contents)
        if address != last or not objects:
            last = address
            size, direction = _size_and_direction(textpage, index)
            objects.append(_Painted(direction, size >= _SMALLEST_TYPE and _is_painted(handle)))
        text = _character(textpage, index, found)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        if not bounds.holds(x.value, y.value, size):
            off_page.append(text)
            continue
        if not text:
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
        objects[-1].chars.append(_char(text, x.value, y.value, box, size, objects[-1].direction or 0))
    textpage.close()
    found.hidden += ["".join(off_page)] if off_page else []
    return objects


def _is_painted(handle: Any) -> bool:
    import pypdfium2.raw as pdfium

    unseen = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    return pdfium.FPDFTextObj_GetTextRenderMode(handle) not in unseen


def _size_and_direction(textpage: Any, index: int) -> tuple[float, int | None]:
    """Size of type in points, and the direction in which it runs."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    size = abs(pdfium.FPDFText_GetFontSize(textpage, index)) * math.hypot(matrix.c, matrix.d)
    if not 0 <= size < _LARGEST_TYPE:  # or no number at all, in a damaged file
        return 0.0, None
    turns = math.degrees(math.atan2(matrix.b, matrix.a)) / 90
    return size, round(turns) % 4 if abs(turns - round(turns)) < _OBLIQUE else None


def _character(textpage: Any, index: int, found: PageContent) -> str:
    """The character at `index`; U+FFFD where the file does not say which one its glyph is.

    PDFium gives U+0002 for a hyphen at the end of a line, soft or not.
    """
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(textpage, index)
    if code == 2:
        return SOFT_HYPHEN
    private = 0xE000 <= code < 0xF900 or code >= 0xF0000
    nothing = code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or code > 0x10FFFF
    if nothing or private or pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1:
        found.unmapped += 1
        return _LOST
    character = chr(code)
    if character.isspace():
        return " "
    if code < 0x20 or code in _ZERO_WIDTH:
        return ""
    return _LIGATURES.get(character, character)


def _char(text: str, x: float, y: float, box: Any, size: float, direction: int) -> Char:
    """A character with its edges and baseline turned so that its text runs to the right."""
    if direction == 1:
        return Char(text, box.bottom, box.top, -x, size)
    if direction == 2:
        return Char(text, -box.right, -box.left, -y, size)
    if direction == 3:
        return Char(text, -box.top, -box.bottom, x, size)
    return Char(text, box.left, box.right, y, size)
