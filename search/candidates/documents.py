"""What the rest of its document says for a unit."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import StoredDocument
from search.candidates.fusion import Candidates, ranked

__all__ = ["add_document_evidence", "first_rows"]

Rows = NDArray[np.int64]


def first_rows(documents: Iterable[StoredDocument]) -> Rows:
    """The row at which each document begins, rising, `(documents,) int64`; documents stand in row order."""
    return np.array(sorted(document.first_row for document in documents if document.units), np.int64)


def add_document_evidence(ranking: Candidates, firsts: Rows, *, weight: float, units: int) -> Candidates:
    """Add to each unit `weight` times the score of its document, at most 1.

    A document scores the mean of its best `units` candidates, missing ones counting 0, divided by that of the
    best document: a document that bears on the question in many places is more likely to answer it than one
    that shares a few words in one (Callan, "Passage-level evidence in document retrieval", SIGIR 1994).
    Example: two documents of two good units and of one, equal scores: the units of the first come first.
    """
    if not len(ranking.rows) or not weight:
        return ranking
    owners = np.searchsorted(firsts, ranking.rows, side="right") - 1  # (n,), index of each row's document
    sums = np.zeros(len(firsts))
    by_owner = np.argsort(owners, kind="stable")  # best first within a document
    starts = np.searchsorted(owners[by_owner], owners[by_owner], side="left")
    best = by_owner[np.arange(len(by_owner)) - starts < units]
    np.add.at(sums, owners[best], np.maximum(ranking.scores[best], 0.0))
    top = sums.max()
    if top <= 0:
        return ranking
    return ranked(ranking.rows, ranking.scores + weight * sums[owners] / top)
