"""Tables inside text: those of markdown (| a | b |) and the HTML that converters leave in it.

The text of a table is written anew, a row a line; all other text stays as it is. Offsets count in the text
that this gives. Tags outside tables are marks to the grammar (`corpus.layout.markup`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.formats.extracted import Extracted
from corpus.formats.tables import Cell, join_cells, table_lines
from corpus.types import Omission, Span, TableRow

__all__ = ["extract_text"]

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*\s*")
_PARTED = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?)table\b[^<>]{0,500}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table where it stands in the source, and what is written for it.

    Rows and furniture have spans of `text`; each row has the number of its table among those written here.
    """

    span: Span
    text: str
    rows: list[TableRow] = field(default_factory=list)
    furniture: list[Omission] = field(default_factory=list)


def extract_text(source: str, encoding: str) -> Extracted:
    """A text with its tables written a row a line: 项目：大瓶；押金：一元.

    Example: `extract_text("|项目|押金|\\n|-|-|\\n|大瓶|一元|", "utf-8").text` is that and a line feed
    """
    if "|" not in source and "<" not in source:
        return Extracted(source, encoding)
    out: list[str] = []
    rows: list[TableRow] = []
    furniture: list[Omission] = []
    at = length = tables = 0
    for table in sorted([*_of_html(source), *_of_pipes(source)], key=lambda one: one.span):
        if table.span.start < at:  # inside one that has been read
            continue
        kept = source[at : table.span.start]
        begin = length + len(kept)
        rows += [TableRow(_moved(row.span, begin), tables + row.table, row.row) for row in table.rows]
        furniture += [Omission(one.kind, _moved(one.span, begin)) for one in table.furniture]
        tables += max((row.table for row in table.rows), default=0)
        out += [kept, table.text]
        length, at = begin + len(table.text), table.span.end
    out.append(source[at:])
    return Extracted("".join(out), encoding, furniture=tuple(furniture), rows=tuple(rows))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _of_html(source: str) -> Iterator[_Table]:
    """Tables in tags, read as a page is; one that never ends is left as it is."""
    depth = begin = 0
    for tag in _TABLE_TAG.finditer(source):
        if tag[1]:
            depth = max(0, depth - 1)
            if depth == 0 and begin >= 0:
                yield _read_html(source, Span(begin, tag.end()))
                begin = -1
            continue
        begin = tag.start() if depth == 0 else begin
        depth += 1


def _read_html(source: str, span: Span) -> _Table:
    from corpus.formats.html.elements import PageReader

    reader = PageReader({})
    reader.feed(source[span.start : span.end])
    reader.close()
    text, furniture, rows = reader.lines.text()
    before = "" if source[max(0, span.start - 1) : span.start] in ("\n", "") else "\n"
    after = "" if source[span.end : span.end + 1] in ("\n", "\r", "") else "\n"
    by = len(before)
    return _Table(
        span,
        before + text + after,
        [TableRow(_moved(row.span, by), row.table, row.row) for row in rows],
        [Omission(one.kind, _moved(one.span, by)) for one in furniture],
    )


def _of_pipes(source: str) -> Iterator[_Table]:
    """Tables of markdown: a line of heads, a line of dashes, and lines with | below them."""
    spans = [Span(*line.span()) for line in _LINE.finditer(source)] if "|" in source else []
    at = 1
    while at < len(spans):
        heads, rule = (source[slice(*span)] for span in spans[at - 1 : at + 1])
        if "|" not in heads or not _RULE.fullmatch(rule) or len(_cells(heads)) != len(_cells(rule)):
            at += 1
            continue
        end = at + 1
        while end < len(spans) and "|" in source[slice(*spans[end])]:
            end += 1
        lines = [heads, *(source[slice(*span)] for span in spans[at + 1 : end])]
        yield _read_pipes(Span(spans[at - 1].start, spans[end - 1].end), lines)
        at = end + 1


def _read_pipes(span: Span, lines: Sequence[str]) -> _Table:
    cells = [[Cell(text, head=not at) for text in _cells(line)] for at, line in enumerate(lines)]
    wide = len(cells[0])
    cells = [[*row[:wide], *[Cell("")] * (wide - len(row))] for row in cells]
    written = table_lines(cells)
    if written is None:
        plain = (join_cells([cell.text for cell in row]) for row in cells)
        return _Table(span, "\n".join(text for text in plain if text) + "\n")
    pieces, rows, at = list[str](), list[TableRow](), 0
    for number, row in enumerate(written, 1):
        rows.append(TableRow(Span(at, at + len(row.text)), 1, number))
        pieces.append(row.text + "\n")
        at += len(row.text) + 1
    return _Table(span, "".join(pieces), rows)


def _cells(line: str) -> list[str]:
    inner = line.strip()
    inner = inner[1:] if inner.startswith("|") else inner
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [_BREAK.sub("\n", cell).strip() for cell in _PARTED.split(inner)]
