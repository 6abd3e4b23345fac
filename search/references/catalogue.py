"""Which documents a text names: by id, symbol, title, year or session."""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from corpus.plain_text.folding import fold
from corpus.plain_text.numerals import CHINESE_DIGITS, YEAR, parse_numeral
from corpus.types import Span
from indexer.snapshot import Snapshot
from search.records.records import Records

__all__ = ["Catalogue", "Naming"]

_ID_LIKE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_.\-/]*[0-9A-Za-z])?")
_WORD = re.compile(r"[^\s,，:：;；]+")
_YEAR = re.compile(rf"(?P<number>{YEAR})\s*年")
_SESSION = re.compile(rf"第\s*(?P<number>\d{{1,3}}|[{CHINESE_DIGITS}]{{1,5}})\s*[次届屆]\s*[会會][议議]")
_TITLE_MARKS = str.maketrans("〈〉", "《》")


@dataclass(frozen=True, slots=True)
class Naming:
    """One way in which a text names documents, where it stands, and which documents that may be.

    Example: `Naming("2019年", Span(0, 5), frozenset({"r19"}))`; an empty set fits no document.
    """

    label: str
    span: Span
    documents: frozenset[str]


class Catalogue:
    """Tables from what people call a document to its id; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot, records: Records | None = None) -> None:
        """Read ids and metadata of all documents; `records` of the same snapshot, where they are at hand."""
        self.records = records or Records(snapshot)
        self.ids = frozenset(snapshot.documents.ids)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._years: dict[int, set[str]] = defaultdict(set)
        self._sessions: dict[int, set[str]] = defaultdict(set)
        self._longest, self._inner = 0, 0
        for id, metadata in self.records.metadata.items():
            for name in (id, metadata.symbol, metadata.title):
                if name:
                    plain = _plain(name)
                    self._names[plain].add(id)
                    self._longest = max(self._longest, len(plain))
                    self._inner = max(self._inner, plain.count("》"))
            if metadata.year is not None:
                self._years[metadata.year].add(id)
            if metadata.session is not None:
                self._sessions[metadata.session].add(id)

    def named(self, name: str) -> frozenset[str]:
        """Documents with this id, symbol or title, however it is spaced: `ctoc/cop/wg.4/2019/7`."""
        return frozenset(self._names.get(_plain(name), ()))

    def of_year(self, year: int) -> frozenset[str]:
        """Documents of a year: of their meeting, else of their distribution."""
        return frozenset(self._years.get(year, ()))

    def of_session(self, session: int) -> frozenset[str]:
        """Documents of the session with this number."""
        return frozenset(self._sessions.get(session, ()))

    def names_in(self, text: str) -> list[Naming]:
        """Ids, symbols and titles of documents that stand in a text, in order.

        They are looked up, so that what merely looks like an id names nothing. Between 《》 no more is
        tried than a known title can be: a thousand opened before a thousand closed were a million titles.
        """
        spans = {match.span() for pattern in (_ID_LIKE, _WORD) for match in pattern.finditer(text)}
        closing = [at for at, character in enumerate(text) if character == "》"]
        for opening in (at for at, character in enumerate(text) if character == "《"):
            first = bisect_right(closing, opening)
            spans |= {(opening + 1, end) for end in closing[first : first + self._inner + 1]}
        most = 2 * self._longest  # cleaned text has one space between two characters at most
        spans = {(start, end) for start, end in spans if end - start <= most}
        words = {text[start:end] for start, end in spans}
        named = {word: documents for word in words if (documents := self.named(word))}
        places = [(text[start:end], Span(start, end)) for start, end in spans]
        return sorted((Naming(word, at, named[word]) for word, at in places if word in named), key=_place)

    def times_in(self, text: str) -> list[Naming]:
        """Years and sessions that stand in a text, in order; one that fits no document has an empty set."""
        found = []
        for pattern, documents in ((_YEAR, self.of_year), (_SESSION, self.of_session)):
            for match in pattern.finditer(text):
                number = parse_numeral(match["number"])
                if number is not None:
                    found.append(Naming(match.group(), Span(*match.span()), documents(number)))
        return sorted(found, key=_place)


def _place(naming: Naming) -> Span:
    return naming.span


def _plain(text: str) -> str:
    """Folded, without white space; 〈〉, which stand for 《》 inside a cited title, as 《》."""
    return "".join(fold(text).translate(_TITLE_MARKS).split())
