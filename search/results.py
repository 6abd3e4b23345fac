"""A ranking with what led to it becomes hits with citations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.format import citation_of
from corpus.types import Metadata
from indexer.snapshot import Snapshot
from search.evidence import explain
from search.fusion import Candidates, empty
from search.hits import Hit, Results
from search.query import Query
from search.references import ResolvedReference
from search.termbank import Trigger

__all__ = ["Basis", "build_results"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the ranking rests on: content words, cosines by row, terms found, references by row."""

    content: Sequence[str] = ()
    dense: Candidates = field(default_factory=empty)
    triggers: Sequence[Trigger] = ()
    references: Mapping[int, ResolvedReference] = field(default_factory=dict)


def build_results(
    snapshot: Snapshot,
    query: Query,
    ranking: Candidates,
    basis: Basis,
) -> Results:
    """The first k rows of a ranking as hits with ranks from 1."""
    cosines = dict(zip(basis.dense.rows.tolist(), basis.dense.scores.tolist(), strict=True))
    content = tuple(dict.fromkeys(basis.content))
    hits = []
    best = zip(ranking.rows[: query.k].tolist(), ranking.scores[: query.k].tolist(), strict=True)
    for rank, (row, score) in enumerate(best, start=1):
        unit = snapshot.units.get(row)
        reference = basis.references.get(row)
        item = reference.item if reference else None
        label = reference.label if reference else None
        why = explain(unit, content, basis.triggers, cosines.get(row), label)
        stored = snapshot.documents.find(unit.document)
        metadata = Metadata() if stored is None else stored.metadata
        citation = citation_of(metadata, unit.document, unit, item)
        hits.append(Hit(rank, score, row, unit, citation, why, item))
    return Results(query, snapshot.index_version, tuple(hits))
