"""A paper as DOCX, through python-docx."""

from io import BytesIO
from typing import TYPE_CHECKING

from api.files.extras import need
from api.files.papers.model import Block, Facts, Heading, Paper, Quotation
from api.visible import visible
from search.wording.compare import ChangeKind

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["to_docx"]

_FONT = "宋体"  # SimSun, the body face of Chinese office documents; a reader without it takes its own


def to_docx(paper: Paper) -> bytes:
    """The paper as a DOCX file; raises ExportUnavailable where python-docx is not installed.

    Quotations stand in the style "Quote", the citation below after a dash. Of a wording, what was dropped is
    struck through and what was added underlined: by the type alone, so that nobody accepts it by mistake.
    Example: `to_docx(Paper("甲", ()))[:2] == b"PK"`
    """
    with need("DOCX", "python-docx"):
        from docx import Document
    document = Document()
    _set_font(document)
    document.core_properties.title = _text(paper.title)[:255]  # ECMA-376 part 2: a short string
    document.core_properties.author = ""
    document.add_heading(_text(paper.title), 0)
    for block in paper.blocks:
        _add(document, block)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add(document: "Document", block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(_text(block.text), min(block.level, 9))
    elif isinstance(block, Facts):
        table = document.add_table(rows=0, cols=2)
        for name, value in block.rows:
            for cell, text in zip(table.add_row().cells, (name, value), strict=True):
                cell.text = _text(text)
    elif isinstance(block, Quotation):
        _add_quotation(document, block)
    else:
        document.add_paragraph(_text(block.text))


def _add_quotation(document: "Document", block: Quotation) -> None:
    if block.rank is not None:
        document.add_paragraph(f"{block.rank}.")
    document.add_paragraph(_text(block.text), style="Quote")
    document.add_paragraph(f"——{_text(block.citation)}")
    if block.wording:
        paragraph = document.add_paragraph("对照：")
        for piece in block.wording:
            run = paragraph.add_run(_text(piece.text))
            run.font.strike = piece.kind is ChangeKind.DROPPED or None
            run.font.underline = piece.kind is ChangeKind.ADDED or None
    for note in block.notes:
        document.add_paragraph(_text(note), style="List Bullet")


def _set_font(document: "Document") -> None:
    """Name the face for Chinese characters, which python-docx's own template leaves to chance."""
    from docx.oxml.ns import qn

    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _FONT)


def _text(text: str) -> str:
    return visible(text)
