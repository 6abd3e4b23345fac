"""Citations written in English: recommendation 17 of the 2019 report, paras. 12–15, article 9, paragraph 1.

The shadow keeps a space only between two letters or digits: para. 40 is `para.40` there.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from corpus.citations.shadow import Shadow
from corpus.citations.symbols import resolution_key
from corpus.citations.types import Citation, CitationKind
from corpus.plain_text.lists import read_rows

__all__ = ["find_english"]

_ITEMS = r"(?:\((?:[a-z]{1,4}|\d{1,2})\)){0,3}"
_ONE = rf"(?!(?:19|20)\d\d\s[a-z])\d{{1,4}}(?![\d/.]\d){_ITEMS}"
_BETWEEN = r"(?:,?\s?(?:and|or)\s?|,|\s?(?:to|through|-)\s?)"
_LIST = rf"(?:nos?\.?\s?)?(?P<numbers>{_ONE}(?:{_BETWEEN}{_ONE}){{0,20}})(?<![0-9](?=[0-9A-Za-z/]))"
_PINPOINT = re.compile(
    rf"(?<![A-Za-z])(?:(?P<paragraph>paragraphs?|paras?\.?)|(?P<recommendation>recommendations?|recs?\.)"
    rf"|(?P<article>articles?|arts?\.))\s?{_LIST}",
    re.IGNORECASE,
)
_FIRST_LETTER = re.compile("[ADPRadpr]")  # of every word that names a kind of place; Chinese text has none
_MEMBER = re.compile(rf"(?P<range>\s?(?:to|through|-)\s?)?(?P<number>\d{{1,4}})(?P<items>{_ITEMS})")
_ITEM = re.compile(r"\(([a-z]{1,4}|\d{1,2})\)")
# Steps below an article or paragraph: , paragraph 1; (1); , subparagraph (a).
_STEP = re.compile(
    rf",?\s?(?:(?:sub-?paragraphs?|sub-?paras?\.?|items?)\s?(?P<item>{_ITEMS[:-5]}+)|(?:paragraphs?|paras?\.?)\s?(?P<clause>\d{{1,2}})"
    rf"(?P<items>{_ITEMS}))(?!\d)",
    re.IGNORECASE,
)
_CLAUSE_OF = re.compile(r"\s?of\s?(?:article|art\.)\s?(?P<number>\d{1,4})(?![\d/])", re.IGNORECASE)
_RESOLUTION = re.compile(
    r"(?<![A-Za-z])(?:(?P<resolution>resolutions?|res\.)|decisions?)\s?(?P<number>\d{1,3}/\d{1,3})(?![\d/])"
    r"|(?<![A-Za-z])resolution\s?(?P<council>\d{3,4})\((?P<year>(?:19|20)\d\d)\)",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:,?\s?(?:of|in|from|to|contained in|set out in|adopted (?:at|by|in))\s|,\s?)(?:the\s|document\s)*"
    r"(?P<what>[^.;?!。；？！]{0,120})",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?P<what>[^.;?!。；？！]{0,120}?)(?:,|:|'s|’s|\()?\s?(?:the\s)?\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/A-Za-z])(?:19|20)\d\d(?![\d/A-Za-z])")
_PAPER = re.compile(r"report|meeting|session|document|compilation|note|conference|guidelines", re.IGNORECASE)
_ORDINALS: tuple[str, ...] = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_ORDINALS += ("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth")
_ORDINALS += ("eighteenth", "nineteenth", "twentieth")
_SESSION = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<figure>\d{{1,3}})(?:st|nd|rd|th))\s(?:meeting|session)",
    re.IGNORECASE,
)
_ANNEX = re.compile(r"(?<![A-Za-z])annex(?:\s(?P<number>[IVX]{1,4}|\d{1,2}))?(?![A-Za-z0-9])", re.IGNORECASE)
_CHINESE = "一二三四五六七八九十"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_INSTRUMENT = r"\s?(?:of|to|under)\s(?:the\s)?(?P<name>{names})(?![A-Za-z])"


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a list at `[start, end)` of the shadow."""

    start: int
    end: int
    first: int
    last: int
    item: tuple[str, ...]

    @property
    def number(self) -> str:
        """As it is printed: `17`, `12-15`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the words beside a pinpoint say of its document; `end` is where they end, 0 if before it."""

    document: str | None = None
    year: int | None = None
    session: int | None = None
    part: str | None = None
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Paperwork:
    """A symbol or resolution at `[start, end)` of the shadow, by the name under which it is looked up."""

    start: int
    end: int
    name: str

    @staticmethod
    def of(shadow: Shadow, cited: Citation) -> "_Paperwork":
        start, end = (bisect_left(shadow.starts, place) for place in cited.span)
        return _Paperwork(start, end, cited.symbol or cited.key)


