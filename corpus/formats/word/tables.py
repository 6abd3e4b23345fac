"""The rows of a Word table as lines: with the heads of their columns, or cell by cell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.formats.tables import Cell, table_lines
from corpus.formats.word.lines import Line, one_line
from corpus.formats.word.words import Loss

__all__ = ["WordCell", "data_lines", "plain_lines"]


@dataclass(slots=True)
class WordCell:
    """A cell: its lines, and how many columns it covers.

    `goes_on` says that it belongs to the cell above (w:vMerge), `head` that its row is marked as one that is
    printed again at the head of each page (w:tblHeader).
    """

    lines: list[Line]
    across: int = 1
    goes_on: bool = False
    head: bool = False


def plain_lines(row: Sequence[WordCell]) -> list[Line]:
    """The lines of a row of a table that holds no data, in reading order."""
    joined = one_line([cell.lines for cell in row])
    return [joined] if joined else [line for cell in row for line in cell.lines]


def data_lines(rows: Sequence[Sequence[WordCell]], table: int) -> list[list[Line]] | None:
    """For each row of the table with this number its lines; None where it holds no data.

    A head row has no line; what is set aside in cells stands below their row.
    Example: rows 项目, 押金 and 大瓶, 一元 give no line and 项目：大瓶；押金：一元
    """
    written = table_lines(_with_spans(rows))
    if written is None:
        return None
    texts = {one.at: (number, one.text) for number, one in enumerate(written, 1)}
    out: list[list[Line]] = []
    waiting = Counter[Loss]()  # what a head row has lost is told with the row below it
    for at, row in enumerate(rows):
        lines = [line for cell in row for line in cell.lines]
        losses = sum((line.losses for line in lines), Counter[Loss]())
        breaks = [0] if any(line.breaks for line in lines) else []
        aside = [line for line in lines if line.kind is not None]
        if at in texts:
            number, text = texts[at]
            aside.insert(0, Line(text, None, breaks, losses + waiting, tight=True, row=(table, number)))
            waiting = Counter[Loss]()
        else:
            waiting += losses
        out.append(aside)
    if waiting:
        out[-1].append(Line("", losses=waiting))
    return out


def _with_spans(rows: Sequence[Sequence[WordCell]]) -> list[list[Cell]]:
    """The cells with the rows that they cover; those that only go on from the row above are left out."""
    down: list[list[int]] = [[1] * len(row) for row in rows]
    above: dict[int, tuple[int, int]] = {}  # by column: the cell that reaches down to the row before
    for at, row in enumerate(rows):
        reaching: dict[int, tuple[int, int]] = {}
        column = 0
        for place, cell in enumerate(row):
            owner = above.get(column) if cell.goes_on else None
            if owner is not None:
                down[owner[0]][owner[1]] += 1
                down[at][place] = 0
            reaching[column] = owner or (at, place)
            column += cell.across
        above = reaching
    return [
        [
            Cell(_words(cell), cell.across, down[at][place], cell.head)
            for place, cell in enumerate(row)
            if down[at][place]
        ]
        for at, row in enumerate(rows)
    ]


def _words(cell: WordCell) -> str:
    return "\n".join(line.text for line in cell.lines if line.text and line.kind is None)
