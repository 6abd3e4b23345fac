"""One font for all that a PDF names and does not hold, where text would be lost without it.

PDFium takes an object of text for nothing where its glyphs are 0 points wide, and so they are where the
file leaves a Chinese font to the machine and the machine has none: a cell that holds one character (无, —)
was gone. `absent.ttf` gives a box for each character of Unicode in 664 bytes, whatever its letters look
like. Fonts of the Latin standard have their widths from PDFium itself and stay there. The box is as wide as a
Chinese character, so lines with many figures are measured too wide: a page that loses nothing is read
without it. Made by `tests/absent_font.py`.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["absent_fonts_mapped"]

_WITHIN_PDFIUM = (b"Helvetica", b"Arial", b"Times", b"Courier", b"Symbol", b"ZapfDingbats")
_WESTERN = (0, 1, 2)  # FXFONT_ANSI_CHARSET, FXFONT_DEFAULT_CHARSET, FXFONT_SYMBOL_CHARSET
_THE_FONT = 1  # its handle: any number but 0, which would say that there is none


@contextmanager
def absent_fonts_mapped() -> Iterator[None]:
    """Documents opened here have the one font for each that they name and do not hold.

    Example: `with absent_fonts_mapped(): PdfDocument(data)`
    """
    import pypdfium2.raw as pdfium

    pdfium.FPDF_SetSystemFontInfo(ctypes.byref(_one_font()))
    try:
        yield
    finally:
        pdfium.FPDF_SetSystemFontInfo(pdfium.FPDF_GetDefaultSystemFontInfo())


@cache
def _one_font() -> Any:
    """The structure by which PDFium asks for fonts; it has to live as long as PDFium may ask."""
    import pypdfium2.raw as pdfium

    data = files("corpus.formats.pdf").joinpath("absent.ttf").read_bytes()
    kinds = dict(pdfium.FPDF_SYSFONTINFO._fields_)

    def find(info: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> Any:
        name = ctypes.string_at(face) if face else b""
        return None if charset in _WESTERN and name.startswith(_WITHIN_PDFIUM) else _THE_FONT

    def hand_out(info: Any, font: Any, table: int, buffer: Any, size: int) -> int:
        if table:  # of a collection of fonts, which this is not
            return 0
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    return pdfium.FPDF_SYSFONTINFO(
        version=1,
        Release=kinds["Release"](lambda info: None),
        EnumFonts=kinds["EnumFonts"](lambda info, mapper: None),
        MapFont=kinds["MapFont"](find),
        GetFont=kinds["GetFont"](lambda info, face: _THE_FONT),
        GetFontData=kinds["GetFontData"](hand_out),
        GetFaceName=kinds["GetFaceName"](lambda info, font, buffer, size: 0),
        GetFontCharset=kinds["GetFontCharset"](lambda info, font: 0),
        DeleteFont=kinds["DeleteFont"](lambda info, font: None),
    )
