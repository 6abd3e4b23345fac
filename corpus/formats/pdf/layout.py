"""The order in which a page is read: its columns, one after the other, and what runs across them.

Two columns are two stacks of lines with a white gutter between, in both of which lines break at one right
edge; a line across the gutter (a heading, a table) ends them, and they begin anew below it. Short lines
side by side (the masthead of a document, a table without rules) are no columns and are read row by row.
Where columns were found on one page, a few lines on each side of the same gutter are columns on the others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.formats.pdf.lines import Strip, rows_of

__all__ = ["find_gutter", "reading_order"]

_GUTTER = 0.8  # of the size: the narrowest white between columns
_NARROWEST = 9.0  # of the size: width of a column
_FLUSH = 1.2  # of the size: a line that ends so near the right edge was broken there
_LEAST_FLUSH = 0.25  # of the lines of a column
_LEAST_FLUSH_APART = 0.1  # where the lines of both sides do not stand on common baselines
_MANY = 20  # lines of both columns together, from which baselines tell columns from rows
_COMMON = 0.5  # share of lines on a baseline of the other side, from which both may be rows of a table
_SAME_BASELINE = 1.0  # points
_FEWEST = 6  # lines of both columns together
_MOST_CANDIDATES = 12
_DEEPEST = 4
_LINE = 1.6  # of the size: about the distance of two baselines
_SAME_EDGE = 3.0  # points

Sides = tuple[list[Strip], list[Strip]]


def reading_order(strips: Sequence[Strip], gutters: Iterable[float] = ()) -> list[list[Strip]]:
    """Blocks of strips in the order in which they are read, each from top to bottom.

    `gutters` are those that `find_gutter` gave for pages of the document.
    Example: a heading across two columns gives `[[heading], [left …], [right …]]`
    """
    return [block for block in _blocks(list(strips), tuple(gutters), 0) if block]


def find_gutter(strips: Sequence[Strip]) -> float | None:
    """The left edge of the column that most strips of a page stand in or beside; None without columns.

    Example: `306.5` on a sheet of A4 with two columns
    """
    edges = Counter(round(strip.x0) for strip in strips)
    outer = min((strip.x0 for strip in strips), default=0.0)
    candidates = [
        edge for edge, count in edges.most_common(_MOST_CANDIDATES) if count >= 2 and edge > outer + 20
    ]
    best, most = None, 0
    for edge in candidates:
        sections = _sections(strips, edge - 1.0)
        inside = sum(len(left) + len(right) for left, right in sections if _are_columns(left, right))
        if inside > most:
            best, most = edge - 1.0, inside
    return best


def _blocks(strips: list[Strip], gutters: Sequence[float], depth: int) -> Iterator[list[Strip]]:
    gutter = find_gutter(strips) if depth < _DEEPEST else None
    for one in gutters if gutter is None else ():
        if any(_continue(left, right, one) for left, right in _sections(strips, one)):
            gutter = one
            break
    if gutter is None:
        yield strips
        return
    across: list[Strip] = []
    for left, right in _sections(strips, gutter):
        if not (_are_columns(left, right) or _continue(left, right, gutter)):
            across += sorted([*left, *right], key=lambda strip: (-strip.y, strip.x0))
            continue
        yield from _blocks(across, (), depth + 1) if across else ()
        across = []
        yield from _blocks(left, (), depth + 1)
        yield from _blocks(right, (), depth + 1)
    yield from _blocks(across, (), depth + 1) if across else ()


def _sections(strips: Sequence[Strip], gutter: float) -> Iterator[Sides]:
    """What stands left and right of a gutter, from one strip across it to the next.

    A strip across the gutter is a section of its own, on the left.
    """
    left: list[Strip] = []
    right: list[Strip] = []
    for strip in strips:
        if strip.x0 >= gutter - 0.5:
            right.append(strip)
        elif strip.x1 <= gutter - _GUTTER * strip.size + 1 and not strip.rows:
            left.append(strip)
        else:
            yield from _parted(left, right)
            yield [strip], []
            left, right = [], []
    yield from _parted(left, right)


def _parted(left: list[Strip], right: list[Strip]) -> Iterator[Sides]:
    """A section, cut where a heading stands alone on the left and the right column is interrupted."""
    gaps = sorted(one.y - other.y for side in (left, right) for one, other in pairwise(side))
    usual = gaps[int(0.9 * len(gaps))] if gaps else 0.0
    for one, other in pairwise(right):
        if one.y - other.y < max(2 * _LINE * one.size, 1.5 * usual):
            continue
        alone = [s for s in left if other.y + _LINE * s.size <= s.y <= one.y - _LINE * s.size]
        if 1 <= len(alone) <= 3 and _stand_apart(alone, left, gaps):
            top, bottom = alone[0].y, alone[-1].y
            yield [s for s in left if s.y > top], [s for s in right if s.y > top]
            yield alone, []
            yield from _parted([s for s in left if s.y < bottom], [s for s in right if s.y < bottom])
            return
    if left or right:
        yield left, right


def _stand_apart(alone: Sequence[Strip], side: Sequence[Strip], gaps: Sequence[float]) -> bool:
    """Whether lines have more white above and below than lines of a paragraph."""
    above = [strip.y for strip in side if strip.y > alone[0].y]
    below = [strip.y for strip in side if strip.y < alone[-1].y]
    least = 1.3 * gaps[len(gaps) // 2]
    clear = not above or above[-1] - alone[0].y >= least
    return clear and (not below or alone[-1].y - below[0] >= least)


def _are_columns(left: Sequence[Strip], right: Sequence[Strip]) -> bool:
    if len(left) < 2 or len(right) < 2 or len(left) + len(right) < _FEWEST:
        return False
    overlap = min(left[0].y, right[0].y) - max(left[-1].y, right[-1].y)
    shorter = min(left[0].y - left[-1].y, right[0].y - right[-1].y)
    rows = len(left) + len(right) < _MANY or _on_common_baselines(left, right)
    least = _LEAST_FLUSH if rows else _LEAST_FLUSH_APART
    return overlap >= 0.5 * shorter and _is_column(left, least) and _is_column(right, least)


def _on_common_baselines(left: Sequence[Strip], right: Sequence[Strip]) -> bool:
    """Whether lines of both sides look like rows, within the height that both have."""
    top, bottom = min(left[0].y, right[0].y), max(left[-1].y, right[-1].y)
    sides = [sorted({strip.y for strip in side if bottom <= strip.y <= top}) for side in (left, right)]
    fewer, more = sorted(sides, key=len)
    common = sum(any(abs(y - other) <= _SAME_BASELINE for other in more) for y in fewer)
    return common >= _COMMON * len(fewer)


def _is_column(strips: Sequence[Strip], least_flush: float) -> bool:
    size = strips[0].size
    left, right = min(strip.x0 for strip in strips), max(strip.x1 for strip in strips)
    rows = rows_of(strips)
    flush = sum(max(strip.x1 for strip in row) >= right - _FLUSH * size for row in rows)
    return right - left >= _NARROWEST * size and flush >= max(2, least_flush * len(rows))


def _continue(left: Sequence[Strip], right: Sequence[Strip], gutter: float) -> bool:
    """Whether lines go on as the columns of another section, or of another page, did."""
    if not left or not right or abs(min(strip.x0 for strip in right) - 1.0 - gutter) > _SAME_EDGE:
        return False
    width = max(strip.x1 for strip in left) - min(strip.x0 for strip in left)
    return width >= _NARROWEST * left[0].size and any(
        strip.x1 >= gutter + 1.0 - 6 * strip.size for strip in left
    )
