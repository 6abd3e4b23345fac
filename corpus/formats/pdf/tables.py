"""Tables that rules draw: their cells, row by row.

A table without rules is not told from other text here; its rows are read as lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.formats.pdf.graphics import Box, Rule
from corpus.formats.pdf.lines import Strip, is_han
from corpus.formats.tables import Cell, table_heads, table_lines

__all__ = ["LastTable", "fold_tables", "join_strips"]

_MOST_RULES = 1_500  # of a page; more draw a picture
_MOST_PLACES = 20_000  # columns by rows
_TOUCH = 3.0  # points between rules that meet


@dataclass(frozen=True, slots=True)
class _Grid:
    box: Box
    uprights: tuple[Rule, ...]
    levels: tuple[Rule, ...]


@dataclass(slots=True)
class LastTable:
    """The table of data that the page before ended with: its columns, for one that goes on."""

    edges: tuple[float, ...] = ()
    heads: tuple[str, ...] = ()


def fold_tables(strips: Sequence[Strip], rules: Sequence[Rule], last: LastTable | None = None) -> list[Strip]:
    """`strips` with one strip for each table: a row a line, each cell after the head of its column.

    The words of a cell stand together, however many lines it has. A table that holds no data gives its cells
    from left to right. `last` is that of the page before, and becomes that of this page.
    Example: the rows of such a strip: `("国家：甲国；数量：3",)`
    """
    left = list(strips)
    before = last or LastTable()
    after = LastTable()
    for at, grid in enumerate(sorted(_grids(rules), key=lambda one: -one.box.top)):
        inside = [strip for strip in left if grid.box.holds((strip.x0 + strip.x1) / 2, strip.y, 0)]
        if inside:
            known = {id(strip) for strip in inside}
            left = [strip for strip in left if id(strip) not in known]
            table = _table(inside, grid, before if at == 0 else LastTable())
            left.append(table)
            after = LastTable(_edges(grid), table.heads or ())
    if last is not None:
        last.edges, last.heads = after.edges, after.heads
    return sorted(left, key=lambda strip: (-strip.y, strip.x0))


def join_strips(strips: Iterable[Strip]) -> str:
    """The words of strips in order, with a space where no Han character meets another."""
    out = ""
    for strip in strips:
        parted = out and not (is_han(out[-1]) and is_han(strip.text[0]))
        out += (" " if parted else "") + strip.text
    return out


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """Sets of rules that meet and hold more than one column and one row."""
    if len(rules) > _MOST_RULES:
        return []
    grids: list[_Grid] = []
    for group in _groups(rules):
        box = Box(
            min(rule.x0 for rule in group),
            min(rule.y0 for rule in group),
            max(rule.x1 for rule in group),
            max(rule.y1 for rule in group),
        )
        uprights = tuple(rule for rule in group if not rule.level)
        levels = tuple(rule for rule in group if rule.level)
        inner = [rule for rule in uprights if box.left + 10 < rule.x0 < box.right - 10]
        if inner and len({round(rule.y0 / _TOUCH) for rule in levels}) >= 2:
            grids.append(_Grid(box, uprights, levels))
    return grids


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules by what they touch, directly or through others."""
    groups: list[list[Rule]] = []
    for rule in rules:
        meets = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in meets]
        groups.append([rule, *(other for group in meets for other in group)])
    return groups


def _touch(one: Rule, other: Rule) -> bool:
    level = one.x0 - _TOUCH <= other.x1 and other.x0 - _TOUCH <= one.x1
    return level and one.y0 - _TOUCH <= other.y1 and other.y0 - _TOUCH <= one.y1


def _edges(grid: _Grid) -> tuple[float, ...]:
    """Where the columns begin and the last ends, from left to right."""
    return tuple(_apart(rule.x0 for rule in grid.uprights))


