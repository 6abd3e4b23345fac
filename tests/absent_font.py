"""Make the font that stands for those a PDF does not hold: `python -m tests.absent_font`.

Two glyphs, both a box of one em, and a table (cmap, format 13: many to one, OpenType 1.9) that gives the
box to each character from U+0020 to U+10FFFF.
"""

from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

__all__ = ["WHERE", "make_font"]

WHERE = Path(__file__).parents[1] / "corpus" / "formats" / "pdf" / "absent.ttf"
_EM, _RISE, _FALL, _MARGIN = 1000, 880, -120, 60  # units of the font


def make_font() -> bytes:
    """The bytes of the font, the same on each run.

    Example: `len(make_font()) == 664`
    """
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap({0x4E00: "box"})
    builder.setupGlyf({".notdef": _box(), "box": _box()})
    builder.setupHorizontalMetrics({".notdef": (_EM, _MARGIN), "box": (_EM, _MARGIN)})
    builder.setupHorizontalHeader(ascent=_RISE, descent=_FALL)
    builder.setupNameTable({"familyName": "Yinzheng Absent", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=_RISE, sTypoDescender=_FALL, usWinAscent=_RISE, usWinDescent=-_FALL)
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    every = CmapSubtable.newSubtable(13)
    every.platformID, every.platEncID, every.language = 3, 10, 0
    every.cmap = dict.fromkeys(range(0x20, 0x110000), "box")
    builder.font["cmap"].tables = [every]
    written = BytesIO()
    builder.save(written)
    return written.getvalue()


def _box() -> object:
    pen = TTGlyphPen(None)
    left, right = _MARGIN, _EM - _MARGIN
    pen.moveTo((left, _FALL))
    for corner in ((left, _RISE - 100), (right, _RISE - 100), (right, _FALL)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    WHERE.write_bytes(make_font())
