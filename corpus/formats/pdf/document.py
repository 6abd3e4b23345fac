"""PDF with a text layer to text: pages, lines in reading order, and the furniture of the pages.

The way of a file: each page to characters (`pdf_page`), characters to strips (`pdf_lines`), ruled tables
folded (`pdf_tables`), running heads told over all pages and notes at the end of each column
(`pdf_furniture`), columns put one after the other (`pdf_layout`), lines written down (`pdf_text`).
Pages are parted by a form feed, which the grammar understands. PDFium reads the file.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from corpus.errors import DamagedFile, EncryptedFile, NoTextLayer
from corpus.formats.extracted import Extracted
from corpus.formats.pdf.fonts import absent_fonts_mapped
from corpus.formats.pdf.lines import find_strips
from corpus.formats.pdf.page import read_page
from corpus.formats.pdf.tables import LastTable, fold_tables
from corpus.formats.pdf.text import Sheet, write_sheets
from corpus.types import Anomaly, AnomalyKind, Span

__all__ = ["extract_pdf"]

_MOST_PAGES = 5_000  # of one document
_MOST_UNMAPPED = 0.5  # share of characters without Unicode; above it nobody could read the rest
_PASSWORD = 4  # FPDF_ERR_PASSWORD of PDFium
_SECURITY = 5  # FPDF_ERR_SECURITY


def extract_pdf(data: bytes, name: str) -> Extracted:
    """The text of a PDF file; `name` is for messages.

    Raises DamagedFile, EncryptedFile, or NoTextLayer where the pages hold images of text alone.
    Example: `extract_pdf(path.read_bytes(), "report.pdf").pages == (0, 1204, 2377)`
    """
    sheets = _sheets(data, name)
    if any(sheet.lost for sheet in sheets):
        with absent_fonts_mapped():
            again = _sheets(data, name)
        sheets = [other if one.lost else one for one, other in zip(sheets, again, strict=True)]
    _refuse_without_text(sheets, name)
    text, pages, furniture, rows = write_sheets(sheets)
    return Extracted(
        text, "pdf", pages, tuple(furniture), tuple(_anomalies(sheets, text, pages)), tuple(rows)
    )


def _sheets(data: bytes, name: str) -> list[Sheet]:
    document = _open(data, name)
    try:
        last = LastTable()
        return [_sheet(document, number, name, last) for number in range(_count(document, name))]
    finally:
        document.close()


def _open(data: bytes, name: str) -> Any:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise EncryptedFile(
                f"{name} needs a password; a PDF that opens without one was expected: save a copy of it "
                "without protection, e.g. with qpdf --decrypt --password=…"
            ) from error
        if error.err_code == _SECURITY:
            raise EncryptedFile(
                f"{name} is encrypted in a way that PDFium does not know; "
                "a PDF without protection was expected: save a copy of it without"
            ) from error
        raise DamagedFile(
            f"{name} cannot be opened as a PDF ({error}); a whole PDF file was expected: "
            "fetch it again, or print it to a new PDF"
        ) from error


def _count(document: Any, name: str) -> int:
    count = len(document)
    if count > _MOST_PAGES:
        raise DamagedFile(
            f"{name} has {count} pages; at most {_MOST_PAGES} were expected: cut it into documents"
        )
    return count


def _sheet(document: Any, number: int, name: str, last: LastTable) -> Sheet:
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
        try:
            content = read_page(page)
        finally:
            page.close()
    except PdfiumError as error:
        raise DamagedFile(
            f"{name}: page {number + 1} cannot be read ({error}); a whole PDF file was expected: "
            "fetch it again, or print it to a new PDF"
        ) from error
    strips = fold_tables(find_strips(content.chars, content.rules), content.rules, last)
    return Sheet(
        strips=strips,
        rules=[rule for rule in content.rules if rule.level],
        turned=content.turned,
        hidden=content.hidden,
        characters=sum(char.text != " " for char in content.chars),
        unmapped=content.unmapped,
        lost=content.lost,
        scanned=content.scanned,
        bare=content.bare,
    )


def _refuse_without_text(sheets: Sequence[Sheet], name: str) -> None:
    characters = sum(sheet.characters for sheet in sheets)
    if not characters:
        raise NoTextLayer(
            f"{name} has {len(sheets)} page(s) and no text on them, as a scan has; a PDF with a text layer "
            "was expected: run text recognition on it first, e.g. with ocrmypdf -l chi_sim"
        )
    unmapped = sum(sheet.unmapped for sheet in sheets)
    if unmapped > _MOST_UNMAPPED * characters:
        raise NoTextLayer(
            f"{name}: its fonts do not tell which characters {unmapped} of {characters} glyphs are; "
            "a PDF with a text layer was expected: run text recognition on it first, "
            "e.g. with ocrmypdf --force-ocr -l chi_sim"
        )


def _anomalies(sheets: Sequence[Sheet], text: str, pages: Sequence[int]) -> Iterator[Anomaly]:
    spans = [Span(begin, max(begin, end - 1)) for begin, end in pairwise([*pages, len(text) + 1])]
    for group in _runs([not sheet.characters and not sheet.bare for sheet in sheets]):
        message = f"{_pages(group)} without text: images, which text recognition would have to read"
        yield Anomaly(AnomalyKind.PAGE_WITHOUT_TEXT, message, spans[group[0]])
    for group in _runs([sheet.scanned for sheet in sheets]):
        message = f"{_pages(group)} read by text recognition: the words may differ from the image"
        yield Anomaly(AnomalyKind.RECOGNISED_TEXT, message, spans[group[0]])
    for number, sheet in enumerate(sheets):
        if sheet.unmapped:
            at = max(text.find("\ufffd", spans[number].start, spans[number].end), spans[number].start)
            message = f"page {number + 1}: the fonts of the file do not tell {sheet.unmapped} character(s)"
            yield Anomaly(AnomalyKind.UNMAPPED_CHARACTERS, message, Span(at, min(at + 1, len(text))))
        if sheet.lost:
            message = (
                f"page {number + 1}: {sheet.lost} piece(s) of text in fonts that the file does not embed"
            )
            message += " could not be read: install fonts of Chinese, or print the file with its fonts"
            yield Anomaly(AnomalyKind.UNREAD_TEXT, message, spans[number])
        hidden = sum(len(words.strip()) for words in sheet.hidden)
        if hidden:
            message = f"page {number + 1}: {hidden} character(s) that a reader does not see were left out"
            yield Anomaly(AnomalyKind.HIDDEN_TEXT, message, spans[number])


def _runs(marks: Sequence[bool]) -> Iterator[list[int]]:
    """Stretches of neighbouring true marks, as positions."""
    run: list[int] = []
    for at, mark in enumerate([*marks, False]):
        if mark:
            run.append(at)
        elif run:
            yield run
            run = []


def _pages(group: Sequence[int]) -> str:
    return f"page {group[0] + 1} is" if len(group) == 1 else f"pages {group[0] + 1} to {group[-1] + 1} are"
