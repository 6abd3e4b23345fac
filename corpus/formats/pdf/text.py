"""Write the strips of all pages down as one text, with the offsets of pages and furniture."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.formats.pdf.furniture import PageRows, footnotes_from, mark_running_heads
from corpus.formats.pdf.graphics import Rule
from corpus.formats.pdf.layout import find_gutter, reading_order
from corpus.formats.pdf.lines import Strip, rows_of
from corpus.formats.pdf.tables import join_strips
from corpus.plain_text.radicals import fold_radicals
from corpus.types import Omission, OmissionKind, Span, TableRow

__all__ = ["Sheet", "write_sheets"]

_SEPARATE = 3.0  # of the size: strips of one row further apart are lines of their own
_PARAGRAPH = 1.25  # of the distance of lines: white that parts paragraphs
_USUAL = 0.15  # of the lines: the least distance of so many is that of lines, others are of paragraphs
_OTHER_TYPE = 1.12  # of the size: type so much larger is that of another part, as of a title
_LABEL = re.compile(r"[(（]?[\dA-Za-z一二三四五六七八九十]{1,4}[.．、)）]|[-–—•●▪○]|建\s?[议議]\s?\d{1,3}")
_CUT_WORD = re.compile(r"([A-Za-z]*[a-z])-$")
_REST = re.compile(r"([a-z]+)(\S*)\s*")


@dataclass(slots=True)
class Sheet:
    """A page: its strips from top to bottom, level rules, and what is told of it in `PageContent`."""

    strips: list[Strip] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    characters: int = 0
    unmapped: int = 0
    lost: int = 0
    scanned: bool = False
    bare: bool = False


@dataclass(slots=True)
class _Line:
    """A line of the text; `kind` is set where it is furniture, `y` and `low` are its baselines."""

    text: str
    y: float
    low: float
    size: float = 0.0
    kind: OmissionKind | None = None
    blank_before: bool = False
    row: tuple[bool, int] | None = (
        None  # whether its table goes on from the page before, and its number there
    )


@dataclass(frozen=True, slots=True)
class _Type:
    """Size of the type of most words, and the distance of its lines, in points."""

    size: float
    distance: float


def write_sheets(
    sheets: Sequence[Sheet],
) -> tuple[str, tuple[int, ...], list[Omission], list[TableRow]]:
    """Text, offset of each page, furniture (whole lines), and the rows of tables (whole lines).

    Example: two pages with a line each give `("1. 甲。\\f2. 乙。", (0, 6), [], [])`
    """
    type_ = _main_type(sheets)
    pages = [PageRows(rows_of(sheet.strips), sheet.rules) for sheet in sheets]
    heads = mark_running_heads(pages, type_.distance, type_.size)
    bodies = [[strip for strip in sheet.strips if id(strip) not in heads] for sheet in sheets]
    gutters = sorted({gutter for gutter in map(find_gutter, bodies) if gutter is not None})
    written = [
        list(_lines(sheet, body, heads, gutters, type_)) for sheet, body in zip(sheets, bodies, strict=True)
    ]
    _join_cut_words(written)
    offsets, furniture, rows = list[int](), list[Omission](), list[TableRow]()
    parts: list[str] = []
    at = 0
    for number, lines in enumerate(written):
        if number:
            parts.append("\f")
            at += 1
        offsets.append(at)
        for position, line in enumerate(lines):
            lead = ("\n\n" if line.blank_before else "\n") if position else ""
            at += len(lead)
            if line.kind is not None:
                furniture.append(Omission(line.kind, Span(at, at + len(line.text))))
            if line.row is not None:
                rows.append(TableRow(Span(at, at + len(line.text)), *_numbered(line.row, rows)))
            parts += [lead, line.text]
            at += len(line.text)
    return fold_radicals("".join(parts)), tuple(offsets), furniture, rows


def _numbered(row: tuple[bool, int], before: Sequence[TableRow]) -> tuple[int, int]:
    """The numbers of the table and of the row, which go on where the table does."""
    goes_on, number = row
    table, last = (before[-1].table, before[-1].row) if before else (0, 0)
    return (table, last + 1) if (goes_on and before) or number > 1 else (table + 1, 1)


def _main_type(sheets: Iterable[Sheet]) -> _Type:
    sizes = Counter[float]()
    for sheet in sheets:
        for strip in sheet.strips:
            sizes[round(strip.size * 2) / 2] += len(strip.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    distances = Counter[float]()
    for block in (block for sheet in sheets for block in reading_order(sheet.strips)):
        rows = [row for row in rows_of(block) if abs(row[0].size - size) <= 0.5]
        for above, row in pairwise(rows):
            down = above[0].low - row[0].y
            if 0.9 * size <= down <= 3 * size:
                distances[round(down * 2) / 2] += 1
    enough = _USUAL * distances.total()
    return _Type(size, min((one for one, count in distances.items() if count >= enough), default=1.5 * size))


def _lines(
    sheet: Sheet,
    body: Sequence[Strip],
    heads: Mapping[int, OmissionKind],
    gutters: Sequence[float],
    type_: _Type,
) -> Iterator[_Line]:
    outer = [strip for strip in sheet.strips if id(strip) in heads]
    top = body[0].y if body else float("inf")
    yield from _head_lines([strip for strip in outer if strip.y > top], heads)
    yield from _body(reading_order(body, gutters), sheet.rules, type_)
    yield from _head_lines([strip for strip in outer if strip.y <= top], heads)
    for words, kind in ((sheet.turned, OmissionKind.TURNED), (sheet.hidden, OmissionKind.HIDDEN)):
        for text in words:
            if text.strip():
                yield _Line(" ".join(text.split()), 0.0, 0.0, kind=kind)


def _head_lines(strips: Sequence[Strip], heads: Mapping[int, OmissionKind]) -> Iterator[_Line]:
    for row in rows_of(strips):
        yield _Line(" ".join(strip.text for strip in row), row[0].y, row[0].y, kind=heads[id(row[0])])


def _body(blocks: Sequence[list[Strip]], rules: Sequence[Rule], type_: _Type) -> Iterator[_Line]:
    strips = [strip for block in blocks for strip in block]
    notes: list[_Line] = []
    before: _Line | None = None
    for block in blocks:
        rows = rows_of(block)
        low = min(strip.low for strip in block)
        mine = {id(strip) for strip in block}
        below = [strip for strip in strips if id(strip) not in mine and strip.y < low and _over(strip, block)]
        end = footnotes_from(rows, below, rules, type_.size)
        for row in rows[:end]:
            for line in _row_lines(row):
                if before is not None:
                    line.blank_before = _parts(before, line, type_)
                yield line
                before = line
        for row in rows[end:]:
            for line in _row_lines(row):
                line.kind = OmissionKind.FOOTNOTE
                notes.append(line)
    yield from notes


def _parts(above: _Line, below: _Line, type_: _Type) -> bool:
    """Whether a paragraph ends between two lines: more white than lines of their size have, or other type."""
    smaller, larger = sorted((above.size, below.size))
    if smaller and larger >= _OTHER_TYPE * smaller and above.row is None is below.row:
        return True
    distance = type_.distance * max(1.0, smaller / type_.size)
    return above.low - below.y > _PARAGRAPH * distance


def _over(strip: Strip, block: Sequence[Strip]) -> bool:
    """Whether a strip shares some of the width of a block."""
    left, right = min(one.x0 for one in block), max(one.x1 for one in block)
    return strip.x0 < right and left < strip.x1


def _row_lines(row: Sequence[Strip]) -> Iterator[_Line]:
    """The lines of one row: strips far apart are read one after the other, a label with what follows it."""
    part: list[Strip] = []
    for strip in row:
        if strip.rows:
            for number, text in enumerate(strip.rows, 1):
                row_ = (strip.goes_on, number) if strip.heads is not None else None
                yield _Line(text, strip.y, strip.low, strip.size, row=row_)
            continue
        label = len(part) == 1 and _LABEL.fullmatch(part[0].text)
        if part and strip.x0 - part[-1].x1 > _SEPARATE * strip.size and not label:
            yield _line(part)
            part = []
        part.append(strip)
    if part:
        yield _line(part)


def _line(part: Sequence[Strip]) -> _Line:
    """The strips of a row as one line, in the type of its longest."""
    longest = max(part, key=lambda strip: len(strip.text))
    return _Line(join_strips(part), part[0].y, part[0].y, longest.size)


def _join_cut_words(pages: Sequence[Sequence[_Line]]) -> None:
    """Take the hyphen out of a Latin word cut at the end of a line, where the document has the whole word.

    Nothing tells the hyphen of a cut word from that of man-made but the word itself, elsewhere.
    """
    lines = [line.text.lower() for page in pages for line in page]
    words = {word for line in lines for word in re.findall(r"[a-z\-]+", line)}
    for page in pages:
        for line, after in pairwise(page):
            cut, rest = _CUT_WORD.search(line.text), _REST.match(after.text)
            if cut is None or rest is None or line.kind is not after.kind:
                continue
            begun, ended = cut[1].lower(), rest[1]
            if begun + ended in words and f"{begun}-{ended}" not in words and after.text[rest.end() :]:
                line.text = line.text[:-1] + rest[1] + rest[2]
                after.text = after.text[rest.end() :]
