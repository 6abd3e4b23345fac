"""The rules and images of a page of a PDF: what tables, footnotes and scans are told by."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Box", "Graphics", "Rule", "read_graphics"]

_MOST_OBJECTS = 20_000  # of a page, looked at for rules; a map may hold a hundred thousand
_MOST_SEGMENTS = 2_000  # of a path; a drawing has more, a table fewer
_SHORTEST = 8.0  # points
_THICKEST = 2.5  # points
_NO_WIDTH = 0.001  # points
_NUDGE = 0.002  # radians


class Box(NamedTuple):
    """A rectangle in points, y upwards. Example: `Box(0, 0, 595, 842)` is a sheet of A4."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """In square points; at least one."""
        return max(abs((self.right - self.left) * (self.top - self.bottom)), 1.0)

    def holds(self, x: float, y: float, margin: float) -> bool:
        """Whether a point lies in the box or less than `margin` outside."""
        inside = self.left - margin <= x <= self.right + margin
        return inside and self.bottom - margin <= y <= self.top + margin


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along the page: level, or upright.

    Example: `Rule(70.0, 110.0, 220.0, 110.0)` is level
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 > self.y1 - self.y0

    def turned(self, quarters: int) -> "Rule":
        """The rule on a page turned to the right by so many quarters of a circle."""
        if quarters == 1:
            return Rule(self.y0, -self.x1, self.y1, -self.x0)
        if quarters == 2:
            return Rule(-self.x1, -self.y1, -self.x0, -self.y0)
        if quarters == 3:
            return Rule(-self.y1, self.x0, -self.y0, self.x1)
        return self


@dataclass(slots=True)
class Graphics:
    """Rules of a page, the area of its images in square points, and whether it holds no object at all.

    `lost` counts pieces of text that PDFium will not read.
    """

    rules: list[Rule] = field(default_factory=list)
    images: float = 0.0
    bare: bool = True
    lost: int = 0


def read_graphics(page: Any) -> Graphics:
    """The rules and images of `page`, a `pypdfium2.PdfPage`; those inside form objects are not seen.

    Must come before the text of the page is read: it turns some text a little, see `_keep_text`.
    """
    import pypdfium2.raw as pdfium

    found = Graphics()
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        found.bare = False
        handle = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.images += _bounds(handle).area
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.rules += _rules(handle)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT and not _keep_text(handle):
            found.lost += 1
    return found


def _keep_text(handle: Any) -> bool:
    """Whether PDFium will read a text object; one that it would pass over is turned so that it does not.

    PDFium passes over text objects of no width (`CPDF_TextPage::ProcessTextObject`), and knows the size of
    glyphs only where the font is embedded or installed. Of other fonts it sees the distances of glyphs, so
    that a line which runs upwards has no width until it is turned by a tenth of a degree, and a single
    character has none in any direction.
    """
    import pypdfium2.raw as pdfium

    box = _bounds(handle)
    if box.right - box.left > _NO_WIDTH:
        return True
    if box.top - box.bottom <= _NO_WIDTH:
        return pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(handle)) != 0 or _is_standard(handle)
    cos, sin = math.cos(_NUDGE), math.sin(_NUDGE)
    x, y = box.left, box.bottom
    turn = pdfium.FS_MATRIX(cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)
    return bool(pdfium.FPDFPageObj_TransformF(handle, turn))


def _is_standard(handle: Any) -> bool:
    """Whether a font is one of those that PDFium carries itself: no width is then that of a space."""
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(64)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(handle), name, len(name))
    return name.value.startswith((b"Helvetica", b"Times", b"Courier", b"Arial", b"Symbol", b"ZapfDingbats"))


def _bounds(handle: Any) -> Box:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value)


def _rules(handle: Any) -> Iterator[Rule]:
    """The rules of a path: itself where it is thin, else its straight strokes."""
    import pypdfium2.raw as pdfium

    box = _bounds(handle)
    width, height = box.right - box.left, box.top - box.bottom
    if min(width, height) <= _THICKEST + 2:  # the bounds of a stroke are wider than its line
        if max(width, height) >= _SHORTEST:
            x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            yield Rule(box.left, y, box.right, y) if width > height else Rule(x, box.bottom, x, box.top)
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
    if stroke.value and pdfium.FPDFPath_CountSegments(handle) <= _MOST_SEGMENTS:
        yield from _strokes(handle)


def _strokes(handle: Any) -> Iterator[Rule]:
    import pypdfium2.raw as pdfium

    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    first = before = (math.nan, math.nan)
    for index in range(pdfium.FPDFPath_CountSegments(handle)):
        segment = pdfium.FPDFPath_GetPathSegment(handle, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(before, here)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(here, first)
        before = here


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Rule]:
    width, height = abs(end[0] - start[0]), abs(end[1] - start[1])
    if min(width, height) <= 0.5 and max(width, height) >= _SHORTEST:
        xs, ys = sorted((start[0], end[0])), sorted((start[1], end[1]))
        yield Rule(xs[0], ys[0], xs[1], ys[1])
