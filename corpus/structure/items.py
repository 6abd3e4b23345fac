"""Find lettered and numbered items inside the text of a unit."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from corpus.types import Item

__all__ = ["find_items"]

_LABEL = re.compile(
    r"[(（](?P<bracketed>[a-z]{1,4}|[ａ-ｚ]{1,4}|[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|(?:^|(?<=\n))(?:(?P<numbered>[0-9０-９]{1,2})\s?[.．、](?![0-9])|(?P<half>[a-z])[)）])"
)
# An item opens the text, a line, or follows a mark; 第3条(a)款 is a place in a treaty.
_MAY_PRECEDE = re.compile(r"(?:^|[\s：:；;。，,、和及或与與*])$")
_ROMAN = {
    name: value
    for value, name in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"], 1
    )
}
_HAN = {name: value for value, name in enumerate("一二三四五六七八九十", 1)}


class _Mark(NamedTuple):
    start: int
    name: str
    readings: tuple[tuple[str, int], ...]  # (style, ordinal)


class _Open(NamedTuple):
    style: str
    ordinal: int
    name: str


def find_items(text: str) -> tuple[Item, ...]:
    """Items of `text` in order, nested ones after the one that holds them.

    A series begins at a, i, 1 or 一 and goes up by one; a label outside a series, or a series of
    one, is no item.
    Example: `应：\\n(a) 甲；\\n(b) 乙。` gives paths `("a",)` and `("b",)`.
    """
    stack: list[_Open] = []
    placed: list[tuple[int, tuple[str, ...]]] = []
    for mark in _marks(text):
        stack_after = _place(stack, mark)
        if stack_after is not None:
            stack = stack_after
            placed.append((mark.start, tuple(one.name for one in stack)))
    siblings = Counter(path[:-1] for path in {path for _, path in placed})
    kept = [one for one in placed if siblings[one[1][:-1]] > 1]
    return tuple(Item(path, start, _end(path, kept, at, len(text))) for at, (start, path) in enumerate(kept))


def _marks(text: str) -> list[_Mark]:
    found: list[_Mark] = []
    for match in _LABEL.finditer(text):
        bracketed = match["bracketed"]
        if bracketed and not _MAY_PRECEDE.search(text[max(0, match.start() - 1) : match.start()]):
            continue
        name = _plain(match["numbered"] or match["half"] or bracketed)
        style = "numbered" if match["numbered"] else "bracketed"
        found.append(_Mark(match.start(), name, tuple(_readings(name, style))))
    return found


def _plain(name: str) -> str:
    return name.translate({code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF41, 0xFF5B))})


def _readings(name: str, style: str) -> list[tuple[str, int]]:
    if name.isdigit():
        return [(style, int(name))]
    readings: list[tuple[str, int]] = []
    if len(name) == 1 and name.isascii():
        readings.append(("letter", ord(name) - ord("a") + 1))
    if name in _ROMAN:
        readings.append(("roman", _ROMAN[name]))
    if name in _HAN:
        readings.append(("han", _HAN[name]))
    return readings


def _place(stack: list[_Open], mark: _Mark) -> list[_Open] | None:
    """The stack after a label that goes on with an open series or begins a new one, else None."""
    for depth in range(len(stack) - 1, -1, -1):
        for style, ordinal in mark.readings:
            if stack[depth].style == style and stack[depth].ordinal + 1 == ordinal:
                return [*stack[:depth], _Open(style, ordinal, mark.name)]
    for style, ordinal in mark.readings:
        if ordinal == 1 and all(one.style != style for one in stack):
            return [*stack, _Open(style, 1, mark.name)]
    return None


def _end(path: tuple[str, ...], kept: Sequence[tuple[int, tuple[str, ...]]], at: int, length: int) -> int:
    """Where the next item begins that is not inside the one at this place."""
    later = (kept[after] for after in range(at + 1, len(kept)))
    return next((start for start, other in later if other[: len(path)] != path), length)
