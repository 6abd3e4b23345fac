"""Tables of any format to lines: one line a row, each cell after the head of its column.

A table that only arranges a page (two languages side by side, a masthead) is no table here: it stays
lines of text. Where no row is marked as the head, the first is, if it reads like one; where none does, the
cells stand without heads.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from corpus.layout.lines import ends_sentence

__all__ = ["Cell", "RowLine", "join_cells", "table_heads", "table_lines"]

_MOST_COLUMNS = 200
_MOST_PLACES = 200_000  # rows by columns: spans of a few bytes could ask for any number
_LONGEST_HEAD = 40  # characters of a cell that may be a head without being marked as one
_LONGEST_PLAIN = 60  # of a cell in a table that has no head at all
_NUMBER = re.compile(r"[\d０-９\s.,，:/%％()（）–—-]*[\d０-９][\d０-９\s.,，:/%％()（）–—-]*")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
# A paragraph with its number, which people cite by it and not by the row that it stands in.
_NUMBERED = re.compile(r"\s*(?:\d{1,3}\s?[.．、]|第[一二三四五六七八九十百零\d]{1,6}条)\s*\S.{9,}", re.DOTALL)
# What the United Nations print at the head of a first page, in cells without rules.
_MASTHEAD = re.compile(r"Distr\b|分[发發][:：]|(?:联合国|聯合國)\s*$|United Nations|Original:", re.MULTILINE)
_HAN = re.compile(r"[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF]")


class Cell(NamedTuple):
    """A cell: its paragraphs, parted by line feeds; how many columns and rows it covers; marked as a head?

    Example: `Cell("押金", across=2, head=True)`
    """

    text: str
    across: int = 1
    down: int = 1
    head: bool = False


class RowLine(NamedTuple):
    """A row as a line of text; `at` is its place among the rows given, head rows counted.

    Example: `RowLine(2, "缔约方：澜汀；押金 小瓶：五角")`
    """

    at: int
    text: str


Grid = list[list[Cell | None]]


def table_lines(rows: Sequence[Sequence[Cell]], heads: Sequence[str] = ()) -> list[RowLine] | None:
    """The rows below the head, or None where this is no table of data.

    `heads` are those of the table that this one goes on, as over a page break: a head row that says the
    same is passed over, and where there is none they serve.
    Example: `table_lines([[Cell("项目"), Cell("押金")], [Cell("大瓶"), Cell("一元")]])[0].text` is
    项目：大瓶；押金：一元
    """
    grid = _grid(rows, 1 if heads else 2)
    if grid is None or (not heads and not _is_data(rows, grid)):
        return None
    depth = _head_depth(rows, grid)
    own = _heads(grid, depth)
    if heads and len(heads) == len(grid[0]):
        depth = depth if list(heads) == own else 0
        own = list(heads)
    if depth == len(grid):
        return None
    lines = (RowLine(at, _line(grid[at], own)) for at in range(depth, len(grid)))
    return [line for line in lines if line.text]


def table_heads(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The heads of the columns, empty where a table has none.

    Example: `table_heads([[Cell("押金", 2)], [Cell("小瓶"), Cell("大瓶")], [Cell("五角"), Cell("一元")]])` is
    押金 小瓶 and 押金 大瓶
    """
    grid = _grid(rows)
    return [] if grid is None else _heads(grid, _head_depth(rows, grid))


def join_cells(texts: Sequence[str]) -> str:
    """The cells of a row without heads."""
    return "；".join(text for text in (_flat(text, " ") for text in texts) if text)


def _grid(rows: Sequence[Sequence[Cell]], least: int = 2) -> Grid | None:
    """The cell at each place; None where that would be no table: one column, one row, or endless spans."""
    wide = max((sum(max(1, cell.across) for cell in row) for row in rows), default=0)
    if len(rows) < least or wide > _MOST_COLUMNS or wide * len(rows) > _MOST_PLACES:
        return None
    grid: Grid = [[] for _ in rows]
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[at]) and grid[at][column] is not None:
                column += 1
            if column + max(1, cell.across) > _MOST_COLUMNS:
                return None
            for below in grid[at : at + max(1, cell.down)]:
                below += [None] * (column + max(1, cell.across) - len(below))
                for place in range(column, column + max(1, cell.across)):
                    below[place] = cell
            column += max(1, cell.across)
    wide = max(len(line) for line in grid)
    for line in grid:
        line += [None] * (wide - len(line))
    return grid if wide > 1 else None


