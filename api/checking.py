"""Citations of a pasted text: whether what they name exists, and holds the words quoted with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from api.library import Library, Place
from api.present import unit_json
from corpus.types import Span

if TYPE_CHECKING:
    from corpus.citations import Citation
    from search.catalogue import Catalogue
    from search.quotations import Quotation
    from search.references import Reading

__all__ = ["Status", "resolve_citations"]

Json = dict[str, Any]

MOST_UNITS = 20
"""Units listed for one citation, such as a range."""

_SEARCHED = 50  # units looked through for words that do not stand where the citation says


_DATE = re.compile(r"\s*\d{1,2}\s*月")
_LINK = re.compile(r"[\s，,、的号文件报告中内()（）]{0,12}")


class Status(StrEnum):
    """What became of a citation. A range exists where each of its numbers does."""

    EXISTS = "exists"
    DIFFERS = "exists_but_differs"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a citation names: units, documents that bear a symbol, numbers of a range without a unit."""

    places: tuple[Place, ...] = ()
    documents: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()

    @property
    def exists(self) -> bool:
        return bool(self.places or self.documents) and not self.missing


def resolve_citations(library: Library, text: str) -> Json:
    """Each citation in a text: `{"text", "index_version", "citations"}`.

    A citation has `status`: `exists`, `not_found`, or `exists_but_differs` where words quoted with it in
    the same sentence are not in what it names, verbatim but for white space. `units` are the paragraphs
    or recommendations named, with their words, `documents` the ids of the documents that bear a symbol,
    `missing` the numbers of a range that are not there, `quotes` the words quoted with `stands_in`: where
    they do stand. `text` is the text as read, without control characters; spans count its characters.
    """
    from search.query import clean
    from search.quotations import sentences

    cleaned, catalogue = clean(text), library.searcher.catalogue
    listed: list[Json] = []
    document: str | None = None
    for sentence in sentences(cleaned):
        found = _checked(library, catalogue, cleaned, sentence, document)
        listed += [one for one, _ in found]
        named = {place.unit.document for _, what in found for place in what.places}
        named |= {id for _, what in found for id in what.documents}
        document = named.pop() if len(named) == 1 else document
    return {"text": cleaned, "index_version": library.index_version, "citations": listed}


def _checked(
    library: Library, catalogue: "Catalogue", text: str, sentence: Span, document: str | None
) -> list[tuple[Json, _Found]]:
    """The citations of one sentence, with its quotations attached; `document` is that of the text before."""
    from search.quotations import attach, find_quotations
    from search.references import read_reference

    said = text[sentence.start : sentence.end]
    reading = read_reference(catalogue, said)
    cited = reading.citations
    quotations = [one for one in find_quotations(said) if not _is_name(reading, one)]
    # What is cited inside quotation marks is part of the words, which belong to a citation outside.
    outside = [at for at, one in enumerate(cited) if not any(_inside(one.span, q.span) for q in quotations)]
    chosen = attach(said, quotations, [cited[at].span for at in outside])
    owners = [None if one is None else outside[one] for one in chosen]
    pinpoints = [_pinpoint(said, cited, owner) for owner in owners]
    found = []
    for at, citation in enumerate(cited):
        what = _find(library, catalogue, reading, citation, document)
        own = [quote for quote, owner in zip(quotations, pinpoints, strict=True) if owner == at]
        found.append((_citation_json(library, citation, what, own, sentence.start), what))
    return found


def _pinpoint(said: str, cited: "Sequence[Citation]", owner: int | None) -> int | None:
    """The paragraph that follows a symbol rather than the symbol: in “…”（RIV/COP/2032/5，第14段）."""
    if owner is None or owner + 1 == len(cited) or cited[owner].symbol is None:
        return owner
    between = said[cited[owner].span.end : cited[owner + 1].span.start]
    follows = cited[owner + 1].kind in ("paragraph", "recommendation") and _LINK.fullmatch(between)
    return owner + 1 if follows else owner


def _is_name(reading: "Reading", quotation: "Quotation") -> bool:
    """Whether what stands in quotation marks is a reference and nothing else: “2031年会议建议7”."""
    return any(_inside(quotation.span, span) for span in reading.spans)


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _find(
    library: Library, catalogue: "Catalogue", reading: "Reading", citation: "Citation", document: str | None
) -> _Found:
    """What a citation names, in the document that its sentence names, else in that of the text before."""
    from search.references import find_addressed

    names = {id for naming in reading.names if naming.span == citation.span for id in naming.documents}
    if citation.symbol is not None or citation.first is None or citation.instrument is not None:
        return _Found(documents=tuple(sorted(names)))
    # A date in the sentence is no name of a document: 2031年5月，根据建议7……
    times = tuple(time for time in reading.times if not _DATE.match(reading.text, time.span.end))
    alone = replace(reading, citations=(citation,), times=times)
    named = any((reading.names, times, citation.document, citation.title, citation.year, citation.session))
    tries = [alone] if named or document is None else [replace(alone, document=document), alone]
    for one in tries:
        matches = find_addressed(library.snapshot, catalogue, one)
        if matches:
            places = tuple(library.at(match.row, match.item) for match in matches)
            return _Found(places, (), _missing(citation, places))
    return _Found()


def _missing(citation: "Citation", places: tuple[Place, ...]) -> tuple[int, ...]:
    there = {place.unit.number for place in places}
    first, last = citation.first or 0, citation.last or citation.first or 0
    # A longer range than any document has is told by its first missing number.
    lacking = (number for number in range(first, last + 1) if number not in there)
    return tuple(number for number, _ in zip(lacking, range(MOST_UNITS), strict=False))


def _citation_json(
    library: Library, citation: "Citation", what: _Found, quotations: "list[Quotation]", shift: int
) -> Json:
    quotes = [_quote_json(library, quotation, what, shift) for quotation in quotations]
    status = Status.EXISTS if what.exists else Status.NOT_FOUND
    if what.exists and not all(quote["verbatim"] for quote in quotes):
        status = Status.DIFFERS
    return {
        "kind": citation.kind.value,
        "text": citation.raw,
        "span": [citation.span.start + shift, citation.span.end + shift],
        "key": citation.key,
        "status": status.value,
        "units": [unit_json(library, place) for place in what.places[:MOST_UNITS]],
        "documents": list(what.documents),
        "missing": list(what.missing),
        "quotes": quotes,
        "cited_by": len(library.snapshot.citing.rows(citation.key)),
    }


def _quote_json(library: Library, quotation: "Quotation", what: _Found, shift: int) -> Json:
    """Quoted words: whether they stand where the citation says, and the citations of where else they do."""
    from search.quotations import holds

    texts = [place.text for place in what.places]
    texts += [library.snapshot.documents.source(id) for id in what.documents]
    verbatim = any(holds(text, quotation.text) for text in [*texts, "".join(texts)])
    return {
        "text": quotation.text,
        "span": [quotation.span.start + shift, quotation.span.end + shift],
        "verbatim": verbatim,
        "stands_in": [] if verbatim else _standing(library, quotation.text),
    }


def _standing(library: Library, quoted: str) -> list[str]:
    """Citations of units that hold quoted words, best match first."""
    from search.query import MAX_LENGTH, Mode, Query, clean
    from search.quotations import holds

    words = clean(quoted)[:MAX_LENGTH]
    if not words:
        return []
    hits = library.searcher.search(Query(words, _SEARCHED, mode=Mode.BM25)).hits
    return [hit.citation for hit in hits if holds(hit.unit.text, quoted)]
