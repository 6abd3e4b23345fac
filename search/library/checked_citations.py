"""Citations of a pasted text: whether what they name exists, and holds the words quoted with them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from corpus.plain_text.numerals import NUMERAL
from corpus.types import Span
from search.library.units import unit_json
from search.opened import OpenIndex, Place
from search.shapes.citations import CheckAnswer, CheckedCitation, CheckedQuotation, Status
from search.shapes.units import CitedUnit

if TYPE_CHECKING:
    from corpus.citations.find import Citation
    from search.references.catalogue import Naming
    from search.references.quotations import Quotation
    from search.references.resolve import Reading

__all__ = ["Status", "resolve_citations"]

MOST_UNITS = 20
"""Units listed for one citation, such as a range."""

_SEARCHED = 50  # units looked through for words that do not stand where the citation says
_SOURCES = 8  # documents kept while one text is checked: they may be megabytes

_DATE = re.compile(r"\s*\d{1,2}\s*月")
_CLAUSES = re.compile(rf"(?:之{NUMERAL})?(?:第{NUMERAL}款)?(?:第?[(（]?(?:[a-z]|{NUMERAL})[)）]?项)?")
_LINK = re.compile(r"[\s，,、的号文件报告中内()（）]{0,12}")


@dataclass(frozen=True, slots=True)
class _Found:
    """What a citation names: units, documents that bear a symbol, numbers of a range without a unit."""

    places: tuple[Place, ...] = ()
    documents: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()

    @property
    def exists(self) -> bool:
        return bool(self.places or self.documents) and not self.missing


def resolve_citations(library: OpenIndex, text: str) -> CheckAnswer:
    """Each citation in a text: `{"text", "index_version", "citations"}`.

    A citation has `status`: `exists`, `not_found`, or `exists_but_differs` where words quoted with it in
    the same sentence are not in what it names, verbatim but for white space. `units` are the paragraphs
    or recommendations named, with their words, `documents` the ids of the documents that bear a symbol,
    `missing` the numbers of a range that are not there, `quotes` the words quoted with `stands_in`: where
    they do stand. `text` is the text as read, without control characters; spans count its characters.
    """
    from search.query import clean
    from search.references.quotations import sentences

    cleaned, looked_up = clean(text), _LookedUp(library)
    listed: list[CheckedCitation] = []
    document: str | None = None
    for sentence in sentences(cleaned):
        found = _checked(looked_up, cleaned, sentence, document)
        listed += [one for one, _ in found]
        named = {place.unit.document for _, what in found for place in what.places}
        named |= {id for _, what in found for id in what.documents}
        document = named.pop() if len(named) == 1 else document
    return {"text": cleaned, "index_version": library.index_version, "citations": listed}


class _LookedUp:
    """What is looked up for one text, each thing once: it may cite or quote the same a thousand times."""

    def __init__(self, library: OpenIndex) -> None:
        self.library = library
        self.cited_by = cache(lambda key: len(library.snapshot.citing.rows(key)))
        self.source = lru_cache(_SOURCES)(library.snapshot.documents.source)
        self.standing = cache(partial(_standing, library))
        self._units: dict[tuple[int, str | None], CitedUnit] = {}

    def unit(self, place: Place) -> CitedUnit:
        """The JSON of a place, one object wherever it is listed."""
        key = place.row, place.label
        if key not in self._units:
            self._units[key] = unit_json(self.library, place)
        return self._units[key]


def _checked(
    looked_up: _LookedUp, text: str, sentence: Span, document: str | None
) -> list[tuple[CheckedCitation, _Found]]:
    """The citations of one sentence, with its quotations attached; `document` is that of the text before."""
    from search.references.resolve import read_reference

    said = text[sentence.start : sentence.end]
    reading = read_reference(looked_up.library.searcher.catalogue, said)
    quoted = _quoted(said, reading)
    finder = _Finder(looked_up.library, reading, document)
    found = []
    for at, citation in enumerate(reading.citations):
        what = finder.find(citation)
        found.append((_citation_json(looked_up, citation, what, quoted[at], sentence.start), what))
    return found


def _quoted(said: str, reading: "Reading") -> "defaultdict[int | None, list[Quotation]]":
    """The quotations of a sentence by the number of the citation that they belong to."""
    from search.references.overlaps import within
    from search.references.quotations import attach, find_quotations

    cited, marked = reading.citations, find_quotations(said)
    # What stands in quotation marks may be a reference and nothing else: “2031年会议建议7”.
    are_names = within([one.span for one in marked], reading.spans)
    quotations = [one for one, is_name in zip(marked, are_names, strict=True) if not is_name]
    # What is cited inside quotation marks is part of the words, which belong to a citation outside.
    inside = within([one.span for one in cited], [one.span for one in quotations])
    outside = [at for at, is_inside in enumerate(inside) if not is_inside]
    chosen = attach(said, quotations, [cited[at].span for at in outside])
    quoted = defaultdict(list)
    for quotation, one in zip(quotations, chosen, strict=True):
        quoted[_pinpoint(said, cited, None if one is None else outside[one])].append(quotation)
    return quoted


def _pinpoint(said: str, cited: "Sequence[Citation]", owner: int | None) -> int | None:
    """The paragraph that follows a symbol rather than the symbol: in “…”（RIV/COP/2032/5，第14段）."""
    if owner is None or owner + 1 == len(cited) or cited[owner].symbol is None:
        return owner
    between = said[cited[owner].span.end : cited[owner + 1].span.start]
    follows = cited[owner + 1].kind in ("paragraph", "recommendation") and _LINK.fullmatch(between)
    return owner + 1 if follows else owner


class _Finder:
    """What the citations of a sentence name, in the document named there, else in that of the text before."""

    def __init__(self, library: OpenIndex, reading: "Reading", document: str | None) -> None:
        self._library = library
        self._document = document
        self._names: defaultdict[Span, set[str]] = defaultdict(set)
        for naming in reading.names:
            self._names[naming.span] |= naming.documents
        # A date in the sentence is no name of a document: 2031年5月，根据建议7……
        times = (time for time in reading.times if not _DATE.match(reading.text, time.span.end))
        self._bare = replace(reading, citations=(), names=_distinct(reading.names), times=_distinct(times))
        self._known: dict[tuple[object, ...], _Found] = {}
        self._text = reading.text
        self._instruments: dict[str, _Found | None] = {}

    def find(self, citation: "Citation") -> _Found:
        """What a citation of the sentence names."""
        if citation.instrument is not None and (placed := self._of_instrument(citation)) is not None:
            return placed
        if citation.symbol is not None or citation.first is None or citation.instrument is not None:
            return _Found(documents=tuple(sorted(self._names.get(citation.span, ()))))
        said = citation.said
        if said not in self._known:
            self._known[said] = self._addressed(citation)
        return self._known[said]

    def _of_instrument(self, citation: "Citation") -> _Found | None:
        """The article of an instrument of the index, with the clause or 之一 that follows it.

        None where the index does not hold the instrument.
        """
        from search.references.resolve import find_placed, read_reference

        start, end = citation.span.start, citation.span.end
        after = _CLAUSES.match(self._text, end)
        said = self._text[start:end] + (after[0] if after else "")
        if said not in self._instruments:
            catalogue = self._library.searcher.catalogue
            matches = find_placed(self._library.snapshot, catalogue, read_reference(catalogue, said))
            self._instruments[said] = (
                None
                if matches is None
                else _Found(tuple(self._library.at(match.row, match.item) for match in matches))
            )
        return self._instruments[said]

    def _addressed(self, citation: "Citation") -> _Found:
        from search.references.resolve import find_addressed

        alone, document = replace(self._bare, citations=(citation,)), self._document
        said = (alone.names, alone.times, citation.document, citation.title, citation.year, citation.session)
        tries = [alone] if document is None or any(said) else [replace(alone, document=document), alone]
        for one in tries:
            matches = find_addressed(self._library.snapshot, self._library.searcher.catalogue, one)
            if matches:
                places = tuple(self._library.at(match.row, match.item) for match in matches)
                return _Found(places, (), _missing(citation, places))
        return _Found()


def _distinct(names: "Iterable[Naming]") -> "tuple[Naming, ...]":
    """One name for each set of documents: a sentence may name the same thing a thousand times."""
    return tuple({naming.documents: naming for naming in names}.values())


def _missing(citation: "Citation", places: tuple[Place, ...]) -> tuple[int, ...]:
    there = {place.unit.number for place in places}
    first, last = citation.first or 0, citation.last or citation.first or 0
    # A longer range than any document has is told by its first missing number.
    lacking = (number for number in range(first, last + 1) if number not in there)
    return tuple(number for number, _ in zip(lacking, range(MOST_UNITS), strict=False))


def _citation_json(
    looked_up: _LookedUp, citation: "Citation", what: _Found, quotations: "list[Quotation]", shift: int
) -> CheckedCitation:
    quotes = [_quote_json(looked_up, quotation, what, shift) for quotation in quotations]
    status = Status.EXISTS if what.exists else Status.NOT_FOUND
    if what.exists and not all(quote["verbatim"] for quote in quotes):
        status = Status.DIFFERS
    return {
        "kind": citation.kind.value,
        "text": citation.raw,
        "span": [citation.span.start + shift, citation.span.end + shift],
        "key": citation.key,
        "status": status,
        "units": [looked_up.unit(place) for place in what.places[:MOST_UNITS]],
        "documents": list(what.documents),
        "missing": list(what.missing),
        "quotes": quotes,
        "cited_by": looked_up.cited_by(citation.key),
    }


def _quote_json(looked_up: _LookedUp, quotation: "Quotation", what: _Found, shift: int) -> CheckedQuotation:
    """Quoted words: whether they stand where the citation says, and the citations of where else they do."""
    from search.references.quotations import holds

    texts = [place.text for place in what.places]
    texts += [looked_up.source(id) for id in what.documents]
    verbatim = any(holds(text, quotation.text) for text in dict.fromkeys([*texts, "".join(texts)]))
    return {
        "text": quotation.text,
        "span": [quotation.span.start + shift, quotation.span.end + shift],
        "verbatim": verbatim,
        "stands_in": [] if verbatim else looked_up.standing(quotation.text),
    }


def _standing(library: OpenIndex, quoted: str) -> list[str]:
    """Citations of units that hold quoted words, best match first."""
    from search.query import MAX_LENGTH, Mode, Query, clean
    from search.references.quotations import holds

    words = clean(quoted)[:MAX_LENGTH]
    if not words:
        return []
    hits = library.searcher.search(Query(words, _SEARCHED, mode=Mode.BM25)).hits
    return [hit.citation for hit in hits if holds(hit.unit.text, quoted)]
