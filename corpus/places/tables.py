"""Rows of tables: told by the reader of the file, or set with tabs in plain text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.layout.lines import Line
from corpus.plain_text.numerals import parse_numeral
from corpus.types import OmissionKind, TableRow

__all__ = ["Tables", "find_tables"]

_CAPTION = re.compile(r"[附]?表\s?(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})(?:[\s　:：.．、]+.{0,80})?")
_FEWEST_CELLS = 3
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `table` and `row` count from 1; `caption` is the line above the table, if it has one."""

    table: int
    row: int
    caption: Line | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows by index of their line, and the lines that are heads or captions of tables.

    Example: `rows[12].label` is `表1第3行`
    """

    rows: dict[int, Row]
    aside: dict[int, OmissionKind]


def find_tables(lines: Sequence[Line], source: str, told: Sequence[TableRow]) -> Tables:
    """Rows of all tables among `lines` (blank ones and furniture left out); `told` are those of the file.

    A table of plain text is two neighbouring lines or more with the same number of cells, three or more,
    set apart by tabs; the first is its head.
    """
    groups = [*_told(lines, told), *([] if told else _tabbed(lines, source))]
    rows: dict[int, Row] = {}
    aside: dict[int, OmissionKind] = {}
    used: set[int] = set()
    for order, (head, members) in enumerate(sorted(groups, key=lambda one: one[1][0][0]), 1):
        first = head if head is not None else members[0][0]
        caption = _caption(lines, first)
        number = _number(caption) if caption is not None else None
        table = number if number is not None and number not in used else order
        while table in used:
            table += 1
        used.add(table)
        rows |= {lines[at].index: Row(table, row, caption) for at, row in members}
        if head is not None:
            aside[lines[head].index] = OmissionKind.HEADING
        if caption is not None:
            aside[caption.index] = OmissionKind.HEADING
    return Tables(rows, aside)


_Group = tuple[int | None, list[tuple[int, int]]]


def _told(lines: Sequence[Line], told: Sequence[TableRow]) -> list[_Group]:
    """One group for each table of the file: positions of its lines with the numbers of the rows."""
    tables: dict[int, list[tuple[int, int]]] = {}
    at = 0
    for row in sorted(told, key=lambda one: one.span):
        while at < len(lines) and lines[at].span.end <= row.span.start:
            at += 1
        while at < len(lines) and lines[at].span.start < row.span.end:
            tables.setdefault(row.table, []).append((at, row.row))
            at += 1
    return [(None, members) for members in tables.values()]


def _tabbed(lines: Sequence[Line], source: str) -> list[_Group]:
    cells = [_cells(source[line.span.start : line.span.end]) for line in lines]
    groups: list[_Group] = []
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and cells[end] == cells[at] >= _FEWEST_CELLS:
            end += 1
        if cells[at] >= _FEWEST_CELLS and end - at >= _FEWEST_ROWS:
            groups.append((at, [(position, position - at) for position in range(at + 1, end)]))
        at = end
    return groups


def _cells(raw: str) -> int:
    return len([cell for cell in raw.strip().split("\t") if cell.strip()]) if "\t" in raw.strip() else 0


def _caption(lines: Sequence[Line], first: int) -> Line | None:
    line = lines[first - 1] if first else None
    return line if line is not None and _CAPTION.fullmatch(line.text) else None


def _number(line: Line) -> int | None:
    match = _CAPTION.fullmatch(line.text)
    return parse_numeral(match["number"]) if match else None
