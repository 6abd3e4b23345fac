"""What is new for a query: units that came in after a date and fit it, and versions of what fits.

How well a unit fits is a number from 0 to 1 that does not depend on the other units found (`fit`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from search.errors import BadQuery
from search.library.fit import fit_to
from search.library.units import hit_json
from search.opened import OpenIndex
from search.shapes.news import NewDocument, NewsAnswer, NewUnit

if TYPE_CHECKING:
    from search.hits import Hit
    from search.query import Query
    from search.shapes.units import Relation

__all__ = ["LEAST", "news", "parse_since"]

LEAST = 0.4
"""Of 41 development questions over 350 units of one subject it lists all units that answer facts, .91 of
those for keywords, .75 for traditional characters and English, half for everyday questions; others a query:
16, 4, 88 and 26. A feed of words is quiet, one of a question in English is not."""

DEPTH = 200
"""Units that are looked at: of those that a search ranks, the first."""

_FORWARD = frozenset({"supersedes", "corrects", "adds_to", "final_of"})


def parse_since(text: str) -> datetime:
    """A day, which begins at midnight UTC, or a time in ISO 8601, UTC unless it says otherwise.

    Raises BadQuery. Example: `parse_since("2031-05-19").isoformat() == "2031-05-19T00:00:00+00:00"`
    """
    try:
        said = datetime.fromisoformat(text.strip())
        return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadQuery(
            f"found the date {text!r:.100}; a day or a time was expected, "
            "such as 2031-05-19 or 2031-05-19T08:30:00+00:00"
        ) from error


def news(
    library: OpenIndex, query: "Query", *, since: datetime | None = None, least: float = LEAST
) -> NewsAnswer:
    """What came in after `since` and fits the query, the newest first, at most `query.k` units.

    Without `since` whatever fits and came in last. Raises BadQuery for a `least` outside 0 to 1.
    """
    if not 0 <= least <= 1:
        raise BadQuery(f"the least fit is {least!r:.40}; a number from 0 to 1 was expected; 0.4 is the usual")
    after = None if since is None else since.timestamp()
    newest = dict(library.snapshot.documents.newest())
    fresh = frozenset(id for id, came in newest.items() if after is None or (came or 0) > after)
    found = [_Fitting(hit, fit, _came(library, hit)) for hit, fit in _fitting(library, query, fresh, least)]
    if after is not None:
        found = [one for one in found if one.came is not None and one.came > after]
    found.sort(key=lambda one: (-(one.came or 0), one.hit.rank))
    ranked = enumerate(found[: query.k], start=1)
    return {
        "query": query.text,
        "index_version": library.index_version,
        "since": None if since is None else since.isoformat(),
        "until": _said(max((came for came in newest.values() if came is not None), default=None)),
        "least": least,
        "units": [_unit(library, replace(one.hit, rank=rank), one.came, one.fit) for rank, one in ranked],
        "documents": _documents(library, query, newest, after, least),
    }


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A hit that fits, and when it came in."""

    hit: "Hit"
    fit: float
    came: int | None


def _fitting(
    library: OpenIndex, query: "Query", among: frozenset[str], least: float
) -> "Iterator[tuple[Hit, float]]":
    """The hits of a query in some documents that fit it well enough."""
    allowed = library.searcher.records.allowed(query)
    documents = among if allowed is None else among & allowed
    if not documents:
        return
    whole = documents == frozenset(library.snapshot.documents.ids)
    narrowed = replace(query, k=DEPTH, documents=frozenset() if whole else documents)
    fit = fit_to(library, query)
    for hit in library.searcher.search(narrowed).hits:
        if (how_well := fit(hit)) >= least:
            yield hit, how_well


def _came(library: OpenIndex, hit: "Hit") -> int | None:
    return library.document(hit.unit.document).came_in(hit.row)


def _unit(library: OpenIndex, hit: "Hit", came: int | None, fit: float) -> NewUnit:
    return cast(NewUnit, {**hit_json(library, hit), "came": _said(came), "fit": round(fit, 3)})


def _documents(
    library: OpenIndex, query: "Query", newest: dict[str, int | None], after: float | None, least: float
) -> list[NewDocument]:
    """New versions, corrigenda and addenda of documents in which a unit fits, in whatever version it is."""
    from search.query import Versions

    families = library.searcher.records.families
    any_version = replace(query, versions=Versions.ALL)
    hit = {one.unit.document for one, _ in _fitting(library, any_version, frozenset(newest), least)}
    near = hit | {kin.document for id in hit for kin in families.of(id)}
    found = []
    for id in near:
        came = newest[id]
        if came is None or (after is not None and came <= after):
            continue
        for kin in families.of(id):
            if str(kin.relation) in _FORWARD and (id in hit or kin.document in hit):
                found.append((-came, id, _document(library, id, str(kin.relation), kin.document, came)))
    return [told for _, _, told in sorted(found, key=lambda one: one[:2])]


def _document(library: OpenIndex, id: str, relation: str, of: str, came: int) -> NewDocument:
    said, other = library.document(id).metadata, library.document(of).metadata
    return {
        "document": id,
        "title": said.title,
        "symbol": said.symbol,
        "relation": cast("Relation", relation),
        "of": of,
        "of_title": other.title,
        "came": _iso(came),
    }


def _said(seconds: int | None) -> str | None:
    return None if seconds is None else _iso(seconds)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
