"""Set a document as the pages of a PDF: columns, running heads, footnotes, drawn with reportlab.

The CID font STSong-Light is named in the file and not embedded, so that no font is needed to make one.
"""

import io
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image
from reportlab.lib.pagesizes import A4, A5, B5, LETTER, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.layouts import Element

FONT = "STSong-Light"
NOT_FIRST = "，。；：、）》”’！？] "
NOT_LAST = "（《“‘["


@dataclass(frozen=True)
class PdfLayout:
    """One way of setting pages; lengths in points."""

    page: tuple[float, float] = A4
    size: float = 10.5
    margin: float = 72.0
    columns: int = 1
    gutter: float = 24.0
    leading: float = 1.5  # of the size
    between: float = 0.6  # of the leading: white between paragraphs
    indent: float = 0.0  # of the first line
    hanging: bool = False  # a label stands in the margin of its paragraph
    head: str = ""  # {page}, {pages}: at the top, odd pages right, even pages left
    foot: str = ""
    alternate: bool = True
    rule: bool = False  # below the running head
    notes: bool = False  # a footnote on some pages
    note_size: float = 0.8
    justified: bool = False
    recommendation_line: bool = True  # 建议 N on a line of its own


def draw_layout(rng: random.Random) -> PdfLayout:
    """A layout at random, reproducible from the state of `rng`."""
    columns = rng.choice([1, 1, 1, 2])
    page = rng.choice([A4, A4, LETTER, B5, A5] if columns == 1 else [A4, LETTER, landscape(A4)])
    return PdfLayout(
        page=page,
        size=rng.choice([9.0, 10.5, 10.5, 12.0]),
        margin=rng.choice([50.0, 72.0, 90.0]),
        columns=columns,
        gutter=rng.choice([18.0, 24.0, 36.0]),
        leading=rng.choice([1.25, 1.5, 1.8]),
        between=rng.choice([0.0, 0.5, 1.0]),
        indent=rng.choice([0.0, 2.0]),
        hanging=rng.random() < 0.3,
        head=rng.choice(
            ["", "RIV/COP/2031/9", "RIV/COP/2031/9|{page}", "跨界河流塑料污染问题工作组的报告|{page}"]
        ),
        foot=rng.choice(
            [
                "",
                "{page}",
                "- {page} -",
                "{page}/{pages}",
                "V.31-04512|{page}/{pages}",
                "第 {page} 页，共 {pages} 页",
            ]
        ),
        alternate=rng.random() < 0.6,
        rule=rng.random() < 0.4,
        notes=rng.random() < 0.5,
        note_size=rng.choice([0.8, 0.85]),
        justified=rng.random() < 0.5,
        recommendation_line=rng.random() < 0.7,
    )


