"""A chain: what documents said on one matter over the years, in order of date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Unit, UnitKind
from indexer.snapshot import Snapshot
from models.segmenter import Segmenter
from search.precedents.chronology import date_of_row
from search.precedents.closeness import closeness
from search.query import Query
from search.searcher import Searcher
from search.wording.compare import Comparison, Obligation, compare, obligation_of

__all__ = ["COMMON", "LINKS", "RECOMMENDED", "THRESHOLD", "Link", "chain"]

THRESHOLD = 0.7
"""The least related score, 0 to about 2.1, in both directions. Chosen on the samples: docs/decisions/0027."""

COMMON = 0.2
"""The least share of telling words in common. Of 24 units judged by hand .15 left 83 links, 39 of them on the
matter, .2 leaves 41, 25 of them on it; the best match of a unit without precedents scores 1 too."""

RECOMMENDED = 0.15
"""The same between two recommendations, which are short and of one form."""

LINKS = 20
"""Precedents that are looked at; the related score of the twentieth is far below the threshold."""

_RECOMMENDATIONS = frozenset({UnitKind.RECOMMENDATION})
_DEPTH = 200  # as deep as candidate lists go: a unit not found there is no precedent


@dataclass(frozen=True, slots=True)
class Link:
    """One unit of a chain.

    `score` is the lesser of both related scores to the unit that was asked for, None for that unit
    itself. `previous` is the row of the unit compared with: the nearest in the last earlier document, of a
    recommendation the nearest recommendation where there is one, None for the first document. `comparison`
    goes from its wording to this.
    """

    row: int
    unit: Unit
    date: datetime.date | None
    score: float | None
    obligation: Obligation | None
    previous: int | None = None
    comparison: Comparison | None = None


def chain(
    snapshot: Snapshot, searcher: Searcher, segmenter: Segmenter, row: int, threshold: float = THRESHOLD
) -> tuple[Link, ...]:
    """The unit of a row and its precedents, earliest document first; undated documents come last.

    A precedent belongs where its related score is at least `threshold`, that of the unit among the
    precedents of the precedent as well, and both are on one matter. Of a recommendation the recommendations
    of other documents are sought first, by themselves, then everything else. Versions of one text are none.
    """
    unit = snapshot.units.get(row)
    scores: dict[int, float | None] = {row: None}
    for kinds in _rounds(unit):
        for hit in searcher.related(row, LINKS, within=_within(kinds, LINKS)).hits:
            near = hit.score >= threshold and hit.row not in scores
            if near and _on_one_matter(snapshot, segmenter, unit, hit.unit):
                mutual = min(hit.score, _score(searcher, hit.row, row, kinds))
                if mutual >= threshold:
                    scores[hit.row] = mutual
    links = [_link(snapshot, each, score) for each, score in scores.items()]
    links.sort(key=lambda link: (link.date or datetime.date.max, link.unit.document, link.row))
    return tuple(_compared(links, at, segmenter) for at in range(len(links)))


def _rounds(unit: Unit) -> tuple[frozenset[UnitKind], ...]:
    every = frozenset[UnitKind]()
    return (_RECOMMENDATIONS, every) if unit.kind is UnitKind.RECOMMENDATION else (every,)


def _within(kinds: frozenset[UnitKind], k: int) -> Query:
    return Query("k", k, kinds)


def _on_one_matter(snapshot: Snapshot, segmenter: Segmenter, one: Unit, other: Unit) -> bool:
    """Whether two units share enough of their telling words."""
    both = one.kind is other.kind is UnitKind.RECOMMENDATION
    return closeness(snapshot, segmenter, one, other) >= (RECOMMENDED if both else COMMON)


def _score(searcher: Searcher, row: int, other: int, kinds: frozenset[UnitKind]) -> float:
    """The related score of `other` among the precedents of `row`; 0 where it is none."""
    hits = searcher.related(row, _DEPTH, within=_within(kinds, _DEPTH)).hits
    return next((hit.score for hit in hits if hit.row == other), 0.0)


def _link(snapshot: Snapshot, row: int, score: float | None) -> Link:
    unit = snapshot.units.get(row)
    return Link(row, unit, date_of_row(snapshot, row), score, obligation_of(unit.text))


def _compared(links: Sequence[Link], at: int, segmenter: Segmenter) -> Link:
    link = links[at]
    earlier = [one for one in links[:at] if one.unit.document != link.unit.document]
    if not earlier:
        return link
    if link.unit.kind is UnitKind.RECOMMENDATION:
        earlier = [one for one in earlier if one.unit.kind is UnitKind.RECOMMENDATION] or earlier
    last = [one for one in earlier if one.unit.document == earlier[-1].unit.document]
    # The unit that was asked for is nearest of all to what is in its chain.
    nearest = max(last, key=lambda one: float("inf") if one.score is None else one.score)
    comparison = compare(nearest.unit.text, link.unit.text, segmenter)
    return Link(link.row, link.unit, link.date, link.score, link.obligation, nearest.row, comparison)
