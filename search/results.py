"""A ranking with what led to it becomes hits with citations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.citations.format import citation_of
from corpus.types import Metadata
from indexer.snapshot import Snapshot
from search.candidates.fusion import Candidates, empty
from search.hits import Hit, Results
from search.query import Query
from search.references.resolve import ResolvedReference
from search.terms.termbank import Trigger
from search.why import explain

__all__ = ["Basis", "build_results"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the ranking rests on: content words, cosines, terms found, references by row, scores by BM25."""

    content: Sequence[str] = ()
    dense: Candidates = field(default_factory=empty)
    triggers: Sequence[Trigger] = ()
    references: Mapping[int, ResolvedReference] = field(default_factory=dict)
    lexical: Candidates = field(default_factory=empty)


def _places(found: Candidates, rows: NDArray[np.int64]) -> tuple[dict[int, float], dict[int, float]]:
    """Of those of some rows that are found: their scores, and one over their places from 1.

    Equal scores share the better place.
    """
    held, _, at = np.intersect1d(rows, found.rows, assume_unique=True, return_indices=True)
    scores = found.scores[at]
    places = 1.0 / (1.0 + np.searchsorted(-found.scores, -scores, side="left"))
    named = held.tolist()
    return dict(zip(named, scores.tolist(), strict=True)), dict(zip(named, places.tolist(), strict=True))


def build_results(
    snapshot: Snapshot,
    query: Query,
    ranking: Candidates,
    basis: Basis,
) -> Results:
    """The first k rows of a ranking as hits with ranks from 1."""
    shown = ranking.rows[: query.k]
    _, by_words = _places(basis.lexical, shown)
    cosines, by_meaning = _places(basis.dense, shown)
    content = tuple(dict.fromkeys(basis.content))
    hits = []
    best = zip(shown.tolist(), ranking.scores[: query.k].tolist(), strict=True)
    for rank, (row, score) in enumerate(best, start=1):
        unit = snapshot.units.get(row)
        reference = basis.references.get(row)
        item = reference.item if reference else None
        label = reference.label if reference else None
        why = explain(unit, content, basis.triggers, cosines.get(row), label)
        stored = snapshot.documents.find(unit.document)
        metadata = Metadata() if stored is None else stored.metadata
        citation = citation_of(metadata, unit.document, unit, item)
        agreed = by_words.get(row, 0.0) * by_meaning.get(row, 0.0)
        hits.append(Hit(rank, score, row, unit, citation, why, item, agreed))
    return Results(query, snapshot.index_version, tuple(hits), tuple(ranking.rows.tolist()))