def find_english(shadow: Shadow, source: str, cited: Sequence[Citation]) -> Iterator[Citation]:
    """Paragraphs, recommendations, articles, resolutions and decisions cited in English, in order of place.

    `cited` are the symbols of the text. Where nothing is said of the document, nothing is assumed.
    Example: recommendation 17 of the 2019 report gives the key `recommendation:2019:17`
    """
    text = shadow.text
    if _FIRST_LETTER.search(text) is None:
        return
    resolutions = [_resolution(shadow, source, match) for match in _RESOLUTION.finditer(text)]
    yield from resolutions
    named = sorted((_Paperwork.of(shadow, one) for one in (*cited, *resolutions)), key=_start_of)
    reached = 0
    for match in _PINPOINT.finditer(text):
        if match.start() < reached:
            continue
        found = list(_pinpoints(shadow, source, match, named))
        yield from found
        reached = max((bisect_left(shadow.starts, one.span.end) for one in found), default=match.end())


def _pinpoints(
    shadow: Shadow, source: str, match: re.Match[str], named: "Sequence[_Paperwork]"
) -> Iterator[Citation]:
    text = shadow.text
    members = _members(text, *match.span("numbers"))
    members[0] = replace(members[0], start=match.start())
    if match["paragraph"] and len(members) == 1 and (article := _CLAUSE_OF.match(text, match.end())):
        one = members[0]
        number = int(article["number"])
        yield _article(shadow, source, replace(one, end=article.end(), first=number, last=number), one.first)
        return
    if match["article"]:
        members[-1], clause = _stepped(text, members[-1])
        last = _article(shadow, source, members[-1], clause)
        yield from (_article(shadow, source, one, None, last.instrument) for one in members[:-1])
        yield last
        return
    kind = CitationKind.PARAGRAPH if match["paragraph"] else CitationKind.RECOMMENDATION
    paper = _paper(text, match.start(), match.end(), named)
    members[-1] = replace(members[-1], end=max(paper.end, members[-1].end))
    yield from (_addressed(shadow, source, kind, one, paper) for one in members)


def _members(text: str, start: int, end: int) -> list[_Member]:
    """The members of a list: `12-15` and `7(c)`."""
    found: list[_Member] = []
    for match in _MEMBER.finditer(text, start, end):
        number = int(match["number"])
        if match["range"] and found and number >= found[-1].first:
            found[-1] = replace(found[-1], end=match.end(), last=number, item=())
        else:
            item = tuple(_ITEM.findall(match["items"]))
            found.append(_Member(match.start("number"), match.end(), number, number, item))
    return found


def _stepped(text: str, last: _Member) -> tuple[_Member, int | None]:
    """The last article of a list with the steps below it, and its clause: 9(1)(a), 9, paragraph 1."""
    clause, item, end = None, last.item, last.end
    if item and item[0].isdigit():
        clause, item = int(item[0]), item[1:]
    while step := _STEP.match(text, end):
        if step["clause"] and clause is None and not item:
            clause, item = int(step["clause"]), tuple(_ITEM.findall(step["items"]))
        elif step["item"]:
            item = (*item, *_ITEM.findall(step["item"]))
        else:
            break
        end = step.end()
    return replace(last, end=end, item=item), clause


def _article(
    shadow: Shadow, source: str, one: _Member, clause: int | None, instrument: str | None = None
) -> Citation:
    treaties, names = _names("treaty")
    end = one.end
    if match := re.compile(_INSTRUMENT.format(names=names), re.IGNORECASE).match(shadow.text, end):
        instrument, end = treaties[_plain(match["name"])], match.end()
    steps = [str(clause)] if clause is not None else []
    key = ":".join(["article", instrument or "?", one.number, *steps, *one.item])
    span = shadow.span(one.start, end)
    return Citation(
        CitationKind.ARTICLE,
        span,
        source[span.start : span.end],
        key,
        number=one.number,
        first=one.first,
        last=one.last,
        item=one.item,
        instrument=instrument,
        paragraph=clause,
    )


