"""The order in which a page is read: its columns, one after the other, and what runs across them.

Two columns are two stacks of lines with a white gutter between, both filled by their lines; a line
across the gutter (a heading, a table) ends them, and they begin anew below it. Short lines side by side
(the masthead of a document, a table without rules) fill no column and are read row by row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.formats.pdf_lines import Strip, rows_of

__all__ = ["reading_order"]

_GUTTER = 0.8  # of the size: the narrowest white between columns
_FULL = 0.75  # of a column: a line at least so long fills it
_NARROWEST = 6.0  # of the size: width of a column
_FEWEST = 6  # lines of both columns together
_MOST_CANDIDATES = 12
_DEEPEST = 4
_LINE = 1.6  # of the size: about the distance of two baselines


def reading_order(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Blocks of strips in the order in which they are read, each from top to bottom.

    Example: a heading across two columns gives `[[heading], [left …], [right …]]`
    """
    return [block for block in _blocks(list(strips), 0) if block]


def _blocks(strips: list[Strip], depth: int) -> Iterator[list[Strip]]:
    gutter = _gutter(strips) if depth < _DEEPEST else None
    if gutter is None:
        yield strips
        return
    across: list[Strip] = []
    for left, right in _sections(strips, gutter):
        if not _are_columns(left, right, strips):
            across += sorted([*left, *right], key=lambda strip: (-strip.y, strip.x0))
            continue
        yield from _blocks(across, depth + 1) if across else ()
        across = []
        yield from _blocks(left, depth + 1)
        yield from _blocks(right, depth + 1)
    yield from _blocks(across, depth + 1) if across else ()


def _gutter(strips: Sequence[Strip]) -> float | None:
    """The left edge of the column that most strips of the page stand in or beside, if there are columns."""
    edges = Counter(round(strip.x0) for strip in strips)
    outer = min((strip.x0 for strip in strips), default=0.0)
    candidates = [
        edge for edge, count in edges.most_common(_MOST_CANDIDATES) if count >= 2 and edge > outer + 20
    ]
    best, most = None, 0
    for edge in candidates:
        inside = sum(
            len(left) + len(right)
            for left, right in _sections(strips, edge - 1.0)
            if _are_columns(left, right, strips)
        )
        if inside > most:
            best, most = edge - 1.0, inside
    return best


def _sections(strips: Sequence[Strip], gutter: float) -> Iterator[tuple[list[Strip], list[Strip]]]:
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


def _parted(left: list[Strip], right: list[Strip]) -> Iterator[tuple[list[Strip], list[Strip]]]:
    """A section, cut where a line stands alone on the left and the right column is interrupted."""
    for one, other in pairwise(right):
        if one.y - other.y < 3 * _LINE * one.size:
            continue
        alone = [
            strip for strip in left if other.y + _LINE * strip.size <= strip.y <= one.y - _LINE * strip.size
        ]
        if alone and len(alone) <= 3:
            top, bottom = alone[0].y, alone[-1].y
            yield [s for s in left if s.y > top], [s for s in right if s.y > top]
            yield alone, []
            yield from _parted([s for s in left if s.y < bottom], [s for s in right if s.y < bottom])
            return
    if left or right:
        yield left, right


def _are_columns(left: Sequence[Strip], right: Sequence[Strip], region: Sequence[Strip]) -> bool:
    if len(left) < 2 or len(right) < 2 or len(left) + len(right) < _FEWEST:
        return False
    width = max(strip.x1 for strip in region) - min(strip.x0 for strip in region)
    overlap = min(left[0].y, right[0].y) - max(left[-1].y, right[-1].y)
    shorter = min(left[0].y - left[-1].y, right[0].y - right[-1].y)
    if overlap < 0.5 * shorter:
        return False
    return all(_is_column(strips, width) for strips in (left, right))


def _is_column(strips: Sequence[Strip], page: float) -> bool:
    edge = min(strip.x0 for strip in strips)
    width = max(strip.x1 for strip in strips) - edge
    if width < max(0.2 * page, _NARROWEST * strips[0].size):
        return False
    ends = [max(strip.x1 for strip in row) - row[0].x0 for row in rows_of(strips)]
    return sum(end >= _FULL * width for end in ends) >= 0.5 * len(ends)
