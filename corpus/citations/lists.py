"""The shape that articles, paragraphs and recommendations share: 第6、7和8条, 第12至15段, 建议7(a)和(b).

All offsets are those of a shadow text (corpus.citations.shadow).
"""

import re
from dataclasses import dataclass, replace

from corpus.plain_text.numerals import NUMERAL, parse_numeral

__all__ = ["NUMBERS", "SEPARATOR", "Pinpoint", "read_pinpoints"]

SEPARATOR = "(?:、|,|和|以及|及|与|或)"
_RANGE = "(?:至|到|-|~)"
_ITEMS = r"(?:\([a-z]{1,4}\)){0,3}"
# 建议3和2031年会议建议9 are two citations: a year or a session ends the list.
NUMBERS = rf"{NUMERAL}{_ITEMS}(?:(?:{SEPARATOR}|{_RANGE}){NUMERAL}(?![0-9年届次]){_ITEMS}){{0,20}}"

_NUMBER = re.compile(rf"(?P<range>{_RANGE})?(?P<number>{NUMERAL})(?P<items>{_ITEMS})")
_ITEM = re.compile(r"\(([a-z]{1,4})\)")
# One step down from an article, paragraph or recommendation: 第1款, (b)项, 第（三）项, 第3项, b项, c.
_STEP = re.compile(
    rf"""第(?P<paragraph>{NUMERAL})款
       | 第?\((?P<item>[a-z]{{1,4}}|[一二三四五六七八九十]{{1,3}}|\d{{1,2}})\)(?:分?[款项目段])?
       | 第(?P<counted>{NUMERAL})[项目](?!建议)
       | (?P<letter>[a-z])(?:[款项]|(?![0-9A-Za-z]))""",
    re.VERBOSE,
)
_SEPARATOR = re.compile(SEPARATOR)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """One member of a list: numbers `first` to `last`, then 款 and item, at `[start, end)`."""

    start: int
    end: int
    first: int
    last: int
    paragraph: int | None = None
    item: tuple[str, ...] = ()


def read_pinpoints(text: str, start: int, numbers: tuple[int, int], end: int, unit: str) -> list[Pinpoint]:
    """The members of a list whose numbers stand in `numbers` and whose unit word ends at `end`.

    `unit` is the word after the number (条, 段) or "" where there is none (建议17). An unreadable number
    or a range that does not rise gives an empty list.
    Example: for 第12至15段 one pinpoint with `first == 12`, `last == 15`
    """
    found = _split(text, *numbers)
    if not found:
        return []
    found[0] = replace(found[0], start=start)
    last = replace(found[-1], end=end)
    if unit and last.first == last.last:
        last = _unit_range(text, last, unit)
    stop, paragraph, item = _read_steps(text, last.end, last.item)
    found[-1] = replace(last, end=stop, paragraph=paragraph, item=item)
    if any(pinpoint.last < pinpoint.first for pinpoint in found):
        return []
    return found + _continue(text, found[-1])


def _split(text: str, start: int, end: int) -> list[Pinpoint]:
    found: list[Pinpoint] = []
    for match in _NUMBER.finditer(text, start, end):
        number = parse_numeral(match["number"])
        if number is None:
            return []
        if match["range"] and found:
            found[-1] = replace(found[-1], last=number, end=match.end())
            continue
        item = tuple(_ITEM.findall(match["items"]))
        found.append(Pinpoint(match.start(), match.end(), number, number, item=item))
    return found


def _unit_range(text: str, last: Pinpoint, unit: str) -> Pinpoint:
    """第5条至第9条."""
    match = re.compile(rf"{_RANGE}第({NUMERAL}){unit}").match(text, last.end)
    number = parse_numeral(match[1]) if match else None
    return replace(last, last=number, end=match.end()) if match and number is not None else last


def _read_steps(text: str, place: int, item: tuple[str, ...]) -> tuple[int, int | None, tuple[str, ...]]:
    paragraph: int | None = None
    while len(item) < _DEEPEST and (match := _STEP.match(text, place)):
        if match["paragraph"]:
            if paragraph is not None or item:
                break
            paragraph = parse_numeral(match["paragraph"])
            if paragraph is None:
                break
        else:
            label = _label(match)
            if label is None:
                break
            item = (*item, label)
        place = match.end()
    return place, paragraph, item


def _label(match: re.Match[str]) -> str | None:
    label = match["item"] or match["letter"]
    if label and label.isascii():
        return str(label)
    number = parse_numeral(label or match["counted"])
    return None if number is None else str(number)


def _continue(text: str, last: Pinpoint) -> list[Pinpoint]:
    """和第3款, 和(b)项: the same article or paragraph goes on."""
    found: list[Pinpoint] = []
    while separator := _SEPARATOR.match(text, last.end):
        match = _STEP.match(text, separator.end())
        if match is None or match["letter"] or not (last.paragraph or last.item):
            break
        end, paragraph, item = _read_steps(text, separator.end(), ())
        if end == separator.end():
            break
        if paragraph is None:
            paragraph, item = last.paragraph, (*last.item[:-1], *item)
        last = replace(last, start=separator.end(), end=end, paragraph=paragraph, item=item)
        found.append(last)
    return found
