"""Precedents and chains as JSON: where it was said before, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from search.errors import AmbiguousReference, BadRequest
from search.library.operations import resolve
from search.library.units import hit_json, unit_json
from search.library.wording import comparison_json, obligation_json
from search.opened import OpenIndex, Place
from search.precedents.order import Order
from search.shapes.precedents import (
    ChainAnswer,
    ChainLink,
    PastedText,
    PrecedentUnit,
    RelatedAnswer,
    SideBySide,
    Since,
)
from search.shapes.units import CitedUnit

if TYPE_CHECKING:
    from search.hits import Hit
    from search.query import Query
    from search.searcher import Results

__all__ = ["RelatedRequest", "chain", "place_of", "related"]


@dataclass(frozen=True, slots=True)
class RelatedRequest:
    """What precedents are asked for: of the unit that `reference` names, or of a pasted `text`.

    Raises BadRequest unless exactly one is given. `document` says which document the reference is of,
    `within` which filters hold.
    """

    reference: str | None = None
    text: str | None = None
    k: int = 10
    document: str | None = None
    by: Order = Order.STRENGTH
    diverse: bool = True
    diff: bool = False
    within: "Query | None" = None

    def __post_init__(self) -> None:
        """Refuse both and neither."""
        if (self.reference is None) == (self.text is None):
            found = "neither" if self.reference is None else "both"
            raise BadRequest(
                f"found {found} of a reference and a text, where one was expected; "
                "give a reference such as 2031年会议建议3, or paste a paragraph as text"
            )


def related(library: OpenIndex, asked: RelatedRequest) -> RelatedAnswer:
    """Precedents: `{"query", "index_version", "by", "source", "hits"}`.

    `source` is the unit asked for, or `{"text"}` as it was read. Each hit has the `date` of its document,
    and with `diff` the wording beside that of the source. Raises UnknownReference, AmbiguousReference.
    """
    from search.query import Query, clean

    query = asked.reference if asked.reference is not None else asked.text or ""
    Query(query, asked.k)  # refuses what cannot be run before anything is looked up
    place = None if asked.reference is None else place_of(library, asked.reference, asked.document)
    source: CitedUnit | PastedText
    source = {"text": clean(query)} if place is None else unit_json(library, place)
    results = _results(library, asked, place)
    dates = {hit.row: _date(library, hit.row) for hit in results.hits}
    hits = _ordered(_diverse(results.hits, asked), asked.by, dates)
    since = None if place is None else _date(library, place.row)
    listed: list[PrecedentUnit] = []
    for hit in hits:
        one = cast(PrecedentUnit, {**hit_json(library, hit), "date": _iso(dates[hit.row])})
        if asked.diff:
            one["diff"] = _diff(library, source["text"], one["text"], since, dates[hit.row])
        listed.append(one)
    return {
        "query": query,
        "index_version": results.index_version,
        "by": asked.by,
        "source": source,
        "hits": listed,
    }


def chain(library: OpenIndex, reference: str, document: str | None = None) -> ChainAnswer:
    """What was said on one matter, earliest first: `{"query", "index_version", "threshold", "links"}`.

    Each link is a unit with `date`, `score` (null for the unit asked for, which has `asked` true),
    `obligation` and `change`: the wording against `since`, the citation of the nearest before it.
    Raises UnknownReference, AmbiguousReference.
    """
    from search.precedents.chain import THRESHOLD
    from search.precedents.chain import chain as chain_of
    from search.query import Query

    place = place_of(library, Query(reference).text, document)
    links: list[ChainLink] = []
    for link in chain_of(library.snapshot, library.searcher, library.segmenter, place.row):
        change: Since | None = None
        if link.comparison is not None and link.previous is not None:
            before = library.at(link.previous)
            compared = comparison_json(link.comparison, before.text, link.unit.text)
            change = {"since": library.citation(before), **compared}
        links.append(
            {
                **unit_json(library, library.at(link.row)),
                "date": _iso(link.date),
                "asked": link.row == place.row,
                "score": None if link.score is None else round(link.score, 6),
                "obligation": obligation_json(link.obligation),
                "change": change,
            }
        )
    return {
        "query": reference,
        "index_version": library.index_version,
        "threshold": THRESHOLD,
        "links": links,
    }


def place_of(library: OpenIndex, reference: str, document: str | None = None) -> Place:
    """The one unit that a reference names; raises UnknownReference, AmbiguousReference."""
    places = resolve(library, reference, document)
    if len({place.row for place in places}) > 1:
        listed = "；".join(library.citation(place) for place in places[:5])
        raise AmbiguousReference(
            f"{reference!r} names {len(places)} units where one was expected: {listed}; "
            "name the document too, or give its id with --document"
        )
    return library.at(places[0].row)


def _results(library: OpenIndex, asked: RelatedRequest, place: Place | None) -> "Results":
    from search.precedents.diversity import DEEPER
    from search.query import MAX_K, Query

    depth = min(MAX_K, asked.k * DEEPER) if asked.diverse else asked.k
    if place is None:
        text = asked.text or ""
        given = Query(text, depth) if asked.within is None else replace(asked.within, text=text, k=depth)
        return library.searcher.related_to_text(given)
    within = None if asked.within is None else replace(asked.within, k=depth)
    return library.searcher.related(place.row, depth, within=within)


def _diverse(hits: "Sequence[Hit]", asked: RelatedRequest) -> "Sequence[Hit]":
    from search.precedents.diversity import spread

    return spread(hits, asked.k) if asked.diverse else hits[: asked.k]


def _ordered(hits: "Sequence[Hit]", by: Order, dates: dict[int, date | None]) -> "Sequence[Hit]":
    """Hits in the order asked for, ranks from 1; by date, the earliest first and equals by strength."""
    if by is Order.STRENGTH:
        return hits
    dated = sorted(hits, key=lambda hit: (dates[hit.row] or date.max, hit.rank))
    return [replace(hit, rank=rank) for rank, hit in enumerate(dated, start=1)]


def _diff(library: OpenIndex, source: str, hit: str, since: date | None, when: date | None) -> SideBySide:
    """The wording beside that of the source, from the older to the newer; a pasted text is the newest.

    A hit without a date counts as the older.
    """
    from search.wording.compare import compare

    older: Literal["source", "hit"]
    older = "source" if since is not None and when is not None and since < when else "hit"
    old, new = (hit, source) if older == "hit" else (source, hit)
    return {"older": older, **comparison_json(compare(old, new, library.segmenter), old, new)}


def _date(library: OpenIndex, row: int) -> date | None:
    from search.precedents.chronology import date_of_row

    return date_of_row(library.snapshot, row)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
