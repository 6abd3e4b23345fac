"""Every number that decides a ranking, with the reason for it, in one place."""

from dataclasses import dataclass

__all__ = ["Weights"]


@dataclass(frozen=True)
class Weights:
    """How much each kind of evidence counts.

    Field weights multiply BM25 scores of that field; list weights multiply scores normalised
    to at most 1. Example: `Weights(bigrams=0.0)` searches without the bigram net.
    """

    words: float = 1.0
    bigrams: float = 0.1
    headings: float = 0.5
    topics: float = 0.5
    function_words: float = 0.1
    expansion: float = 0.5
    precedent_words: int = 30
    precedent_headings: float = 0.3
    dense: float = 0.2
    reference: float = 0.5
    candidates: int = 200
