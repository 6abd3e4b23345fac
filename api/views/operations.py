"""The read operations of the interface: each takes an open library and gives one JSON object."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.views.units import document_json, quote_json, results_json, unit_json
from search.library import Library, Place
from search.references.unresolved import find_unresolved
from search.unit_key import UnitKey

if TYPE_CHECKING:
    from api.writer.types import Written
    from api.writer.writer import Writer
    from search.answer.ask import Answer
    from search.query import Query

__all__ = [
    "ask",
    "ask_source",
    "documents",
    "related_to",
    "search",
    "show",
    "unit_at",
    "units",
]

Json = dict[str, Any]


def search(library: Library, query: "Query") -> Json:
    """Ranked units: `{"query", "index_version", "hits", "unresolved"}`.

    `unresolved` are the references of the query that name nothing in the index.
    """
    missing = find_unresolved(library, query.text).texts
    found = results_json(library, library.searcher.search(query), query.text)
    return {**found, "unresolved": list(missing)}


def related_to(library: Library, key: UnitKey, k: int) -> Json:
    """Precedents of the unit with this address; raises UnknownUnit."""
    return results_json(library, library.searcher.related(library.find(key).row, k), None)


def ask(library: Library, question: str, writer: "Writer | None" = None) -> Json:
    """A quoted answer or a refusal: `{"query", "answered", "answer", "citations", "reason", …}`.

    `answer_span` marks what answers a factoid, in characters of `answer`; `nearest` are units offered under a
    refusal, which do not answer and are not cited. `summary` is what a writer made of the citations, each
    sentence checked; `writer` tells how it fared. Both are None without one, and change nothing else.
    """
    from search.answer import ask as asking

    answer = asking.answer(library, question)
    written = None if writer is None else writer.write(library, question, answer)
    return _answer_json(library, answer, written)


def ask_source(library: Library, key: UnitKey) -> Json:
    """The best precedent of a unit as an answer, or a refusal where there is none."""
    from search.answer import ask as asking

    precedents = library.searcher.related(library.find(key).row, 1)
    return _answer_json(library, asking.answer_precedent(library, precedents))


def show(library: Library, reference: str, context: int = 0, document: str | None = None) -> Json:
    """The unit that a reference names, with neighbours; further units that it names are `others`."""
    first, *others = resolve(library, reference, document)
    return {
        "query": reference,
        **unit_at(library, first, context),
        "others": [unit_json(library, place) for place in others],
    }


def unit_at(library: Library, place: Place, context: int = 0) -> Json:
    """A unit with `index_version`, and its neighbours under `context` where some were asked for."""
    answer = {"index_version": library.index_version, **unit_json(library, place)}
    if context:
        before, after = library.neighbours(place, context)
        answer["context"] = {
            "before": [unit_json(library, neighbour) for neighbour in before],
            "after": [unit_json(library, neighbour) for neighbour in after],
        }
    return answer


def units(library: Library) -> Json:
    """Every citable unit: `{"index_version", "units"}`."""
    listed = [unit_json(library, place) for place in library.places()]
    return {"index_version": library.index_version, "units": listed}


def documents(library: Library, *, with_paths: bool, offset: int = 0, limit: int | None = None) -> Json:
    """Documents with metadata, counts and anomalies: `{"index_version", "total", "documents"}`.

    `total` counts all of them; `limit` of them are listed, from the one after the first `offset`; None: all.
    """
    stored = library.snapshot.documents
    listed = [document_json(one, with_path=with_paths) for one in stored[offset:][:limit]]
    return {"index_version": library.index_version, "total": len(stored), "documents": listed}


def resolve(library: Library, reference: str, document: str | None = None) -> Sequence[Place]:
    """The places that a reference names, at least one; raises UnknownReference."""
    from search.references.resolve import resolve as resolve_reference

    found = resolve_reference(library.snapshot, reference, document=document)
    return [library.at(match.row, match.item) for match in found]


def _answer_json(library: Library, answer: "Answer", written: "Written | None" = None) -> Json:
    from api.writer.view import summary_json, writer_json

    return {
        "query": answer.query,
        "index_version": answer.index_version,
        "answered": answer.text is not None,
        "answer": answer.text,
        "answer_span": None if answer.answer_span is None else list(answer.answer_span),
        "citations": [quote_json(library, quote) for quote in answer.quotes],
        "reason": answer.reason,
        "nearest": [unit_json(library, place) for place in answer.nearest],
        "summary": summary_json(written),
        "writer": writer_json(written),
    }
