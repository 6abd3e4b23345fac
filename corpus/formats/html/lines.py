"""The lines that an HTML page makes as its elements open and close."""

import re
from dataclasses import dataclass, field

from corpus.formats.note_marks import raised_text
from corpus.formats.tables import Cell, RowLine, table_lines
from corpus.types import Omission, OmissionKind, Span, TableRow

__all__ = ["Lines"]

_HAN = r"[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF]"
# A line feed in the source of a page is a space between words, and nothing between Han characters
# (CSS Text 3, 4.1.3).
_HAN_BREAK = re.compile(rf"(?<={_HAN})[ \t]*[\r\n][ \t\r\n]*(?={_HAN})")
_WHITE = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 50  # tables in tables that are followed
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_NUMBER_ALONE = re.compile(r"[\d０-９\s.,，:/%()（）–—-]*[\d０-９][\d０-９\s.,，:/%()（）–—-]*")


@dataclass(slots=True)
class _Line:
    text: str
    kind: OmissionKind | None
    apart: bool  # white stands before it
    row: tuple[int, int] | None = None  # the table and the row that it is


@dataclass(slots=True)
class _Row:
    """A row of a table: where its cells begin, as positions among the lines, and how far each reaches.

    When it has ended, `cells` holds the lines of each, `span` where the row stands among the lines.
    """

    starts: list[int] = field(default_factory=list)
    shapes: list[Cell] = field(default_factory=list)
    cells: list[list[_Line]] = field(default_factory=list)
    span: Span = field(default_factory=lambda: Span(0, 0))


@dataclass(slots=True)
class _Table:
    """A table that is being read; `holds_table` where another stands in a cell of it."""

    rows: list[_Row] = field(default_factory=list)
    holds_table: bool = False