def _apart(places: Iterable[float]) -> list[float]:
    """Places in order, of those that touch the first."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _TOUCH:
            found.append(place)
    return found


def _table(strips: Sequence[Strip], grid: _Grid, before: LastTable) -> Strip:
    lines = heads = None
    goes_on = False
    rows = _cells(strips, grid)
    if rows is not None:
        edges = _edges(grid)
        goes_on = bool(before.heads) and len(edges) == len(before.edges)
        goes_on = goes_on and all(
            abs(one - two) <= _TOUCH for one, two in zip(edges, before.edges, strict=True)
        )
        written = table_lines(rows, before.heads if goes_on else ())
        if written is not None:
            lines = tuple(one.text for one in written)
            heads = before.heads if goes_on else tuple(table_heads(rows))
    if lines is None:
        lines, goes_on = _plain(strips, grid), False
    size = strips[0].size
    return Strip(
        "",
        grid.box.left,
        grid.box.right,
        strips[0].y,
        size,
        rows=lines,
        end=strips[-1].y,
        heads=heads,
        goes_on=goes_on,
    )


def _cells(strips: Sequence[Strip], grid: _Grid) -> list[list[Cell]] | None:
    """The cells of each row, with the columns and rows that they cover; None where the rules make no grid."""
    xs, ys = list(_edges(grid)), _apart(-rule.y0 for rule in grid.levels)
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_PLACES:
        return None
    words: dict[tuple[int, int, int, int], list[Strip]] = {}
    for strip in strips:
        x, y = (strip.x0 + strip.x1) / 2, strip.y + 0.3 * strip.size
        across = [r.x0 for r in grid.uprights if r.y0 - _TOUCH <= y <= r.y1 + _TOUCH]
        along = [-r.y0 for r in grid.levels if r.x0 - _TOUCH <= x <= r.x1 + _TOUCH]
        left, right = _between(across, x, xs)
        top, bottom = _between(along, -y, ys)
        words.setdefault((top, left, bottom, right), []).append(strip)
    owner: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for place in words:
        top, left, bottom, right = place
        for row in range(top, bottom):
            for column in range(left, right):
                if owner.setdefault((row, column), place) != place:
                    return None
    rows = []
    for row in range(len(ys) - 1):
        cells = []
        for column in range(len(xs) - 1):
            place = owner.get((row, column), (row, column, row + 1, column + 1))
            if place[:2] == (row, column):
                text = join_strips(words.get(place, ()))
                cells.append(Cell(text, place[3] - column, place[2] - row))
        rows.append(cells)
    return rows


def _between(rules: Sequence[float], place: float, edges: Sequence[float]) -> tuple[int, int]:
    """The edges, as positions, that the nearest rules before and behind a place stand at."""
    before = max((one for one in rules if one <= place), default=edges[0])
    behind = min((one for one in rules if one > place), default=edges[-1])
    near = [min(range(len(edges)), key=lambda at: abs(edges[at] - one)) for one in (before, behind)]
    return near[0], max(near[1], near[0] + 1)


def _plain(strips: Sequence[Strip], grid: _Grid) -> tuple[str, ...]:
    """The cells of each row from left to right."""
    rows: dict[float, dict[float, list[Strip]]] = {}
    for strip in strips:
        x, y = (strip.x0 + strip.x1) / 2, strip.y + 0.3 * strip.size
        left = max((r.x0 for r in grid.uprights if r.y0 <= y <= r.y1 and r.x0 <= x), default=grid.box.left)
        top = min((r.y0 for r in grid.levels if r.x0 <= x <= r.x1 and r.y0 >= y), default=grid.box.top)
        row = next((known for known in rows if abs(known - top) <= _TOUCH), top)
        cells = rows.setdefault(row, {})
        cell = next((known for known in cells if abs(known - left) <= _TOUCH), left)
        cells.setdefault(cell, []).append(strip)
    return tuple(
        " ".join(join_strips(cells[left]) for left in sorted(cells))
        for _, cells in sorted(rows.items(), reverse=True)
    )
