"""Symbols that look misprinted beside the others of their document. They are flagged, never corrected.

Three rules, each of which needs the document's own testimony or a form that no symbol has:

1. malformed: two slashes in a row, or a letter l, I or O inside a number (2O15);
2. missing or impossible year: at least three other symbols of the series carry a year where this one
   does not (CTOC/COP/WG.4/3), or carries one outside 1946 to 2100 (CTOC/COP/WG.4/2109/3);
3. magnitude: a number with a digit doubled (22) more than four times as large as any other of the
   series (at least three of them), while the number with the digit once (2) is not: CTOC/COP/WG.4/2020/22
   beside 2020/3, 2022/1, 2022/2, 2022/3.
"""

import re
from collections.abc import Iterator, Sequence

from corpus.citations.types import Citation

__all__ = ["find_suspect_symbols"]

_LETTER_IN_NUMBER = re.compile(
    r"/(?=\d)[\dlIO]*[lIO]|\.(?:[lIO]+\d|\d+[lO])(?![A-Za-z])|\.[lO](?![A-Za-z0-9])"
)
_DATED = re.compile(r"(?P<series>[A-Z][^/]*(?:/[^/\d][^/]*)*)/(?P<year>\d+)/(?P<number>\d+)(?P<rest>/.*)?")
_UNDATED = re.compile(r"(?P<series>[A-Z][^/]*(?:/[^/\d][^/]*)*)/(?P<number>\d{1,3})(?:/[A-Z].*)?")
_DOUBLED = re.compile(r"(\d)\1")
_FEWEST = 3
_TIMES = 4


def find_suspect_symbols(citations: Sequence[Citation]) -> list[tuple[Citation, str]]:
    """Symbols of one document that look misprinted, each with a sentence that says why.

    `citations` are all citations of the document; those that are no symbols are passed over.
    """
    symbols = [citation for citation in citations if citation.symbol is not None]
    printed = {str(citation.symbol) for citation in symbols}
    found = []
    for citation in symbols:
        others = printed - {str(citation.symbol)}
        reason = next(_reasons(str(citation.symbol), others), None)
        if reason:
            found.append((citation, f"{citation.symbol}: {reason}; it is kept as printed"))
    return found


def _reasons(symbol: str, others: set[str]) -> Iterator[str]:
    if "//" in symbol:
        yield "two slashes in a row"
    if _LETTER_IN_NUMBER.search(symbol):
        yield "a letter inside a number"
    yield from _year(symbol, others)
    yield from _magnitude(symbol, others)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and 1946 <= int(digits) <= 2100


def _year(symbol: str, others: set[str]) -> Iterator[str]:
    match = _DATED.fullmatch(symbol) or _UNDATED.fullmatch(symbol)
    if match is None:
        return
    year = match.groupdict().get("year")
    if year is not None and _is_year(year):
        return
    dated = [other for other in map(_DATED.fullmatch, others) if other and other["series"] == match["series"]]
    if len([other for other in dated if _is_year(other["year"])]) >= _FEWEST and all(
        _is_year(other["year"]) for other in dated
    ):
        what = "no year" if year is None else f"{year} is no year"
        yield f"{what}, while the other symbols of the series {match['series']} carry one"


def _magnitude(symbol: str, others: set[str]) -> Iterator[str]:
    match = _DATED.fullmatch(symbol)
    if match is None or not _is_year(match["year"]) or not _DOUBLED.search(match["number"]):
        return
    numbers = {
        (other["year"], int(other["number"]))
        for other in map(_DATED.fullmatch, others)
        if other and other["series"] == match["series"] and _is_year(other["year"])
    } - {(match["year"], int(match["number"]))}
    if len(numbers) < _FEWEST:
        return
    largest = max(number for _, number in numbers)
    once = int(_DOUBLED.sub(r"\1", match["number"], count=1))
    if int(match["number"]) > _TIMES * largest and once <= _TIMES * largest:
        yield (
            f"number {match['number']} stands far above the others of the series {match['series']} here "
            f"(at most {largest}); {once} may be meant"
        )
