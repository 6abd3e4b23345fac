"""Resolutions and decisions: 大会第77/236号决议, 第 2653 (2022)号和第 2699 (2023)号决议, 第4/4号决定."""

import re
from collections.abc import Iterator

from corpus.citations.names import Mentions, find_organs
from corpus.citations.shadow import Shadow
from corpus.citations.symbols import resolution_key
from corpus.citations.types import Citation, CitationKind
from corpus.plain_text.numerals import CHINESE_DIGITS, parse_numeral

__all__ = ["find_resolutions"]

_HAN = rf"[{CHINESE_DIGITS}]{{1,8}}"
_DIGITS = r"\d{1,4}(?:\n\d{1,3})?"
# One number, with what belongs to it. Only digits may stand before a bracket or a slash.
_NUMBER = re.compile(
    rf"""
    (?<![0-9A-Za-z/.])(?P<di>第)?
    (?: (?P<session>(?:E?S-)?{_DIGITS}|{_HAN})/(?P<serial>{_DIGITS}|{_HAN})(?P<suffix>[ ]?[A-Z](?![A-Za-z]))?
      | (?P<yearly>{_DIGITS}|{_HAN})\((?P<year>\d{{4}}|[〇零一二九][〇零一二三四五六七八九]{{3}})\)
      | (?P<old>\d{{1,4}})[ ]?(?P<letter>[A-Z]?)\((?P<roman>[IVXLC]{{1,8}})\)
      | (?P<plain>{_DIGITS}|{_HAN})
    )
    (?P<hao>号)?
    """,
    re.VERBOSE,
)
_SEPARATOR = re.compile("、|,|和|及|以及|与|或")
_AFTER = re.compile(r"(?P<between>(?:的|关于|有关)?)(?P<what>决议|决定)(?!草案)")
_WHAT = {"决议": CitationKind.RESOLUTION, "决定": CitationKind.DECISION}


def find_resolutions(shadow: Shadow, source: str) -> Iterator[Citation]:
    """Resolutions and decisions of a text cited by number, in order of place."""
    text = shadow.text
    if not any(word in text for word in _WHAT):
        return
    organs = find_organs(text)
    for group in _groups(text):
        found = _kind_of(text, group, organs)
        if found is None:
            continue
        kind, start, end, organ = found
        places = [start, *(match.start() for match in group[1:])]
        ends = [*(match.end() for match in group[:-1]), end]
        for match, begin, stop in zip(group, places, ends, strict=True):
            if citation := _citation(shadow, source, match, begin, stop, kind, organ):
                yield citation


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """Runs of numbers with nothing but a separator between them."""
    group: list[re.Match[str]] = []
    for match in _NUMBER.finditer(text):
        if group and not _SEPARATOR.fullmatch(text, group[-1].end(), match.start()):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


def _kind_of(
    text: str, group: list[re.Match[str]], organs: Mentions
) -> tuple[CitationKind, int, int, str | None] | None:
    """Kind, start, end and organ of a run of numbers; None where it cites no resolution."""
    start, end = group[0].start(), group[-1].end()
    marked = any(match["di"] and match["hao"] for match in group) or group[-1]["hao"] is not None
    shaped = all(match["plain"] is None for match in group)
    if not (marked or shaped):
        return None
    mention = organs.ending_at(start) or organs.before(start)
    if mention and mention.meaning and mention.end == start:
        start = mention.start
    organ = mention.meaning if mention else None
    place = end
    for name in ("大会", "安理会", "安全理事会", "缔约方会议", "人权理事会", "理事会"):
        if text.startswith(name, end) and (inner := organs.ending_at(end + len(name))):
            place, organ = end + len(name), inner.meaning
    if after := _AFTER.match(text, place):
        return _WHAT[after["what"]], start, after.end(), organ
    return _reversed(text, group, organs) if shaped else None


def _reversed(
    text: str, group: list[re.Match[str]], organs: Mentions
) -> tuple[CitationKind, int, int, str | None] | None:
    """决议77/236, as users type it."""
    number = group[0].start()
    word = next((word for word in _WHAT if text.endswith(word, 0, number)), None)
    if word is None:
        return None
    start = number - len(word)
    mention = organs.ending_at(start) or organs.before(start)
    if mention and mention.meaning and mention.end == start:
        start = mention.start
    return _WHAT[word], start, group[-1].end(), mention.meaning if mention else None


def _citation(
    shadow: Shadow,
    source: str,
    match: re.Match[str],
    start: int,
    end: int,
    kind: CitationKind,
    organ: str | None,
) -> Citation | None:
    number = _number_of(match)
    if number is None:
        return None
    year = parse_numeral(match["year"]) if match["year"] else None
    if match["year"]:
        organ = "SC"  # only the Security Council numbers its resolutions 2652 (2022)
    span = shadow.span(start, end)
    raw = source[span.start : span.end]
    key = resolution_key(kind, organ, number)
    return Citation(kind, span, raw, key, organ=organ, number=number, year=year)


def _number_of(match: re.Match[str]) -> str | None:
    if match["session"]:
        special, _, plain = match["session"].rpartition("-")
        parts = (parse_numeral(plain), parse_numeral(match["serial"]))
        if None in parts:
            return None
        letter = (match["suffix"] or "").strip()
        return f"{special + '-' if special else ''}{parts[0]}/{parts[1]}{letter}"
    if match["old"]:
        return f"{match['old']}{match['letter']}({match['roman']})"
    number = parse_numeral(match["yearly"] or match["plain"])
    return None if number is None else str(number)
