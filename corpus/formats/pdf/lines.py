"""Characters of a page to strips: stretches of one line without a wide gap.

A strip is a whole line, a cell of a table, the part of a line that one column holds, or a running head.
A note mark, a small raised number after a word, is written `[^3]` (`note_marks`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.formats.note_marks import raised_text
from corpus.formats.pdf.graphics import Rule
from corpus.formats.pdf.page import SOFT_HYPHEN, Char

__all__ = ["Strip", "find_strips", "is_han", "rows_of"]

_HAN = re.compile(r"[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF\U00020000-\U0003FFFF—…“”‘’·]")
_SAME_LINE = 0.15  # of the size: how far baselines of one line lie apart
_WIDE_GAP = 1.0  # of the size: a wider one ends a strip
_WORD_GAP = 0.2  # of the size: a wider one parts words
_LABEL_GAP = 4.0  # of the size: white between a label in the margin and its paragraph
_LABEL = re.compile(r"[(（]?[\da-zA-Z一二三四五六七八九十]{1,4}[.．、)）]|[-–—•●▪○]")
_PAINTED_TWICE = 0.18  # of the size
_OVERLAID = 3  # characters before one that may stand at its place
_SMALL = 0.8  # of the size of its neighbours: at most so large is a raised or lowered number
_RAISED = (0.15, 0.8)  # of the size of its line
_LOWERED = (-0.45, -0.08)


@dataclass(slots=True)
class Strip:
    """Words of one line with their edges, baseline and size in points; `marked`: a note mark opens it.

    `rows` is set for a table alone: its text, a row a line, which takes the place from `y` down to `end`.
    Where it holds data, `heads` are those of its columns, `goes_on` says that it began on the page before.
    Example: `Strip("12. 缔约国应加强", 70.0, 190.0, 700.0, 10.5)`
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    marked: bool = False
    rows: tuple[str, ...] = ()
    end: float | None = None
    heads: tuple[str, ...] | None = None
    goes_on: bool = False

    @property
    def low(self) -> float:
        """The last baseline."""
        return self.y if self.end is None else self.end


@dataclass(slots=True)
class _Set:
    """A character as it is set: on the line, or raised above it."""

    char: Char
    raised: bool = False
    spaced: bool = False  # white space is printed before it


def find_strips(chars: Iterable[Char], rules: Sequence[Rule]) -> list[Strip]:
    """The strips of a page from top to bottom, then left to right; an upright rule ends one."""
    lines = [_without_spaces(line) for line in _baselines(chars)]
    lines = _with_small_numbers([line for line in lines if line])
    uprights = sorted((rule for rule in rules if not rule.level), key=lambda rule: rule.x0)
    strips = [_strip(part) for line in lines for part in _with_label(list(_parted(line, uprights)), uprights)]
    return sorted((strip for strip in strips if strip.text), key=lambda strip: (-strip.y, strip.x0))


def rows_of(strips: Iterable[Strip]) -> list[list[Strip]]:
    """Strips on one baseline together, from top to bottom, each row from left to right."""
    rows: list[list[Strip]] = []
    for strip in sorted(strips, key=lambda one: -one.y):
        if rows and rows[-1][0].y - strip.y <= 2 * _SAME_LINE * max(strip.size, rows[-1][0].size):
            rows[-1].append(strip)
        else:
            rows.append([strip])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def is_han(character: str) -> bool:
    """Whether no space is written beside this character: Han, or punctuation of Chinese."""
    return _HAN.match(character) is not None


def _baselines(chars: Iterable[Char]) -> Iterator[list[Char]]:
    line: list[Char] = []
    for char in sorted(chars, key=lambda one: -one.y):
        if line and line[0].y - char.y > _SAME_LINE * max(line[0].size, char.size):
            yield line
            line = []
        line.append(char)
    if line:
        yield line


def _without_spaces(line: list[Char]) -> list[_Set]:
    out: list[_Set] = []
    spaced = False
    for char in sorted(line, key=lambda one: one.x0):
        if char.text == " ":
            spaced = True
            continue
        if not any(_is_again(char, one.char) for one in out[-_OVERLAID:]):
            out.append(_Set(char, spaced=spaced))
        spaced = False
    return out


def _is_again(char: Char, before: Char) -> bool:
    """Whether a character is painted over itself, as bold type is made at times.

    Two l of a word are 0.22 of their size apart.
    """
    return char.text == before.text and char.x0 - before.x0 < _PAINTED_TWICE * before.size


