"""Visible query expansion: from the words that people use to the terms that documents print.

Words that people use and documents do not (卖肾) are matched in the query and never searched
for or shown; what is searched for and shown is official (切除器官, 摘取器官).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot
from models.segmenter import Segmenter
from search.fusion import Candidates, best_of, weighted_sum
from search.lexical import lexical_candidates, query_terms
from search.termbank import Trigger
from search.weights import Weights

__all__ = ["expansion_candidates"]


def expansion_candidates(
    snapshot: Snapshot,
    triggers: Sequence[Trigger],
    segmenter: Segmenter,
    weights: Weights,
    rows: NDArray[np.int64] | None,
) -> Candidates:
    """Units scored in BM25 units by the concepts that a query names.

    A unit's score for a concept is the best of its scores for the concept's printed terms: they
    are names of one thing, and a unit that uses two of them is not about it twice. Concepts add up.
    """
    weighted = [(trigger, expansion_weight(snapshot, trigger, segmenter)) for trigger in triggers]
    used = [(trigger, weight) for trigger, weight in weighted if weight > 0]
    lists = [_concept(snapshot, trigger, segmenter, weights, rows) for trigger, _ in used]
    return weighted_sum(lists, [weights.expansion * weight for _, weight in used])


def expansion_weight(snapshot: Snapshot, trigger: Trigger, segmenter: Segmenter) -> float:
    """How much of what is printed about a concept the trigger's own words would miss, 0 to 1.

    With the trigger in t units and the concept's most frequent other term in n it is n / (t + n): 1
    for a word that no document prints (卖肾), near 0 for a term that most units use themselves.
    """
    most = max((_doc_freq(snapshot, term, segmenter) for _, term in trigger.others), default=0)
    return most / (most + _doc_freq(snapshot, trigger.term, segmenter)) if most else 0.0


def _doc_freq(snapshot: Snapshot, folded: str, segmenter: Segmenter) -> int:
    """Units that hold the rarest word of a term: at least as many as hold the term."""
    return min((snapshot.lexical.doc_freq("words", word) for word in segmenter.words(folded)), default=0)


def _concept(
    snapshot: Snapshot,
    trigger: Trigger,
    segmenter: Segmenter,
    weights: Weights,
    rows: NDArray[np.int64] | None,
) -> Candidates:
    lists = [
        lexical_candidates(snapshot, query_terms(term, segmenter, weights), weights.candidates, rows)
        for _, term in trigger.others
    ]
    return best_of(lists)
