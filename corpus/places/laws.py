"""The 款, 项 and 目 of an article whose 款 bear no printed numbers: its paragraphs count."""

import re

from corpus.structure.items import find_items
from corpus.structure.labels import ITEM_LABEL
from corpus.types import Item

__all__ = ["clause_label", "law_items"]

_NUMBERED = re.compile(r"[0-9０-９]{1,2}\s?[.．、]")
_QUOTES = "“「『"
_ORDER = "一二三四五六七八九十"


def clause_label(number: int) -> str:
    """The label of an unprinted 款 in the path of an item: `clause_label(2) == "第2款"`."""
    return f"第{number}款"


def law_items(text: str) -> tuple[Item, ...]:
    """Items of an article, where it has several 款 each below its 款: `("第2款", "一")`.

    A line that opens no item begins a 款, unless the list before it goes on after it or it opens a
    quotation. Example: `甲：\\n（一）乙；\\n（二）丙。\\n丁。` has `("第1款",)`, `("第1款", "一")`, …
    """
    lines = list(_lines(text))
    starts = [0]
    for order in range(1, len(lines)):
        start, words = lines[order]
        if _label(words) is not None or words[:1] in _QUOTES:
            continue
        if not _list_goes_on([words for _, words in lines], order):
            starts.append(start)
    if len(starts) == 1:
        return find_items(text)
    found: list[Item] = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1):
        words = text[start:end].rstrip("\n")
        found.append(Item((clause_label(number),), start, start + len(words)))
        found += [
            Item((clause_label(number), *item.path), start + item.start, start + item.end)
            for item in find_items(words)
        ]
    return tuple(found)


def _lines(text: str) -> list[tuple[int, str]]:
    lines, at = [], 0
    for words in text.split("\n"):
        lines.append((at, words))
        at += len(words) + 1
    return lines


def _label(words: str) -> str | None:
    match = ITEM_LABEL.match(words) or _NUMBERED.match(words)
    return match[0] if match else None


def _list_goes_on(lines: list[str], order: int) -> bool:
    """Whether the next label after a line continues a list that was open before it."""
    after = next((label for words in lines[order + 1 :] if (label := _label(words))), None)
    if after is None:
        return False
    value = _value(after)
    before = [_value(label) for words in lines[:order] if (label := _label(words))]
    return value is not None and value[1] > 1 and (value[0], value[1] - 1) in before


def _value(label: str) -> tuple[str, int] | None:
    core = label.strip("()（）.．、 \t")
    if core.isdigit():
        return ("bracket" if label[:1] in "(（" else "number"), int(core)
    if len(core) == 1 and core.isascii() and core.isalpha():
        return "letter", ord(core) - ord("a") + 1
    if core in _ORDER:
        return "han", _ORDER.index(core) + 1
    if len(core) == 2 and core[0] == "十" and core[1] in _ORDER:
        return "han", 11 + _ORDER.index(core[1])
    return None