@dataclass
class Setter:
    """Puts paragraphs on pages, column by column."""

    layout: PdfLayout
    out: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.canvas = Canvas(self.out, pagesize=self.layout.page)
        self.width, self.height = self.layout.page
        self.number, self.column, self.note = 1, 0, 0
        self.columns = self.layout.columns
        self.note_height = 0.0
        self.top = self.height - self.layout.margin
        self._open_page()

    @property
    def column_width(self) -> float:
        inner = self.width - 2 * self.layout.margin
        return (inner - self.layout.gutter * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return self.layout.margin + self.column * (self.column_width + self.layout.gutter)

    def text(self, x: float, y: float, text: str, size: float) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, y, text)

    def _open_page(self) -> None:
        self.y = self.top
        self.bottom = self.layout.margin
        self.note += 1
        if self.layout.notes and self.number % 2:
            self._footnote()

    def _footnote(self) -> None:
        size = self.layout.size * self.layout.note_size
        words = f"见《防止跨界河流塑料污染公约》缔约方会议第 {self.note} 号决定，其中还载有工作组的职权范围和今后会议的安排。"
        lines = wrap(words, self.width - 2 * self.layout.margin - 20, size)
        self.bottom = self.layout.margin + 1.3 * size * len(lines) + 14
        y = self.bottom - 14
        self.canvas.line(self.layout.margin, y + size + 4, self.layout.margin + 120, y + size + 4)
        self.text(self.layout.margin, y + 3, str(self.note), size * 0.6)
        for at, line in enumerate(lines):
            self.text(self.layout.margin + 10, y - at * 1.3 * size, line, size)

    def close_page(self) -> None:
        for template, y in ((self.layout.head, self.height - 36), (self.layout.foot, 30)):
            words = template.format(page=self.number, pages=99).split("|") if template else []
            if words and not (self.number == 1 and y > 36):
                self._edge(words, y)
        self.canvas.showPage()
        self.number += 1

    def _edge(self, words: Sequence[str], y: float) -> None:
        size = self.layout.size * 0.9
        left = self.layout.alternate and self.number % 2 == 0
        right = self.width - self.layout.margin - pdfmetrics.stringWidth(words[-1], FONT, size)
        if len(words) == 1:
            self.text(self.layout.margin if left else right, y, words[0], size)
        else:
            first, last = (words[1], words[0]) if left else words
            right = self.width - self.layout.margin - pdfmetrics.stringWidth(last, FONT, size)
            self.text(self.layout.margin, y, first, size)
            self.text(right, y, last, size)
        if self.layout.rule and y > 36:
            self.canvas.line(self.layout.margin, y - 5, self.width - self.layout.margin, y - 5)

    def new_column(self) -> None:
        self.column += 1
        self.y = self.top
        if self.column == self.columns:
            self.close_page()
            self.column, self.top = 0, self.height - self.layout.margin
            self._open_page()

    def paragraph(self, text: str, label: str = "", size: float | None = None) -> None:
        size = size or self.layout.size
        step = size * self.layout.leading
        hang = 26.0 if self.layout.hanging and label else 0.0
        first = 0.0 if hang or not label else self.layout.indent * size
        if label and not hang:
            text = f"{label} {text}"
        lines = wrap(text, self.column_width - hang, size, first)
        for at, line in enumerate(lines):
            if self.y - step < self.bottom:
                self.new_column()
            self.y -= step
            if hang and not at:
                self.text(self.left, self.y, label, size)
            x = self.left + hang + (first if not at else 0.0)
            self._line(
                x,
                line,
                size,
                self.layout.justified and at + 1 < len(lines),
                self.left + self.column_width - x,
            )
        self.y -= self.layout.between * step

    def _line(self, x: float, line: str, size: float, justified: bool, width: float) -> None:
        space = (width - pdfmetrics.stringWidth(line, FONT, size)) / max(len(line) - 1, 1)
        if not justified or not 0 < space < 0.3 * size:
            self.text(x, self.y, line, size)
            return
        self.canvas.setFont(FONT, size)
        text = self.canvas.beginText(x, self.y)
        text.setCharSpace(space)
        text.textOut(line)
        text.setCharSpace(0)
        self.canvas.drawText(text)

    def save(self) -> bytes:
        self.close_page()
        self.canvas.save()
        return self.out.getvalue()


def wrap(text: str, width: float, size: float, first: float = 0.0) -> list[str]:
    """Lines of at most `width`, the first shorter by `first`; no line begins with a closing mark."""
    pieces = re.findall(r"[A-Za-z0-9./\-]+\s?|.", text)
    lines, line, room = list[str](), "", width - first
    for piece in pieces:
        if line and pdfmetrics.stringWidth(line + piece.rstrip(), FONT, size) > room:
            carried = ""
            if piece in NOT_FIRST:
                line, carried = line[:-1], line[-1]
            while line and line[-1] in NOT_LAST:
                line, carried = line[:-1], line[-1] + carried
            lines.append(line)
            line, room = carried, width
        line += piece
        while pdfmetrics.stringWidth(line, FONT, size) > 1.05 * room:  # a word longer than the line
            cut = next(
                at for at in range(len(line), 0, -1) if pdfmetrics.stringWidth(line[:at], FONT, size) <= room
            )
            lines.append(line[:cut])
            line, room = line[cut:], width
    return [*lines, line] if line.strip() else lines


def render_pdf(head: str, elements: Sequence[Element], layout: PdfLayout) -> bytes:
    """The document as a PDF file."""
    setter = Setter(layout)
    for line in head.split("\n"):
        setter.paragraph(line)
    for element in elements:
        if element.what in ("heading", "annex"):
            setter.y -= 6
            setter.paragraph(element.text, size=layout.size * 1.1)
        elif element.what == "paragraph":
            setter.paragraph(element.text, f"{element.number}.")
        elif layout.recommendation_line:
            setter.paragraph(f"建议 {element.number}")
            setter.paragraph(element.text)
        else:
            setter.paragraph(f"建议 {element.number}：{element.text}")
    return setter.save()


def draw(paint: Callable[[Canvas], None], **options: object) -> bytes:
    """A PDF of what `paint` puts on its pages."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    canvas.setFont(FONT, 10.5)
    paint(canvas)
    canvas.save()
    return out.getvalue()


def write(
    canvas: Canvas, lines: list[str], x: float = 72, y: float = 760, size: float = 10.5, step: float = 16
) -> None:
    canvas.setFont(FONT, size)
    for at, line in enumerate(lines):
        canvas.drawString(x, y - at * step, line)


def image_page(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 84), 200)), 0, 0, *A4)
