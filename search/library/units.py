"""Units, hits and documents as the JSON objects of the interface; the order of fields is fixed here."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from corpus.types import Anomaly
from search.opened import OpenIndex, Place
from search.records.corrections import corrections_of
from search.shapes.answers import SearchAnswer
from search.shapes.documents import AnomalyRecord, Coverage, DocumentRecord
from search.shapes.units import CitedUnit, CorrectingUnit, FoundUnit, QuotedUnit, Reasons, Relative

if TYPE_CHECKING:
    from corpus.coverage import Coverage as CharacterCoverage
    from corpus.families.relations import Families
    from corpus.types import Metadata
    from indexer.snapshot import StoredDocument
    from search.answer.quotes import Quote
    from search.searcher import Hit, Results
    from search.shapes.units import Relation as RelationName

__all__ = [
    "anomalies_json",
    "anomaly_json",
    "document_json",
    "facets_json",
    "family_json",
    "hit_json",
    "quote_json",
    "results_json",
    "unit_json",
]


def unit_json(library: OpenIndex, place: Place) -> CitedUnit:
    """A unit, or an item of it, with its citation.

    Example: `{"document": "r19", "kind": "recommendation", "number": 17, "item": None, "text": …,
    "headings": […], "citation": "《…》，建议17", "span": [812, 1022]}`; the fields that
    `CitedUnit` says may be absent are there only where they say something.
    """
    unit = place.unit
    fields: CitedUnit = {
        "document": unit.document,
        "kind": unit.kind,
        "number": unit.number,
        "item": place.label,
        "text": place.text,
        "headings": list(unit.headings),
        "citation": library.citation(place),
        "span": list(place.span),
    }
    if unit.part is not None:
        fields["part"] = unit.part
    if unit.topics:
        fields["topics"] = list(unit.topics)
    if unit.number_inferred:
        fields["number_inferred"] = True
    page = library.page(unit.document, place.span.start)
    if page is not None:
        fields["page"] = page
    _add_particulars(fields, place)
    return fields


def _add_particulars(fields: CitedUnit, place: Place) -> None:
    """What articles, blocks and rows of tables have, and what a text passes over."""
    unit = place.unit
    if unit.suffix is not None:
        fields["suffix"] = unit.suffix
    if unit.clause is not None:
        fields["clause"] = unit.clause
    if unit.label is not None:
        fields["label"] = unit.label
    if unit.table is not None:
        fields["table"] = unit.table
    if unit.row is not None:
        fields["row"] = unit.row
    start, end = (0, len(unit.text)) if place.item is None else (place.item.start, place.item.end)
    gaps = [gap for gap in unit.gaps if start <= gap.at <= end]
    if gaps:
        fields["gaps"] = [{"at": gap.at - start, "kind": gap.kind, "span": list(gap.span)} for gap in gaps]


def quote_json(library: OpenIndex, quote: "Quote") -> QuotedUnit:
    """A citation of an answer: its unit, the words quoted, and the verdicts on them.

    `verified` is both of `verified_text` (verbatim in the unit) and `verified_place` (the same characters of
    the stored source); `lead` are the words that lead into a quoted item, only where there are some.
    `page` is that on which the quote begins.
    """
    fields = cast(
        QuotedUnit,
        {
            **unit_json(library, quote.place),
            "quote": quote.text,
            "verified": quote.verified,
            "verified_text": quote.verified_text,
            "verified_place": quote.verified_place,
        },
    )
    page = library.page(quote.place.unit.document, quote.source_start)
    if page is not None:
        fields["page"] = page
    if quote.lead is not None:
        fields["lead"] = quote.lead
    unit = quote.place.unit
    corrections = corrections_of(library.snapshot, library.searcher.records, unit)
    if corrections:
        fields["corrections"] = [
            cast(CorrectingUnit, {**unit_json(library, library.at(one.row)), "certain": one.certain})
            for one in corrections
        ]
    if quote.confidence is not None:
        fields["confidence"] = round(quote.confidence, 3)
    return fields


def hit_json(library: OpenIndex, hit: "Hit") -> FoundUnit:
    """A hit: rank, score, why it matched, its unit, and the family of its document."""
    why: Reasons = {
        "words": list(hit.why.words),
        "variants": list(hit.why.variants),
        "meaning": None if hit.why.meaning is None else round(float(hit.why.meaning), 3),
        "reference": hit.why.reference,
    }
    unit = unit_json(library, library.at(hit.row, hit.item))
    score = round(float(hit.score), 6)
    found = cast(FoundUnit, {"rank": hit.rank, "score": score, "why": why, **unit})
    if kin := family_json(library.searcher.records.families, hit.unit.document):
        found["family"] = kin
    return found


def facets_json(library: OpenIndex, results: "Results") -> dict[str, dict[str, int]]:
    """How many of the ranked units are of each kind, document and value of a facet, the most first."""
    units = [library.snapshot.units.get(row) for row in results.matches]
    kinds = Counter(unit.kind.value for unit in units)
    counted = library.searcher.records.counts(unit.document for unit in units)
    return {"kind": dict(kinds.most_common()), **counted}


def family_json(families: "Families", document: str) -> list[Relative]:
    """The versions, corrections and copies of a document."""
    return [
        {"relation": cast("RelationName", str(kin.relation)), "document": kin.document}
        for kin in families.of(document)
    ]


def results_json(library: OpenIndex, results: "Results", query: str | None) -> SearchAnswer:
    """The answer of search and related: query, index_version, hits."""
    hits = [hit_json(library, hit) for hit in results.hits]
    return {"query": query, "index_version": results.index_version, "hits": hits}


def document_json(document: "StoredDocument", *, with_path: bool) -> DocumentRecord:
    """A document: metadata, counts of its units, anomalies. Unknown metadata is null.

    `path` tells where its file lies on this machine, which is no business of a client of the service.
    """
    said = document.metadata
    record: DocumentRecord = {
        "document": document.id,
        "title": said.title,
        "symbol": said.symbol,
        "body": said.body,
        "session": said.session,
        "meeting": None if said.meeting is None else [day.isoformat() for day in said.meeting],
        "date": None if said.date is None else said.date.isoformat(),
        "place": said.place,
        "distribution": said.distribution,
        "language": said.language,
        "paragraphs": document.paragraphs,
        "recommendations": document.recommendations,
        "blocks": document.blocks,
        "encoding": document.encoding,
        "anomalies": anomalies_json(document.anomalies),
    }
    if said.type is not None:
        record["type"] = said.type
    if facets := _facets(said):
        record["facets"] = facets
    if document.articles:
        record["articles"] = document.articles
    if document.coverage is not None:
        record["coverage"] = coverage_json(document.coverage)
    if with_path:
        record["path"] = document.path
    return record


def _facets(said: "Metadata") -> dict[str, str | list[str]]:
    """What units are filtered by, as it was supplied: a text, or a list where there are several."""
    names = ("country", "topics", "year", *(name for name, _ in said.facets))
    values = {name: said.values(name) for name in names}
    return {name: list(each) if len(each) > 1 else each[0] for name, each in values.items() if each}


def coverage_json(coverage: "CharacterCoverage") -> Coverage:
    """Where the characters of a document stand."""
    return {
        "characters": coverage.characters,
        "units": coverage.units,
        "blocks": coverage.blocks,
        "aside": dict(coverage.aside),
    }


def anomaly_json(anomaly: Anomaly) -> AnomalyRecord:
    """An anomaly: kind, message, span in the source."""
    return {"kind": anomaly.kind, "message": anomaly.message, "span": list(anomaly.span)}


def anomalies_json(anomalies: Iterable[Anomaly]) -> list[AnomalyRecord]:
    """Anomalies in the order in which they stand."""
    return [anomaly_json(anomaly) for anomaly in anomalies]