@dataclass(slots=True)
class Lines:
    """Lines as they grow. `kind` is set while what is read is furniture.

    Example: `add("1. 甲"); end_line(); add("2. 乙"); end_line(); text()[0] == "1. 甲\\n2. 乙"`
    """

    kind: OmissionKind | None = None
    lines: list[_Line] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _marker: str = ""
    _apart: bool = False
    _rows: list[_Row] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _counted: int = 0  # tables of data so far
    _raised: list[str] | None = None
    _aside: dict[OmissionKind, list[str]] = field(default_factory=dict)

    def add(self, words: str, *, as_is: bool = False) -> None:
        """Words of the line that is being read; `as_is` keeps their white space, as `pre` does."""
        if self._raised is not None:
            self._raised.append(words)
            return
        if as_is:
            first, *others = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._pieces.append(first)
            for line in others:
                self.end_line(keep=True)
                self._pieces.append(line)
            return
        self._pieces.append(words)

    def set_aside(self, kind: OmissionKind, words: str) -> None:
        """Words that are no text, such as deleted ones: a line of their own below the one being read."""
        self._aside.setdefault(kind, []).append(words)

    def mark(self, marker: str) -> None:
        """The marker of a list, to stand before the next line."""
        self._marker += marker

    def raise_words(self) -> None:
        """What follows is raised, until `lower_words`."""
        self._raised = self._raised if self._raised is not None else []

    def lower_words(self) -> None:
        """What was raised ends: it is the mark of a note, or a power."""
        if self._raised is None:
            return
        raised, self._raised = "".join(self._raised), None
        before = "".join(self._pieces[-3:]).rstrip()
        self._pieces.append(raised_text(before, raised))

    def end_line(self, *, apart: bool = False, keep: bool = False) -> None:
        """The line ends, if words stand in it; `apart` puts white before the next, `keep` a blank line."""
        self.lower_words()
        text = _UNSEEN.sub("", "".join(self._pieces))
        self._pieces = []
        text = _WHITE.sub(" ", _HAN_BREAK.sub("", text)).replace("\xa0", " ").strip()
        if text:
            self.lines.append(_Line(self._marker + text, self.kind, self._apart))
            self._marker, self._apart = "", False
        for kind, words in self._aside.items():
            if aside := " ".join("".join(words).split()):
                self.lines.append(_Line(aside, kind, False))
        self._aside = {}
        self._apart = self._apart or apart or (keep and not text)

    def end_item(self) -> None:
        """An item of a list ends; one without words is its marker alone."""
        self.end_line()
        if self._marker.strip():
            self.lines.append(_Line(self._marker.strip(), self.kind, self._apart))
            self._apart = False
        self._marker = ""

    def open_table(self) -> None:
        """A table begins."""
        self.end_line(apart=True)
        for around in self._tables:
            around.holds_table = True
        self._tables = [*self._tables[-_DEEPEST:], _Table()]

    def open_row(self) -> None:
        """A row of a table begins."""
        self.end_line()
        self._rows.append(_Row())

    def open_cell(self, across: int = 1, down: int = 1, *, head: bool = False) -> None:
        """A cell begins that covers so many columns and rows."""
        self.end_line()
        if not self._rows:
            self._rows.append(_Row())
        self._rows[-1].starts.append(len(self.lines))
        self._rows[-1].shapes.append(Cell("", across, down, head))

    def end_row(self) -> None:
        """A row ends. Its cells are one line where a cell is a number alone, else a line each or more.

        A number on a line of its own would read as that of a page.
        """
        self.end_line()
        if not self._rows:
            return
        row = self._rows.pop()
        starts = row.starts
        if not starts:
            return
        bounds = zip(starts, [*starts[1:], len(self.lines)], strict=True)
        row.cells = [self.lines[begin:end] for begin, end in bounds]
        cells = [cell for cell in row.cells if cell]
        single = len(cells) > 1 and all(len(cell) == 1 for cell in cells)
        if single and any(_NUMBER_ALONE.fullmatch(cell[0].text) for cell in cells):
            first = cells[0][0]
            text = " ".join(cell[0].text for cell in cells)
            self.lines[starts[0] :] = [_Line(text, first.kind, first.apart)]
        row.span = Span(starts[0], len(self.lines))
        if self._tables:
            self._tables[-1].rows.append(row)

    def close_table(self) -> None:
        """A table ends: if it holds data, its rows become lines of cells with their heads."""
        self.end_line(apart=True)
        if not self._tables:
            return
        table = self._tables.pop()
        if table.holds_table or not table.rows or self.kind is not None:
            return
        written = table_lines([_cells_of(row) for row in table.rows])
        if written is None:
            return
        self._counted += 1
        self._write_rows(table, {one.at: one for one in written})

    def _write_rows(self, table: _Table, written: dict[int, RowLine]) -> None:
        """Put the lines of a table of data in the place of those of its cells; what is between rows stays."""
        begin, number = table.rows[0].span.start, 0
        old, self.lines[begin:] = self.lines[begin:], []
        at = begin
        for position, row in enumerate(table.rows):
            self.lines += old[at - begin : row.span.start - begin]
            at = max(at, row.span.end)
            if (line := written.get(position)) is not None:
                number += 1
                self.lines.append(_Line(line.text, None, number == 1, (self._counted, number)))
            self.lines += [one for cell in row.cells for one in cell if one.kind is not None]
        self.lines += old[at - begin :]

    def text(self) -> tuple[str, list[Omission], list[TableRow]]:
        """All lines as one text, the furniture among them, and the rows of tables."""
        self.end_line()
        out: list[str] = []
        furniture: list[Omission] = []
        rows: list[TableRow] = []
        at = 0
        for position, line in enumerate(self.lines):
            lead = "" if not position else "\n\n" if line.apart else "\n"
            at += len(lead)
            span = Span(at, at + len(line.text))
            if line.kind is not None:
                furniture.append(Omission(line.kind, span))
            if line.row is not None:
                rows.append(TableRow(span, *line.row))
            out += [lead, line.text]
            at = span.end
        return "".join(out), furniture, rows


def _cells_of(row: _Row) -> list[Cell]:
    """The cells of a row with their words."""
    return [
        shape._replace(text="\n".join(line.text for line in cell if line.kind is None))
        for shape, cell in zip(row.shapes, row.cells, strict=True)
    ]
