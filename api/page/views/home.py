"""The search page: one box; above, the answer with its quotes or a refusal; below, hits and facets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from api.page.asked import Asked
from api.page.once import Once
from api.page.views.hits import Shown, hit, quoted, unit
from search.library import Library
from search.shapes.answers import AskAnswer, SearchAnswer
from search.shapes.units import FoundUnit

__all__ = ["Facet", "found", "opening"]


class Facet(NamedTuple):
    """A facet of the hits: its name, and value, label, count, address, whether it is set."""

    name: str
    values: list[tuple[str, str, int, str, bool]]


_LEAST = 2
_LISTED = 12


def opening(library: Library) -> dict[str, Any]:
    """What the page shows before anything is asked."""
    counts = library.snapshot.manifest.counts
    return {
        "asked": Asked(),
        "documents": len(library.snapshot.documents),
        "units": counts.units,
        "index_version": library.index_version,
    }


def found(library: Library, asked: Asked) -> dict[str, Any]:
    """An answer where a question may be one, and the hits; a pasted paragraph finds precedents instead."""
    if asked.is_pasted:
        pasted = library.precedents(text=asked.q, k=asked.k)
        hits: Sequence[FoundUnit] = pasted["hits"]
        return _context(library, asked, hits, None, None, [])
    once = replace(library, searcher=Once(library.searcher))
    query = asked.query()
    results, answer = once.search(query), None if asked.kind else once.ask(query)
    return _context(library, asked, results["hits"], results, answer, results.get("unresolved", []))


def _context(
    library: Library,
    asked: Asked,
    hits: Sequence[FoundUnit],
    results: SearchAnswer | None,
    answer: AskAnswer | None,
    missing: Sequence[str],
) -> dict[str, Any]:
    q = [("q", asked.q)] if asked.q else []
    return {
        "asked": asked,
        "hits": [(hit(library, one, [*q, ("hit", str(one["rank"]))]), one) for one in hits],
        "answer": answer,
        "quotes": _quotes(library, answer),
        "nearest": [] if answer is None else [unit(library, one, whole=False) for one in answer["nearest"]],
        "facets": _facets(library, asked, hits, results),
        "missing": missing,
        "index_version": library.index_version,
    }


def _quotes(library: Library, answer: AskAnswer | None) -> list[Shown]:
    """The quotes, each with the part of the fact that falls into it: `answer` holds them, a line each."""
    if answer is None or not answer["answered"]:
        return []
    shown, start = [], 0
    span = answer["answer_span"]
    for one in answer["citations"]:
        end = start + len(one["quote"])
        inside = span is not None and start <= span[0] and span[1] <= end
        fact = (span[0] - start, span[1] - start) if span is not None and inside else None
        shown.append(quoted(library, one, fact))
        start = end + 1
    return shown


def _facets(
    library: Library, asked: Asked, hits: Sequence[FoundUnit], results: SearchAnswer | None
) -> list[Facet]:
    """Counts among the matches where the answer brings them, else among the hits shown."""
    told = None if results is None else results.get("facets")
    counts = _counted(library, hits) if told is None else told
    facets = []
    names = (
        "kind",
        "type",
        "year",
        *sorted(counts.keys() - {"kind", "type", "year", "document"}),
        "document",
    )
    for name in names:
        of = dict(counts.get(name, {}))
        of |= {value: 0 for value in _set(asked, name) if value not in of}
        ordered = sorted(of.items(), key=lambda one: (-one[1], one[0]))[:_LISTED]
        if name == "year":
            ordered.sort(reverse=True)
        values = [
            (value, _label(library, name, value), count, *_toggled(asked, name, value))
            for value, count in ordered
        ]
        if len(values) >= _LEAST or any(is_set for *_, is_set in values):
            facets.append(Facet(name, values))
    return facets


def _set(asked: Asked, name: str) -> list[str]:
    """The values of a facet that are set."""
    if name in ("kind", "year", "document", "type"):
        return [value for key, value in asked.filters() if key == name]
    return [value for facet in asked.facet for key, _, value in [facet.partition("=")] if key == name]


def _toggled(asked: Asked, name: str, value: str) -> tuple[str, bool]:
    """The address with a value set or removed, and whether it is set."""
    if name in ("kind", "year", "document", "type"):
        return asked.toggled(name, value), asked.has(name, value)
    facet = f"{name}={value}"
    return asked.toggled("facet", facet), asked.has("facet", facet)


def _counted(library: Library, hits: Sequence[FoundUnit]) -> dict[str, dict[str, int]]:
    years = [library.document(one["document"]).metadata.year for one in hits]
    return {
        "kind": Counter(one["kind"].value for one in hits),
        "year": Counter(str(year) for year in years if year is not None),
        "document": Counter(one["document"] for one in hits),
    }


def _label(library: Library, name: str, value: str) -> str:
    if name != "document":
        return value
    stored = library.snapshot.documents.find(value)
    return value if stored is None else stored.metadata.title or stored.metadata.symbol or value