def _is_data(rows: Sequence[Sequence[Cell]], grid: Grid) -> bool:
    cells = [cell for row in rows for cell in row if cell.text.strip()]
    if sum(_NUMBERED.match(cell.text) is not None and ends_sentence(cell.text) for cell in cells) > 1:
        return False
    if any(cell.head for cell in cells):
        return True
    if any(_MASTHEAD.search(cell.text) for row in rows[:4] for cell in row):
        return False
    if _head_depth(rows, grid):
        return True
    full = sum(sum(cell is not None and cell.text.strip() != "" for cell in line) > 1 for line in grid)
    plain = all(len(cell.text) <= _LONGEST_PLAIN and not ends_sentence(cell.text) for cell in cells)
    return plain and full > len(grid) / 2


def _head_depth(rows: Sequence[Sequence[Cell]], grid: Grid) -> int:
    """How many rows at the top are the head."""
    marked = 0
    for row in rows:
        filled = [cell for cell in row if cell.text.strip()]
        if not filled or not all(cell.head for cell in filled):
            break
        marked += 1
    if marked:
        return min(max(marked, *(at + cell.down for at in range(marked) for cell in rows[at])), len(grid))
    if any(cell.head for row in rows for cell in row) or not _reads_as_head(rows[0], grid[0]):
        return 0
    spanning = any(cell.across > 1 for cell in rows[0])
    return min(max(cell.down for cell in rows[0]), len(grid) - 1) if spanning else 1


def _reads_as_head(row: Sequence[Cell], line: Sequence[Cell | None]) -> bool:
    """Short words over every column, the first perhaps excepted; numbers only where they are years."""
    texts = [cell.text.strip() for cell in row]
    if len(row) < 2 or None in line or not all(texts[1:]):
        return False
    words = [text for text in texts if text and not _NUMBER.fullmatch(text)]
    numbers = [text for text in texts if _NUMBER.fullmatch(text)]
    return (
        len(words) > 0
        and all(_YEAR.fullmatch(text) for text in numbers)
        and len(set(texts)) == len(texts)
        and not any(len(text) > _LONGEST_HEAD or ends_sentence(text) or "\n\n" in text for text in texts)
    )


def _heads(grid: Grid, depth: int) -> list[str]:
    heads = []
    for column in range(len(grid[0])):
        above = [next(group) for _, group in groupby((grid[at][column] for at in range(depth)), _which)]
        heads.append(" ".join(text for cell in above if cell and (text := _flat(cell.text, ""))))
    return heads


def _which(cell: Cell | None) -> int:
    """Two cells may say the same: which one it is counts."""
    return id(cell)


def _line(line: Sequence[Cell | None], heads: Sequence[str]) -> str:
    parts = list(_parts(line, heads))
    first = next((cell for cell in line if cell is not None), None)
    if first is not None and first.head and len(parts) > 1 and "：" not in parts[0]:
        return f"{parts[0]}：{'；'.join(parts[1:])}"  # a head beside its row
    return "；".join(parts)


def _parts(line: Sequence[Cell | None], heads: Sequence[str]) -> Iterator[str]:
    column = 0
    for _, group in groupby(line, key=_which):
        cells = list(group)
        over = list(dict.fromkeys(head for head in heads[column : column + len(cells)] if head))
        column += len(cells)
        text = _flat(cells[0].text, " ") if cells[0] is not None else ""
        if text:
            whole = len(cells) == len(line)
            yield f"{'、'.join(over)}：{text}" if over and not whole else text


def _flat(text: str, between: str) -> str:
    """The paragraphs of a cell on one line: `between` Han characters, a space elsewhere."""
    out = ""
    for piece in text.split("\n"):
        piece = " ".join(piece.split())
        if out and piece:
            joined = _HAN.match(out[-1]) and _HAN.match(piece[0])
            out += between if joined else " "
        out += piece
    return out
