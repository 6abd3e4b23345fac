"""What names a document before 第12段 or 建议17: a symbol, a title, a year, a session, an id, 本报告.

All offsets are those of a shadow text (corpus.citations.shadow).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from corpus.citations.shadow import Shadow
from corpus.citations.types import Citation, CitationKind
from corpus.plain_text.numerals import NUMERAL, YEAR, parse_numeral

__all__ = ["Named", "find_named"]

_PART = r"(?:附件|附录)(?:[一二三四五六七八九十]{1,2}|[IVX]{1,4}|\d{1,2})?"
# What may stand between the name of a document and the place in it.
_LINKS = rf"""(?:的|报告|会议|届会|文件|号文件|号|中|内|所载|载有|载于|所附|所提|通过的?
    |提出的?|核准的?|成果|,|:|执行部分|序言部分|(?P<part>{_PART})){{0,8}}"""
_DATES = r"(?:\d{1,2}月(?:\d{1,2}日)?(?:(?:至|和|-)(?:\d{1,2}月)?\d{1,2}日)?)?"
_MEETING = re.compile(
    rf"""(?<!\d)(?P<year>{YEAR})年{_DATES}
         (?:[\u4e00-\u9fff0-9]{{0,40}}?(?:会议|报告|届会|汇编|文件|说明)|(?=的?(?:第|段|建议)))
         {_LINKS}""",
    re.VERBOSE,
)
_SESSION = re.compile(rf"第(?P<session>{NUMERAL})(?:次|届)(?:会议|届会|年会){_LINKS}", re.VERBOSE)
_OWN = re.compile(rf"(?:本报告|本文件|本说明|本汇编|本文|上文|下文){_LINKS}", re.VERBOSE)
_ID = re.compile(rf"(?<![0-9A-Za-z_./-])(?P<id>[0-9A-Za-z][0-9A-Za-z_.-]{{2,80}}){_LINKS}", re.VERBOSE)
_PART_ALONE = re.compile(rf"(?P<part>{_PART})[,的]?")
_TITLE = re.compile(rf"《(?P<title>[^《》]{{1,200}})》{_LINKS}", re.VERBOSE)
# After a symbol: the end of a markdown link and of brackets, then the links.
_AFTER_SYMBOL = re.compile(rf"(?:\]\([^()\s]{{0,200}}\)|\])?\)?{_LINKS}", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Named:
    """A document as it is named; `start` is None where the name is a citation or a title of its own."""

    start: int | None = None
    document: str | None = None
    title: str | None = None
    year: int | None = None
    session: int | None = None
    part: str | None = None
    own: bool = False


def find_named(shadow: Shadow, cited: Sequence[Citation]) -> dict[int, Named]:
    """Documents named in a text, by the place where the name and its links end.

    `cited` are the symbols, resolutions and decisions of the text.
    """
    text = shadow.text
    named: dict[int, Named] = {}
    for end, one in (*_by_words(text), *_by_title(text), *_by_citation(shadow, cited)):
        named[end] = _join(named[end], one) if end in named else one
    return named


def _join(first: Named, second: Named) -> Named:
    """What either says; the first where both do. The earlier start, unless one has none to give.

    The part of 附件一 in 《…》，附件一，第3段 is found with the title and alone; both say the same.
    """
    values = {
        field.name: getattr(first, field.name) or getattr(second, field.name)
        for field in fields(Named)
        if field.name != "start"
    }
    outside = first.start is None or second.start is None
    start = None if outside else min(first.start or 0, second.start or 0)
    return Named(start=start, **values)


def _by_words(text: str) -> Iterator[tuple[int, Named]]:
    for match in _MEETING.finditer(text):
        inner = _SESSION.search(match[0])
        session = parse_numeral(inner["session"]) if inner else None
        named = Named(match.start(), year=parse_numeral(match["year"]), session=session, part=match["part"])
        yield match.end(), named
    for match in _SESSION.finditer(text):
        yield match.end(), Named(match.start(), session=parse_numeral(match["session"]), part=match["part"])
    for match in _OWN.finditer(text):
        yield match.end(), Named(match.start(), own=True, part=match["part"])
    for match in _ID.finditer(text):
        if _looks_like_id(match["id"]):
            yield match.end(), Named(match.start(), document=match["id"], part=match["part"])
    for match in _PART_ALONE.finditer(text):
        yield match.end(), Named(match.start(), part=match["part"])


def _looks_like_id(name: str) -> bool:
    """`2019-report`, `003_1a2397df66d15e52`; not `2019`, `COVID-19` or a symbol."""
    letters = any(character.isalpha() for character in name)
    digits = any(character.isdigit() for character in name)
    return letters and digits and ("_" in name or ("-" in name and not name.isupper()))


def _by_title(text: str) -> Iterator[tuple[int, Named]]:
    for match in _TITLE.finditer(text):
        title = match["title"]
        yield match.end(), replace(_of_title(title), part=match["part"])


def _of_title(title: str) -> Named:
    meeting = _MEETING.search(title)
    year = parse_numeral(meeting["year"]) if meeting else None
    return Named(title=title, year=year)


def _by_citation(shadow: Shadow, cited: Sequence[Citation]) -> Iterator[tuple[int, Named]]:
    text = shadow.text
    titles = {match.end("title") + 1: match["title"] for match in _TITLE.finditer(text)}
    for citation in cited:
        start = bisect_left(shadow.starts, citation.span.start)
        end = bisect_left(shadow.starts, citation.span.end)
        name = citation.symbol if citation.kind is CitationKind.SYMBOL else citation.key
        match = _AFTER_SYMBOL.match(text, end)
        stop, part = (match.end(), match["part"]) if match else (end, None)
        title = titles.get(start - 1) if text[start - 1 : start] == "(" else None
        known = _of_title(title) if title else Named()
        yield stop, replace(known, document=name, part=part)
