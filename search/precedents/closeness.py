"""How much of what two units say is said by both: a measure that two queries can be compared by."""

import math

from corpus.plain_text.folding import fold
from corpus.types import Unit
from indexer.snapshot import Snapshot
from models.segmenter import Segmenter
from search.candidates.lexical import content_words
from search.precedents.related import passage_of, precedent_terms
from search.weights import Weights

__all__ = ["closeness"]


def closeness(
    snapshot: Snapshot, segmenter: Segmenter, one: Unit, other: Unit, weights: Weights | None = None
) -> float:
    """The geometric mean of two shares, 0 to 1: of the telling words of each unit, those the other holds.

    Telling words are weighted by tf·idf, as for precedents; headings and key topics of the other count
    as held. Example: a unit and itself give 1, units without a common word 0.
    """
    weights = weights or Weights()
    there = _share(snapshot, segmenter, weights, one, other)
    return math.sqrt(there * _share(snapshot, segmenter, weights, other, one))


def _share(snapshot: Snapshot, segmenter: Segmenter, weights: Weights, one: Unit, other: Unit) -> float:
    passage = passage_of(other)
    held = set(content_words(fold("\n".join((passage.text, *passage.headings))), segmenter))
    told = precedent_terms(snapshot, segmenter, weights, passage_of(one))["words"]
    whole = sum(told.values())
    return sum(weight for word, weight in told.items() if word in held) / whole if whole else 0.0
