"""The second stage: the best candidates looked at again, word by word."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot
from models.encoder import Encoder
from models.encoders.registry import word_encoder
from models.segmenter import Segmenter
from search.candidates.fusion import Candidates, by_range, ranked, weighted_sum
from search.candidates.lexical import inverse_doc_freq
from search.second_look.unit_words import UnitWords
from search.terms.function_words import function_words
from search.terms.termbank import Trigger
from search.weights import Weights

__all__ = ["Reranker", "WordInteraction", "load_reranker", "rerank"]

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]

_TEXTS_KEPT = 4096


class Reranker(Protocol):
    """Scores a few candidates of a query more closely than the first stage can score all units."""

    def scores(self, folded: str, triggers: Sequence[Trigger], rows: Rows) -> Scores:
        """A score for each row, `(len(rows),) float64`, higher is better, on a scale of its own.

        `folded` is the query, `triggers` the concepts that the term bank found in it.
        """
        ...


class WordInteraction:
    """Late interaction over static word vectors: is each word of the query met by some word of the unit?

    MaxSim of Khattab and Zaharia, "ColBERT: efficient and effective passage search via contextualized
    late interaction over BERT", SIGIR 2020, with vectors that know no context, and the mean over the
    query's words weighted by their rarity. One vector for a whole unit blurs what it says beside the
    point; here a unit has to meet every word, and a near word counts in part.
    """

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, segmenter: Segmenter, *, function_weight: float = 0.3
    ) -> None:
        """Read nothing yet; `function_weight` is what a word counts that names no subject."""
        self._snapshot = snapshot
        self._segmenter = segmenter
        self._function_weight = function_weight
        self._units = UnitWords(snapshot, encoder)
        # Terms of one concept come again with every question about it.
        self._words = lru_cache(_TEXTS_KEPT)(self._find_words)
        self._weight = lru_cache(_TEXTS_KEPT)(self._find_weight)

    def scores(self, folded: str, triggers: Sequence[Trigger], rows: Rows) -> Scores:
        """Mean over the query's words of the nearest word's cosine, `(len(rows),) float64`, at most 1.

        Words that name a concept are met by a printed term of that concept too, as far as the term's
        own words are met.
        """
        words = self._words(folded)
        terms = {term: self._words(term) for trigger in triggers for _, term in trigger.others}
        known = dict.fromkeys([*words, *(word for own in terms.values() for word in own)])
        place = {word: line for line, word in enumerate(known)}  # the query's own words come first
        nearest = self._units.best_cosines(list(known), rows)  # (known, rows)
        met = nearest[: len(words)].copy()
        for trigger in triggers:
            named = [
                line
                for word in self._words(trigger.term)
                if (line := place.get(word, len(words))) < len(words)
            ]
            for _, term in trigger.others if named else ():
                met[named] = np.maximum(
                    met[named], self._mean(terms[term], nearest[[place[w] for w in terms[term]]])
                )
        return self._mean(words, met)

    def _find_words(self, folded: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._segmenter.words(folded)))

    def _mean(self, words: Sequence[str], met: Scores) -> Scores:
        """Mean of the lines of `met (words, rows)` by inverse document frequency; zeros without a word."""
        if not words:
            return np.zeros(met.shape[1])
        weights = np.array([self._weight(word) for word in words])
        mean: Scores = weights @ met / weights.sum()
        return mean

    def _find_weight(self, word: str) -> float:
        rarity = inverse_doc_freq(self._snapshot, "words", word)
        return rarity * (self._function_weight if word in function_words() else 1.0)


def load_reranker(
    snapshot: Snapshot, encoder: Encoder, segmenter: Segmenter, weights: Weights
) -> Reranker | None:
    """The second stage for an encoder; None where it is switched off, or where it would cost too much.

    It compares single words, of which only a static encoder says something, and in microseconds.
    """
    words = word_encoder(encoder) if weights.interaction else None
    if words is None:
        return None
    return WordInteraction(snapshot, words, segmenter, function_weight=weights.function_words)


def rerank(
    ranking: Candidates, reranker: Reranker, folded: str, triggers: Sequence[Trigger], weights: Weights
) -> Candidates:
    """Add the second stage's scores, spread over 0 to 1, to the best `weights.reranked` candidates.

    The others keep their scores, and so stay behind.
    """
    rows = ranking.rows[: weights.reranked]
    if not len(rows):
        return ranking
    closer = by_range(ranked(rows, reranker.scores(folded, triggers, rows)))
    return weighted_sum([ranking, closer], [1.0, weights.interaction])
