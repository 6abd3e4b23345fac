"""Words in, candidates out: a query as weighted terms of the lexical fields, and their BM25 scores."""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np

from indexer.snapshot import ALL, Scope, Snapshot
from models.segmenter import Segmenter
from search.candidates.fusion import Candidates, ranked
from search.terms.function_words import function_words
from search.weights import Weights

__all__ = [
    "Terms",
    "content_words",
    "coverage",
    "full_score",
    "inverse_doc_freq",
    "lexical_candidates",
    "longest",
    "query_terms",
]

Terms = dict[str, dict[str, float]]
"""Weighted terms by field, e.g. `{"words": {"器官": 1.0}, "bigrams": {"器官": 0.3}}`."""


def content_words(folded: str, segmenter: Segmenter) -> list[str]:
    """The words of a folded text that name a subject: `器官 是 什么` leaves `器官`."""
    return [word for word in segmenter.words(folded) if word not in function_words()]


def longest(words: Iterable[str]) -> tuple[str, ...]:
    """The words that lie in no other, each once, in order: `联合`, `联合国`, `器官` give `联合国`, `器官`.

    Time is that of a search of one string for each word: a pasted page has six hundred.
    """
    distinct = tuple(dict.fromkeys(words))
    joined = "\n".join(distinct)  # no word holds a line feed, so a second find lies in another word
    return tuple(word for word in distinct if joined.count(word) == 1)


def query_terms(folded: str, segmenter: Segmenter, weights: Weights) -> Terms:
    """Weighted terms of a folded query for every field.

    Function words count little in `words`, and nothing elsewhere: documents rarely print 怎么办,
    so its inverse document frequency is high although it says nothing about the subject.
    """
    words = segmenter.words(folded)
    counts = Counter(words)
    content = {word: float(n) for word, n in counts.items() if word not in function_words()}
    function = {word: n * weights.function_words for word, n in counts.items() if word not in content}
    bigrams = _content_bigrams(folded, words, segmenter)
    return {
        "words": _times(weights.words, {**content, **function}),
        "bigrams": _times(weights.bigrams, {bigram: float(n) for bigram, n in bigrams.items()}),
        "headings": _times(weights.headings, content),
        "topics": _times(weights.topics, content),
    }


def lexical_candidates(snapshot: Snapshot, terms: Terms, limit: int, scope: Scope = ALL) -> Candidates:
    """The units that BM25 ranks best, over all fields; at most `limit`, of the scope only."""
    if not any(terms.values()):
        return ranked([], [])
    found, scores = snapshot.lexical.search(terms, limit, scope)
    return Candidates(found, scores.astype(np.float64))


def full_score(snapshot: Snapshot, terms: Terms) -> float:
    """The BM25 score of a unit of mean length that has every word and bigram asked for once.

    Words that no unit has included: the theoretical maximum in the sense of Bruch et al. (fusion.py).
    """
    snapshot.lexical.expect(term for weights in terms.values() for term in weights)
    return sum(
        weight * inverse_doc_freq(snapshot, field, term)
        for field in ("words", "bigrams")
        for term, weight in terms.get(field, {}).items()
    )


def coverage(full: float, found: Candidates) -> float:
    """How much of what was asked the best unit holds, 0 to 1, each word counting by its rarity.

    Example: 1.0 for 不惩罚原则 where a unit prints it, near 0 for a question in everyday words.
    """
    return min(1.0, float(found.scores[0]) / full) if full and len(found.rows) else 0.0


def inverse_doc_freq(snapshot: Snapshot, field: str, term: str) -> float:
    """ln(1 + (N − df + 0.5) / (df + 0.5)), as the lexical index weighs terms."""
    doc_freq = snapshot.lexical.doc_freq(field, term)
    return math.log(1 + (len(snapshot.units) - doc_freq + 0.5) / (doc_freq + 0.5))


def _content_bigrams(folded: str, words: list[str], segmenter: Segmenter) -> Counter[str]:
    """Bigrams of the query without those that lie in, or touch, one of its function words."""
    function = [word for word in words if word in function_words()]
    inside = {bigram for word in function for bigram in segmenter.bigrams(word)}
    single = {word for word in function if len(word) == 1}
    bigrams = segmenter.bigrams(folded)
    return Counter(bigram for bigram in bigrams if bigram not in inside and single.isdisjoint(bigram))


def _times(weight: float, terms: dict[str, float]) -> dict[str, float]:
    return {term: weight * value for term, value in terms.items()} if weight else {}