def _addressed(shadow: Shadow, source: str, kind: CitationKind, one: _Member, paper: _Paper) -> Citation:
    year = None if paper.year is None else str(paper.year)
    session = None if paper.session is None else f"session{paper.session}"
    document = paper.document or year or session or "?"
    named = f"{document}:{paper.part}" if paper.part else document
    span = shadow.span(one.start, one.end)
    return Citation(
        kind,
        span,
        source[span.start : span.end],
        ":".join([kind.value, named, one.number, *one.item]),
        number=one.number,
        first=one.first,
        last=one.last,
        item=one.item,
        document=paper.document,
        year=paper.year,
        session=paper.session,
        part=paper.part,
    )


def _paper(text: str, start: int, end: int, named: "Sequence[_Paperwork]") -> _Paper:
    """What is said behind a pinpoint of its document, or else before it."""
    if behind := _OF.match(text, end):
        found = _read_paper(text, behind.start("what"), behind.end("what"), named)
        if found != _Paper():
            return found
    for one in _near(named, start - 130, start):
        if one.end <= start and re.fullmatch(r"\)?[,:]?\s?(?:the\s)?", text[one.end : start]):
            return _Paper(one.name)
    before = _BEFORE.search(text, max(0, start - 130), start)
    if before is None:
        return _Paper()
    return replace(_read_paper(text, before.start("what"), before.end("what"), ()), end=0)


def _near(named: "Sequence[_Paperwork]", start: int, end: int) -> "Sequence[_Paperwork]":
    """Those that begin in a range; `named` come by their starts."""
    return named[bisect_left(named, start, key=_start_of) : bisect_left(named, end, key=_start_of)]


def _start_of(one: "_Paperwork") -> int:
    return one.start


def _read_paper(text: str, start: int, end: int, named: "Sequence[_Paperwork]") -> _Paper:
    annex = _ANNEX.search(text, start, end)
    part = None if annex is None else f"附件{_chinese(annex['number'])}"
    for one in _near(named, start, end):
        if start <= one.start < end:
            return _Paper(one.name, part=part)
    session = _SESSION.search(text, start, end)
    year = _YEAR.search(text, start, end)
    paper = _PAPER.search(text, start, end)
    if paper is None:
        return _Paper(part=part)
    ends = [one.end() for one in (session, year, paper) if one is not None]
    return _Paper(
        year=int(year[0]) if year else None,
        session=_ordinal(session) if session else None,
        part=part,
        end=max(ends),
    )


def _ordinal(match: re.Match[str]) -> int:
    return int(match["figure"]) if match["figure"] else _ORDINALS.index(match["word"].casefold()) + 1


def _chinese(number: str | None) -> str:
    """The name by which annexes are known: `annex II` is 附件二."""
    if number is None:
        return ""
    value = (
        int(number)
        if number.isdigit()
        else _ROMAN.index(number.upper()) + 1
        if number.upper() in _ROMAN
        else 0
    )
    return _CHINESE[value - 1] if 1 <= value <= len(_CHINESE) else number


def _resolution(shadow: Shadow, source: str, match: re.Match[str]) -> Citation:
    kind = (
        CitationKind.DECISION
        if match["resolution"] is None and match["council"] is None
        else CitationKind.RESOLUTION
    )
    organs, names = _names("organ")
    organ = "SC" if match["council"] else None
    start = match.start()
    if before := re.compile(rf"(?P<name>{names})(?:'s|’s)?\s\Z", re.IGNORECASE).search(
        shadow.text, max(0, start - 60), start
    ):
        start, organ = before.start(), organs[_plain(before["name"])]
    number = match["council"] or match["number"]
    span = shadow.span(start, match.end())
    raw = source[span.start : span.end]
    year = int(match["year"]) if match["year"] else None
    return Citation(
        kind, span, raw, resolution_key(kind, organ, number), organ=organ, number=number, year=year
    )


@cache
def _names(which: str) -> tuple[dict[str, str], str]:
    """English names and what they mean, and a pattern of them over a shadow, the longest first."""
    meant = {
        _plain(name): meaning
        for kind, meaning, names in read_rows("english_names.tsv", 3)
        if kind == which
        for name in names.split("|")
    }
    spelled = [
        name
        for kind, _, names in read_rows("english_names.tsv", 3)
        if kind == which
        for name in names.split("|")
    ]
    longest = sorted(spelled, key=len, reverse=True)
    return meant, "|".join(re.escape(re.sub(r"([,.])\s", r"\1", name)) for name in longest)


def _plain(name: str) -> str:
    return re.sub(r"[\s,]+", "", name).casefold()
