"""Tables that rules draw: their cells, row by row.

A table without rules is not told from other text here; its rows are read as lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.formats.pdf.graphics import Box, Rule
from corpus.formats.pdf.lines import Strip, is_han

__all__ = ["fold_tables", "join_strips"]

_MOST_RULES = 1_500  # of a page; more draw a picture
_TOUCH = 3.0  # points between rules that meet


@dataclass(frozen=True, slots=True)
class _Grid:
    box: Box
    uprights: tuple[Rule, ...]
    levels: tuple[Rule, ...]


def fold_tables(strips: Sequence[Strip], rules: Sequence[Rule]) -> list[Strip]:
    """`strips` with one strip for each table: cells from left to right, a row a line.

    The words of a cell stand together, however many lines it has.
    Example: the rows of such a strip: `("国家 数量", "甲国 3")`
    """
    left = list(strips)
    for grid in _grids(rules):
        inside = [strip for strip in left if grid.box.holds((strip.x0 + strip.x1) / 2, strip.y, 0)]
        if inside:
            left = [strip for strip in left if strip not in inside]
            left.append(_table(inside, grid))
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


def _table(strips: Sequence[Strip], grid: _Grid) -> Strip:
    rows: dict[float, dict[float, list[Strip]]] = {}
    for strip in strips:
        x, y = (strip.x0 + strip.x1) / 2, strip.y + 0.3 * strip.size
        left = max((r.x0 for r in grid.uprights if r.y0 <= y <= r.y1 and r.x0 <= x), default=grid.box.left)
        top = min((r.y0 for r in grid.levels if r.x0 <= x <= r.x1 and r.y0 >= y), default=grid.box.top)
        row = next((known for known in rows if abs(known - top) <= _TOUCH), top)
        cells = rows.setdefault(row, {})
        cell = next((known for known in cells if abs(known - left) <= _TOUCH), left)
        cells.setdefault(cell, []).append(strip)
    lines = [
        " ".join(join_strips(cells[left]) for left in sorted(cells))
        for _, cells in sorted(rows.items(), reverse=True)
    ]
    size = strips[0].size
    return Strip("", grid.box.left, grid.box.right, strips[0].y, size, rows=tuple(lines), end=strips[-1].y)
