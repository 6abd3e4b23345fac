"""The second stage: the best candidates looked at again, word by word."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot
from models.encoder import Encoder, TokenEncoder
from models.encoders.registry import word_encoder
from models.segmenter import Segmenter
from search.candidates.fusion import Candidates, by_range, ranked, weighted_sum
from search.candidates.lexical import inverse_doc_freq
from search.second_look.token_interaction import TokenInteraction
from search.second_look.unit_words import UnitWords
from search.terms.function_words import function_words
from search.terms.termbank import Trigger
from search.weights import Weights

__all__ = ["Reranker", "WordInteraction", "load_rerankers", "rerank"]

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
        self._weight = word_weight(snapshot, function_weight)

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


def word_weight(snapshot: Snapshot, function_weight: float) -> Callable[[str], float]:
    """What a word of a query counts: its rarity in the index, less for one that names no subject."""

    def weight(word: str) -> float:
        rarity = inverse_doc_freq(snapshot, "words", word)
        return rarity * (function_weight if word in function_words() else 1.0)

    return lru_cache(_TEXTS_KEPT)(weight)


def load_rerankers(
    snapshot: Snapshot, encoder: Encoder, segmenter: Segmenter, weights: Weights
) -> list[tuple[Reranker, float]]:
    """The second stage for an encoder: each way of looking closer, and what it counts.

    Single words are compared where a static encoder says something of them, tokens in their context where the
    index keeps their vectors. A way with the weight 0 is left out.
    """
    found: list[tuple[Reranker, float]] = []
    words = word_encoder(encoder)
    if words is not None and weights.interaction:
        by_words = WordInteraction(snapshot, words, segmenter, function_weight=weights.function_words)
        found.append((by_words, weights.interaction))
    if isinstance(encoder, TokenEncoder) and weights.tokens and snapshot.tokens.kept:
        weight = word_weight(snapshot, weights.function_words)
        found.append((TokenInteraction(snapshot, encoder, weight), weights.tokens))
    return found


def rerank(
    ranking: Candidates,
    rerankers: Sequence[tuple[Reranker, float]],
    folded: str,
    triggers: Sequence[Trigger],
    best: int,
) -> Candidates:
    """Add each reranker's scores, spread over 0 to 1, at its weight to the `best` first candidates.

    The others keep their scores, and so stay behind.
    """
    rows = ranking.rows[:best]
    if not len(rows):
        return ranking
    closer = [by_range(ranked(rows, one.scores(folded, triggers, rows))) for one, _ in rerankers]
    return weighted_sum([ranking, *closer], [1.0, *(weight for _, weight in rerankers)])
