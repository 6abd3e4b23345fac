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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    series: dict[str, _Series] = {}
    for symbol in {str(citation.symbol) for citation in symbols}:
        if match := _DATED.fullmatch(symbol):
            series.setdefault(match["series"], _Series()).add(match)
    reasons: dict[str, str | None] = {}
    found = []
    for citation in symbols:
        symbol = str(citation.symbol)
        if symbol not in reasons:
            reasons[symbol] = next(_reasons(symbol, series), None)
        if reason := reasons[symbol]:
            found.append((citation, f"{symbol}: {reason}; it is kept as printed"))
    return found


@dataclass(slots=True)
class _Series:
    """What the dated symbols of a series say: counted once, so that time is linear in their number."""

    dated: int = 0
    undated: int = 0
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)
    _highest: list[int] | None = None

    def add(self, match: re.Match[str]) -> None:
        if _is_year(match["year"]):
            self.dated += 1
            self.numbers[match["year"], int(match["number"])] += 1
        else:
            self.undated += 1

    def others(self, year: str, number: int) -> tuple[int, int]:
        """How many other numbers there are, and the largest of them."""
        if self._highest is None:
            self._highest = sorted((number for _, number in self.numbers), reverse=True)[:2]
        rest = list(self._highest)
        if (year, number) in self.numbers and number in rest:
            rest.remove(number)
        return len(self.numbers) - ((year, number) in self.numbers), max(rest, default=0)


def _reasons(symbol: str, series: Mapping[str, _Series]) -> Iterator[str]:
    if "//" in symbol:
        yield "two slashes in a row"
    if _LETTER_IN_NUMBER.search(symbol):
        yield "a letter inside a number"
    yield from _year(symbol, series)
    yield from _magnitude(symbol, series)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and 1946 <= int(digits) <= 2100


def _year(symbol: str, series: Mapping[str, _Series]) -> Iterator[str]:
    dated = _DATED.fullmatch(symbol)
    match = dated or _UNDATED.fullmatch(symbol)
    if match is None or match["series"] not in series:
        return
    year = match.groupdict().get("year")
    if year is not None and _is_year(year):
        return
    own = series[match["series"]]
    if own.dated >= _FEWEST and own.undated == (dated is not None):
        what = "no year" if year is None else f"{year} is no year"
        yield f"{what}, while the other symbols of the series {match['series']} carry one"


def _magnitude(symbol: str, series: Mapping[str, _Series]) -> Iterator[str]:
    match = _DATED.fullmatch(symbol)
    if match is None or not _is_year(match["year"]) or not _DOUBLED.search(match["number"]):
        return
    others, largest = series[match["series"]].others(match["year"], int(match["number"]))
    if others < _FEWEST:
        return
    once = int(_DOUBLED.sub(r"\1", match["number"], count=1))
    if int(match["number"]) > _TIMES * largest and once <= _TIMES * largest:
        yield (
            f"number {match['number']} stands far above the others of the series {match['series']} here "
            f"(at most {largest}); {once} may be meant"
        )
