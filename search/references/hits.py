"""What references in a query mean for its ranking.

A reference dominates where the characters it takes are at least as many as those of the content
words around it: 议定书第9条 国家协调 is a reference with two words beside it, while a question
of thirty characters that mentions 第9条 is a question.

- A numbered paragraph or recommendation of a document that the query names leads, always; of no
  named document (建议17 alone), it leads where it dominates.
- Units that cite a symbol, resolution, decision or article lead where the reference dominates, in the
  order of the BM25 scores of the words around it; else they are a candidate list of their own.
- A document leads, by its first unit, only where its symbol, id or title is all that is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus.plain_text.folding import fold
from indexer.snapshot import Scope, Snapshot
from models.segmenter import Segmenter
from search.candidates.fusion import Candidates, empty, ranked
from search.candidates.lexical import content_words, longest, query_terms
from search.query import Query
from search.references.catalogue import Catalogue
from search.references.resolve import (
    Reading,
    ResolvedReference,
    find_addressed,
    find_citing,
    find_documents,
    read_reference,
)
from search.weights import Weights

__all__ = ["Allowed", "ReferenceHits", "reference_hits"]


@dataclass(frozen=True, slots=True)
class ReferenceHits:
    """Rows that go first, in order; candidates that only join; and what each row was resolved from."""

    leading: Sequence[int] = ()
    boosted: Candidates = field(default_factory=empty)
    by_row: Mapping[int, ResolvedReference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What passes a query's filters: of any version, and of those in force.

    What a reference addresses may be of any version: who names a draft means it.
    """

    addressed: Scope
    cited: Scope


def reference_hits(
    snapshot: Snapshot,
    catalogue: Catalogue,
    segmenter: Segmenter,
    weights: Weights,
    query: Query,
    scope: Allowed,
) -> ReferenceHits:
    """References of a query by the rule above, within the scope; none is no error.

    A filter on one document also says which document 建议7 belongs to.
    """
    document = next(iter(query.documents)) if len(query.documents) == 1 else None
    reading = read_reference(catalogue, query.cleaned, document)
    if not reading.citations and not reading.names:
        return ReferenceHits()
    around = _around(reading)
    words = content_words(fold(around), segmenter)
    dominates = _dominates(reading, words)

    addressed = find_addressed(snapshot, catalogue, reading, strict=False)
    named = bool(reading.names or reading.times or document)
    documents = [] if words or addressed else find_documents(snapshot, reading)
    addressed, documents = (_within(snapshot, scope.addressed, found) for found in (addressed, documents))
    citing = _within(snapshot, scope.cited, find_citing(snapshot, reading))
    cited = _by_words(snapshot, segmenter, weights, citing, around)
    first = [*(addressed if named or dominates else []), *documents, *(cited if dominates else [])]
    others = [*([] if named or dominates else addressed), *([] if dominates else cited)]
    return ReferenceHits(
        list(dict.fromkeys(one.row for one in first)),
        ranked(sorted({one.row for one in others}), np.ones(len({one.row for one in others}))),
        {one.row: one for one in reversed([*first, *others])},
    )


def _within(snapshot: Snapshot, scope: Scope, found: Sequence[ResolvedReference]) -> list[ResolvedReference]:
    """Those that may answer."""
    passes = snapshot.scopes.passes(np.array([one.row for one in found], np.int64), scope)
    return [one for one, allowed in zip(found, passes.tolist(), strict=True) if allowed]


def _around(reading: Reading) -> str:
    """The text without its references: `议定书第9条 国家协调` leaves `国家协调`."""
    kept = list(reading.text)
    for start, end in reading.spans:
        kept[start:end] = " " * (end - start)
    return " ".join("".join(kept).split())


def _dominates(reading: Reading, words: Sequence[str]) -> bool:
    covered = {at for span in reading.spans for at in range(*span)}
    return len(covered) >= sum(len(word) for word in longest(words))


def _by_words(
    snapshot: Snapshot,
    segmenter: Segmenter,
    weights: Weights,
    found: Sequence[ResolvedReference],
    around: str,
) -> list[ResolvedReference]:
    """Citing units, those first that the words around the reference find; then in reading order."""
    if not around or len(found) < 2:
        return list(found)
    rows = np.array(sorted(one.row for one in found), np.int64)
    points = snapshot.lexical.scores(query_terms(fold(around), segmenter, weights), rows)
    scores = dict(zip(rows.tolist(), points.tolist(), strict=True))
    return sorted(found, key=lambda one: (-scores[one.row], one.row))
