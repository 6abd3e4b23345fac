"""The read operations: each takes an open index and gives one object of `search.shapes`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from search.library.fit import search_fitting
from search.library.units import document_json, facets_json, family_json, quote_json, results_json, unit_json
from search.opened import OpenIndex, Place
from search.references.unresolved import find_unresolved
from search.shapes.answers import AskAnswer, SearchAnswer, ShowAnswer, UnitAnswer, UnitsAnswer
from search.shapes.documents import DocumentsAnswer
from search.unit_key import UnitKey

if TYPE_CHECKING:
    from search.answer.ask import Answer
    from search.query import Query

__all__ = [
    "answer_json",
    "ask",
    "ask_source",
    "documents",
    "related_to",
    "search",
    "show",
    "unit_at",
    "units",
]


def search(library: OpenIndex, query: "Query") -> SearchAnswer:
    """Ranked units: `{"query", "index_version", "hits", "unresolved", "facets"}`.

    `unresolved` are the references of the query that name nothing in the index; `facets` count the units that
    were ranked, the hits among them. Each fits the query by `fit.FLOOR` or more: there may be fewer than were
    asked for, or none.
    """
    missing = find_unresolved(library, query.text).texts
    results = search_fitting(library, query)
    found = results_json(library, results, query.text)
    found["unresolved"] = list(missing)
    found["facets"] = facets_json(library, results)
    return found


def related_to(library: OpenIndex, key: UnitKey, k: int, within: "Query | None" = None) -> SearchAnswer:
    """Precedents of the unit with this address, within the filters of a query; raises UnknownUnit."""
    results = library.searcher.related(library.find(key).row, k, within=within)
    return results_json(library, results, None)


def ask(library: OpenIndex, question: "str | Query") -> AskAnswer:
    """A quoted answer or a refusal: `{"query", "answered", "answer", "citations", "reason", …}`.

    `answer_span` marks what answers a factoid, in characters of `answer`; `nearest` are units offered under a
    refusal, which do not answer and are not cited. A `Query` brings its filters. `summary` and `writer` are
    None: they are for whoever has a model write one.
    """
    from search.answer import ask as asking

    return answer_json(library, asking.answer(library, question))


def ask_source(library: OpenIndex, key: UnitKey) -> AskAnswer:
    """The best precedent of a unit as an answer, or a refusal where there is none."""
    from search.answer import ask as asking

    precedents = library.searcher.related(library.find(key).row, 1)
    return answer_json(library, asking.answer_precedent(library, precedents))


def show(library: OpenIndex, reference: str, context: int = 0, document: str | None = None) -> ShowAnswer:
    """The unit that a reference names, with neighbours; further units that it names are `others`."""
    first, *others = resolve(library, reference, document)
    return {
        "query": reference,
        **unit_at(library, first, context),
        "others": [unit_json(library, place) for place in others],
    }


def unit_at(library: OpenIndex, place: Place, context: int = 0) -> UnitAnswer:
    """A unit with `index_version`, and its neighbours under `context` where some were asked for."""
    shown = unit_json(library, place)
    answer = cast(UnitAnswer, {"index_version": library.index_version, **shown})
    if context:
        before, after = library.neighbours(place, context)
        answer["context"] = {
            "before": [unit_json(library, neighbour) for neighbour in before],
            "after": [unit_json(library, neighbour) for neighbour in after],
        }
    return answer


def units(library: OpenIndex) -> UnitsAnswer:
    """Every citable unit: `{"index_version", "units"}`."""
    listed = [unit_json(library, place) for place in library.places()]
    return {"index_version": library.index_version, "units": listed}


def documents(
    library: OpenIndex, *, with_paths: bool = False, offset: int = 0, limit: int | None = None
) -> DocumentsAnswer:
    """Documents with metadata, counts and anomalies: `{"index_version", "total", "documents"}`.

    `total` counts all of them; `limit` of them are listed, from the one after the first `offset`; None: all.
    """
    stored = library.snapshot.documents
    end = None if limit is None else max(offset, 0) + limit
    chosen = (stored.find(id) for id in stored.ids[offset:end])
    listed = [document_json(one, with_path=with_paths) for one in chosen if one is not None]
    families = library.searcher.records.families
    for one in listed:
        if kin := family_json(families, one["document"]):
            one["family"] = kin
    return {"index_version": library.index_version, "total": len(stored), "documents": listed}


def resolve(library: OpenIndex, reference: str, document: str | None = None) -> Sequence[Place]:
    """The places that a reference names, at least one; raises UnknownReference."""
    from search.references.resolve import resolve as resolve_reference

    found = resolve_reference(library.snapshot, reference, document=document)
    return [library.at(match.row, match.item) for match in found]


def answer_json(library: OpenIndex, answer: "Answer") -> AskAnswer:
    """An answer or a refusal as `ask` gives it."""
    return {
        "query": answer.query,
        "index_version": answer.index_version,
        "answered": answer.text is not None,
        "answer": answer.text,
        "answer_span": None if answer.answer_span is None else list(answer.answer_span),
        "citations": [quote_json(library, quote) for quote in answer.quotes],
        "reason": answer.reason,
        "nearest": [unit_json(library, place) for place in answer.nearest],
        "summary": None,
        "writer": None,
    }
