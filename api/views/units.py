"""Units, hits and documents as the JSON objects of the interface; the order of fields is fixed here."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from corpus.types import Anomaly, Metadata
from search.library import Library, Place

if TYPE_CHECKING:
    from indexer.snapshot import StoredDocument
    from search.answer.quotes import Quote
    from search.searcher import Hit, Results

__all__ = [
    "anomalies_json",
    "anomaly_json",
    "document_json",
    "hit_json",
    "quote_json",
    "results_json",
    "unit_json",
]

Json = dict[str, Any]


def unit_json(library: Library, place: Place) -> Json:
    """A unit, or an item of it, with its citation.

    Example: `{"document": "r19", "kind": "recommendation", "number": 17, "item": None, "text": …,
    "headings": […], "citation": "《…》，建议17", "span": [812, 1022]}`; `part`, `topics`, `number_inferred`
    and `page` (the first, where the file has pages) are there only where they say something.
    """
    unit = place.unit
    fields: Json = {
        "document": unit.document,
        "kind": unit.kind.value,
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
    return fields


def quote_json(library: Library, quote: "Quote") -> Json:
    """A citation of an answer: its unit, the words quoted, and the verdicts on them.

    `verified` is both of `verified_text` (verbatim in the unit) and `verified_place` (the same characters of
    the stored source); `lead` are the words that lead into a quoted item, only where there are some.
    `page` is that on which the quote begins.
    """
    fields = unit_json(library, quote.place) | {
        "quote": quote.text,
        "verified": quote.verified,
        "verified_text": quote.verified_text,
        "verified_place": quote.verified_place,
    }
    page = library.page(quote.place.unit.document, quote.source_start)
    fields |= {"page": page} if page is not None else {}
    return fields if quote.lead is None else fields | {"lead": quote.lead}


def hit_json(library: Library, hit: "Hit") -> Json:
    """A hit: rank, score, why it matched, and its unit."""
    why = {
        "words": list(hit.why.words),
        "variants": list(hit.why.variants),
        "meaning": None if hit.why.meaning is None else round(float(hit.why.meaning), 3),
        "reference": hit.why.reference,
    }
    head = {"rank": hit.rank, "score": round(float(hit.score), 6), "why": why}
    return head | unit_json(library, library.at(hit.row, hit.item))


def results_json(library: Library, results: "Results", query: str | None) -> Json:
    """The answer of search and related: query, index_version, hits."""
    hits = [hit_json(library, hit) for hit in results.hits]
    return {"query": query, "index_version": results.index_version, "hits": hits}


def document_json(document: "StoredDocument", *, with_path: bool) -> Json:
    """A document: metadata, counts of its units, anomalies. Unknown metadata is null.

    `path` tells where its file lies on this machine, which is no business of a client of the service.
    """
    return {
        "document": document.id,
        **_metadata_json(document.metadata),
        "paragraphs": document.paragraphs,
        "recommendations": document.recommendations,
        "blocks": document.blocks,
        "encoding": document.encoding,
        **({"path": document.path} if with_path else {}),
        "anomalies": anomalies_json(document.anomalies),
    }


def anomaly_json(anomaly: Anomaly) -> Json:
    """An anomaly: kind, message, span in the source."""
    return {"kind": anomaly.kind.value, "message": anomaly.message, "span": list(anomaly.span)}


def anomalies_json(anomalies: Iterable[Anomaly]) -> list[Json]:
    """Anomalies in the order in which they stand."""
    return [anomaly_json(anomaly) for anomaly in anomalies]


def _metadata_json(metadata: Metadata) -> Mapping[str, Any]:
    meeting = metadata.meeting
    return {
        "title": metadata.title,
        "symbol": metadata.symbol,
        "body": metadata.body,
        "session": metadata.session,
        "meeting": None if meeting is None else [day.isoformat() for day in meeting],
        "date": None if metadata.date is None else metadata.date.isoformat(),
        "place": metadata.place,
        "distribution": metadata.distribution,
        "language": metadata.language,
    }
