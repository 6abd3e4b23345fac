"""What the rest of its document says for a unit."""

import numpy as np
from numpy.typing import NDArray

from search.candidates.fusion import Candidates, ranked

__all__ = ["add_document_evidence"]


def add_document_evidence(
    ranking: Candidates, owners: NDArray[np.int64], *, weight: float, units: int
) -> Candidates:
    """Add to each unit `weight` times the score of its document, at most 1.

    `owners (n,)` tells which document each unit of the ranking belongs to. A document scores the mean of its
    best `units` candidates, missing ones counting 0, divided by that of the best document: a document that
    bears on the question in many places is more likely to answer it than one that shares a few words in one
    (Callan, "Passage-level evidence in document retrieval", SIGIR 1994).
    Example: two documents of two good units and of one, equal scores: the units of the first come first.
    """
    if not len(ranking.rows) or not weight:
        return ranking
    documents, owners = np.unique(owners, return_inverse=True)
    sums = np.zeros(len(documents))
    by_owner = np.argsort(owners, kind="stable")  # best first within a document
    starts = np.searchsorted(owners[by_owner], owners[by_owner], side="left")
    best = by_owner[np.arange(len(by_owner)) - starts < units]
    np.add.at(sums, owners[best], np.maximum(ranking.scores[best], 0.0))
    top = sums.max()
    if top <= 0:
        return ranking
    return ranked(ranking.rows, ranking.scores + weight * sums[owners] / top)
