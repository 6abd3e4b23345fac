"""Where a sentence holds what may be wanted: numbers, dates, people, countries, symbols, places, ordinals.

What is found looks like such an expression, which is necessary for an answer and not sufficient.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.citations.find import CitationKind, find_citations
from corpus.types import Span
from search.answer.expressions import DATE, FULL_DATE, country_names, kin_of, pattern
from search.answer.question import SHARE, Wanted, WantedKind

__all__ = ["find_wanted"]

_NUMBERED = (CitationKind.RESOLUTION, CitationKind.DECISION)
_SHARE = re.compile("[%％‰成]|分之|百分点|一半|半数|大多数|全部")
_ENUMERATED = re.compile(r"\s*(?:[（(][^）)]{0,12}[）)])?\s*[、和及与]\s*")


def find_wanted(text: str, wanted: Wanted) -> list[Span]:
    """Spans of a text that are of the wanted kind, in order.

    A number must have the measure word that is asked for, or one that counts the same kind of thing, or none.
    Example: for how many 名, `共有3,901名儿童` gives the span of 3,901名.
    """
    if wanted.kind is WantedKind.SYMBOL:
        return _cited(text, (CitationKind.SYMBOL,) if wanted.unit is None else _NUMBERED)
    found = _FINDERS[wanted.kind](text)
    if wanted.unit is not None and wanted.kind is WantedKind.DATE:
        return [span for span in found if "年" in text[span.start : span.end] or span.end - span.start == 4]
    if wanted.unit is not None and wanted.kind is WantedKind.NUMBER:
        if wanted.unit == SHARE:
            return [span for span in found if _SHARE.search(text[span.start : span.end])]
        kin = (*kin_of(wanted.unit), *"0123456789")
        return [span for span in found if text[span.start : span.end].endswith(kin)]
    return found


def _numbers(text: str) -> list[Span]:
    taken = [match.span() for match in FULL_DATE.finditer(text)]
    taken += [(citation.span.start, citation.span.end) for citation in find_citations(text)]
    found = []
    for match in pattern("number").finditer(text):
        span = Span(match.start(), match.start() + len(match.group().rstrip()))
        inside = any(start < span.end and span.start < end for start, end in taken)
        if not inside and not _in_word(text, span.start):
            found.append(span)
    return found


def _in_word(text: str, start: int) -> bool:
    """Whether a figure belongs to a word or symbol before it, as in WG.4 or 第3."""
    before = text[start - 1 : start]
    return before in tuple("第/.-－") or (before.isascii() and before.isalpha())


def _dates(text: str) -> list[Span]:
    return [Span(*match.span()) for match in DATE.finditer(text)]


def _ordinals(text: str) -> list[Span]:
    return [Span(*match.span()) for match in pattern("ordinal").finditer(text)]


def _people(text: str) -> list[Span]:
    return [Span(*match.span(match.lastgroup or 0)) for match in pattern("person").finditer(text)]


def _places(text: str) -> list[Span]:
    found = pattern("place").finditer(text)
    return sorted({*(Span(*match.span("at" if match["at"] else 0)) for match in found), *_countries(text)})


def _countries(text: str) -> list[Span]:
    """Names of countries; those that stand in one enumeration are one span."""
    spans = {Span(*match.span()) for match in country_names().finditer(text)}
    likely = pattern("like_country").finditer(text)
    spans |= {Span(*match.span()) for match in likely if not pattern("no_country").search(match.group())}
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            continue
        if joined and _ENUMERATED.fullmatch(text, joined[-1].end, span.start):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _cited(text: str, kinds: Sequence[CitationKind]) -> list[Span]:
    return [citation.span for citation in find_citations(text) if citation.kind in kinds]


def _anything(text: str) -> list[Span]:
    return []


_FINDERS: Mapping[WantedKind, Callable[[str], list[Span]]] = {
    WantedKind.NUMBER: _numbers,
    WantedKind.DATE: _dates,
    WantedKind.PERSON: _people,
    WantedKind.AGENT: _anything,
    WantedKind.COUNTRY: _countries,
    WantedKind.PLACE: _places,
    WantedKind.ORDINAL: _ordinals,
}
