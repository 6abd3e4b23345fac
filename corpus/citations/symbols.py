"""Document symbols of the United Nations: CTOC/COP/WG.4/2019/L.1/Add.2, A/RES/77/236, S/RES/2652 (2022)."""

import re
from collections.abc import Iterator
from functools import cache

from corpus.citations.shadow import Shadow
from corpus.citations.types import Citation, CitationKind
from corpus.plain_text.lists import read_rows

__all__ = ["find_symbols", "resolution_key"]

# One segment. A line break may stand inside a year or a word that goes on before the next slash.
_SEGMENT = r"""
    (?: (?:1\n9\d\d|19\n\d\d|19\d\n\d|2\n0\d\d|20\n\d\d|20\d\n\d)(?=/)
      | [A-Z]{1,11}\n[A-Z]{1,11}(?=[./])
      | \d[\dlIO]{0,5}(?:-\d{1,4}(?![\d/]))?
      | (?:E?S)-\d{1,3}
      | [A-Z]{1,12}(?:\.[0-9A-Za-z]{1,6}(?:\.\d{1,3})?)?
    )"""
_ONE_SEGMENT = re.compile(rf"/{{1,2}}(?P<segment>{_SEGMENT})", re.VERBOSE | re.IGNORECASE)
_HOST = re.compile(r"(?:undocs|docs\.un)\.org/(?:[a-z]{2}/)?\Z", re.IGNORECASE)
# What a number in brackets after …/RES/… may be: the year (Security Council) or the session (before 1976).
_BRACKETS = re.compile(r"(?:[ ]?(?P<letter>[A-Z]))?\((?:(?P<year>\d{4})|(?P<session>[IVXLC]{1,8}))\)")
_BROKEN_END = re.compile(r"\n\d{1,3}(?=[)\]])")
_BODY = re.compile(r"(?:AC|C|CN|COM|CONF|GE|PC|SC|SUB|WG)\.\w+", re.IGNORECASE)
_SUFFIXES = {"REV": "Rev", "ADD": "Add", "CORR": "Corr", "AMEND": "Amend"}
_MOST_SEGMENTS = 10
_RESOLUTIONS = {
    "A/RES": ("resolution", "GA"),
    "S/RES": ("resolution", "SC"),
    "E/RES": ("resolution", "ECOSOC"),
    "A/HRC/RES": ("resolution", "HRC"),
    "A/HRC/DEC": ("decision", "HRC"),
    "A/DEC": ("decision", "GA"),
}


@cache
def _heads() -> tuple[frozenset[str], re.Pattern[str]]:
    names = [name for (name,) in read_rows("series.tsv", 1)]
    broken = sorted((r"\n?".join(name) for name in names), key=len, reverse=True)
    return frozenset(names), re.compile(
        rf"(?<![0-9A-Za-z_.])(?P<head>{'|'.join(broken)}|[A-Z]{{2,12}})(?=/)", re.IGNORECASE
    )


def find_symbols(shadow: Shadow, source: str) -> Iterator[Citation]:
    """Symbols of a text, in order of place."""
    text = shadow.text
    if "/" not in text:
        return
    listed, heads = _heads()
    place = last_end = 0
    while match := heads.search(text, place):
        place = match.end()
        if match.start() != last_end + 1 and not _may_start(text, match.start()):
            continue
        head = match["head"].replace("\n", "")
        end, segments = _read_segments(text, match.end(), listed)
        if not _is_symbol(head, segments, listed) or _goes_on(text, end):
            continue
        citation = _citation(shadow, source, match.start(), end, head, segments)
        place = max(place, end)
        last_end = end
        yield citation


def _may_start(text: str, place: int) -> bool:
    """After a slash only where that ends the address of the document server, with or without language."""
    return text[place - 1 : place] != "/" or bool(_HOST.search(text, max(0, place - 30), place))


def _goes_on(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return after.isascii() and after.isalnum()


def _read_segments(text: str, place: int, listed: frozenset[str]) -> tuple[int, list[str]]:
    """Segments with their slashes from `place` on, up to the last that holds a digit."""
    segments: list[str] = []
    ends: list[int] = []
    while len(segments) < _MOST_SEGMENTS and (match := _ONE_SEGMENT.match(text, place)):
        segment = match["segment"].replace("\n", "")
        if (
            segment in listed
            and text[match.end() : match.end() + 1] == "/"
            and _starts_anew(segments, segment)
        ):
            break
        segments.append(match[0].replace("\n", ""))
        ends.append(match.end())
        place = match.end()
    while segments and not any(character.isdigit() for character in segments[-1]):
        segments.pop()
        ends.pop()
    return (ends[-1] if ends else place), segments


def _starts_anew(segments: list[str], segment: str) -> bool:
    """Whether `A/77/10 / A/77/11` goes on to another symbol (E/C.12/… may hold C, CRC/C/… no A or E)."""
    return bool(segments) and segments[-1].strip("/").isdigit() and segment.isupper()


def _is_symbol(head: str, segments: list[str], listed: frozenset[str]) -> bool:
    names = [segment.strip("/") for segment in segments]
    if not names:
        return False
    if len(names) == 1:  # the oldest series: S/25704
        return head == "S" and re.fullmatch(r"\d{5}", names[0]) is not None
    if _BODY.fullmatch(names[-1]):
        return False
    if head.upper() not in listed:
        return head.isupper() and names[0].isupper() and len(names) >= 3
    has_number = any(name[0].isdigit() for name in names)
    return has_number or (len(names) >= 2 and "." in names[-1])


def _citation(shadow: Shadow, source: str, start: int, end: int, head: str, segments: list[str]) -> Citation:
    text = shadow.text
    symbol = head.upper() + "".join(_canonical(segment) for segment in segments)
    if text[start - 1 : start] in ("(", "[") and (more := _BROKEN_END.match(text, end)):
        symbol += more[0].strip()
        end = more.end()
    kind, organ, number = _resolution_of(symbol)
    year = None
    if organ and (brackets := _BRACKETS.match(text, end)):
        end = brackets.end()
        year = int(brackets["year"]) if brackets["year"] else None
        if brackets["session"]:
            number = f"{number}{brackets['letter'] or ''}({brackets['session']})"
    key = f"{kind}:{organ}:{number}" if organ else f"symbol:{symbol}"
    span = shadow.span(start, end)
    raw = source[span.start : span.end]
    return Citation(CitationKind.SYMBOL, span, raw, key, symbol=symbol, organ=organ, number=number, year=year)


def _canonical(segment: str) -> str:
    name, dot, rest = segment.lstrip("/").partition(".")
    slashes = segment[: len(segment) - len(segment.lstrip("/"))]
    if name[:1].isdigit():
        return slashes + segment.lstrip("/")  # l for 1 and the like stay as printed
    return slashes + _SUFFIXES.get(name.upper(), name.upper()) + dot + rest


def _resolution_of(symbol: str) -> tuple[str, str | None, str | None]:
    for prefix, (kind, organ) in _RESOLUTIONS.items():
        number = symbol.removeprefix(prefix + "/")
        if number != symbol and re.fullmatch(r"(?:E?S-)?\d+(?:/\d+)?", number):
            return kind, organ, number
    return "symbol", None, None


def resolution_key(kind: CitationKind, organ: str | None, number: str) -> str:
    """The key of a resolution or decision, e.g. `resolution:?:77/236`."""
    return f"{kind.value}:{organ or '?'}:{number}"