def _with_small_numbers(lines: list[list[_Set]]) -> list[list[_Set]]:
    """Raised and lowered characters put into the line that they belong to."""
    heights = [-line[0].char.y for line in lines]  # rising
    largest = [max(one.char.size for one in line) for line in lines]
    added: dict[int, list[_Set]] = {}
    rest: list[list[_Set]] = []
    for at, line in enumerate(lines):
        left: list[_Set] = []
        for part in _parted(line, ()):
            size = max(one.char.size for one in part)
            near = _near(heights, at, 4 * size)
            large = [other for other in near if other != at and size <= _SMALL * largest[other]]
            owner = next((other for other in large if _stands_beside(part[0].char, size, lines[other])), None)
            if owner is None:
                left += part
            else:
                raised = part[0].char.y > lines[owner][0].char.y
                added.setdefault(owner, []).extend(_Set(one.char, raised, one.spaced) for one in part)
        rest.append(left)
    for at, more in added.items():
        rest[at] = sorted([*rest[at], *more], key=lambda one: one.char.x0)
    return [line for line in rest if line]


def _near(heights: list[float], at: int, reach: float) -> range:
    return range(bisect_left(heights, heights[at] - reach), bisect_right(heights, heights[at] + reach))


def _stands_beside(first: Char, size: float, line: Sequence[_Set]) -> bool:
    """Whether small type begins beside a character of a line, a little higher or lower."""
    for one in line:
        large = one.char.size
        rise = (first.y - one.char.y) / large
        beside = -0.3 * large <= first.x0 - one.char.x1 <= 0.6 * large
        offset = _RAISED[0] <= rise <= _RAISED[1] or _LOWERED[0] <= rise <= _LOWERED[1]
        if beside and offset and size <= _SMALL * large:
            return True
    return False


def _parted(line: Sequence[_Set], uprights: Sequence[Rule]) -> Iterator[list[_Set]]:
    part: list[_Set] = []
    edge = 0.0
    for one in line:
        char = one.char
        gap = char.x0 - edge
        if part and (gap > _WIDE_GAP * max(char.size, part[-1].char.size) or _ruled(edge, char, uprights)):
            yield part
            part = []
        edge = char.x1 if not part else max(edge, char.x1)
        part.append(one)
    if part:
        yield part


def _with_label(parts: Sequence[list[_Set]], uprights: Sequence[Rule]) -> Iterator[list[_Set]]:
    """A label set in the margin of its paragraph belongs to the line it stands before."""
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else []
        if before and _is_label(before) and not _ruled(before[-1].char.x1, part[0].char, uprights):
            near = part[0].char.x0 - before[-1].char.x1 <= _LABEL_GAP * part[0].char.size
            if near:
                part[0].spaced = True
                yield [*before, *part]
                continue
            yield before
        if at + 1 == len(parts) or not _is_label(part):
            yield part


def _is_label(part: Sequence[_Set]) -> bool:
    return len(part) <= 6 and _LABEL.fullmatch("".join(one.char.text for one in part)) is not None


def _ruled(edge: float, char: Char, uprights: Sequence[Rule]) -> bool:
    """Whether an upright rule stands between the edge of the text so far and a character."""
    if not uprights:
        return False
    low, high = min(edge, char.x0) - 1, max(edge, char.x0) + 1
    middle = char.y + 0.3 * char.size
    return any(low <= rule.x0 <= high and rule.y0 <= middle <= rule.y1 for rule in uprights)


def _strip(part: Sequence[_Set]) -> Strip:
    on_line = [one for one in part if not one.raised] or list(part)
    sizes = [one.char.size for one in on_line]
    size = max(set(sizes), key=sizes.count)
    return Strip(
        text=_text(part),
        x0=part[0].char.x0,
        x1=max(one.char.x1 for one in part),
        y=on_line[0].char.y,
        size=size,
        marked=part[0].raised and len(on_line) < len(part),
    )


def _text(part: Sequence[_Set]) -> str:
    out = ""
    raised: list[str] = []
    for at, one in enumerate(part):
        before = part[at - 1] if at else None
        if before is not None and before.raised and not one.raised:
            out += raised_text(out, "".join(raised))
            raised = []
        space = _space(before, one) if before is not None else ""
        text = one.char.text
        if text == SOFT_HYPHEN:
            text = "-" if at + 1 == len(part) else ""
        if one.raised:
            raised.append(space + text if raised else text)
        else:
            out += ("" if before is not None and before.raised and out.endswith("]") else space) + text
    return (out + raised_text(out, "".join(raised))).strip() if raised else out.strip()


def _space(before: _Set, one: _Set) -> str:
    """A space where words are parted. Between Han characters there is none: justified lines have gaps."""
    left, right = before.char.text[-1:], one.char.text[:1]
    gap, size = one.char.x0 - before.char.x1, max(one.char.size, before.char.size)
    if is_han(left) and is_han(right):
        return " " if one.spaced and gap >= 0.9 * size else ""
    if one.spaced:
        return " "
    return " " if gap >= _WORD_GAP * size and not is_han(left) and not is_han(right) else ""
