"""What an encoder has to beat without any training: this project's BM25, and TF-IDF of character bigrams.

Each takes paragraphs and queries and gives scores `(queries, paragraphs) float32`, higher is better.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.segmenter import Segmenter
from search.candidates.lexical import query_terms
from search.weights import Weights

__all__ = ["bigram_scores", "bm25_scores"]

Scores = NDArray[np.float32]


def bm25_scores(paragraphs: Sequence[str], queries: Sequence[str]) -> Scores:
    """BM25 of words and character bigrams, weighted as search weights them: k1 1.2, b .75, as in Lucene."""
    segmenter, weights = Segmenter(), Weights()
    fields = {
        "words": _Postings([segmenter.words(paragraph) for paragraph in paragraphs]),
        "bigrams": _Postings([segmenter.bigrams(paragraph) for paragraph in paragraphs]),
    }
    scores = np.zeros((len(queries), len(paragraphs)), np.float32)
    for place, query in enumerate(queries):
        terms = query_terms(query, segmenter, weights)
        for name, postings in fields.items():
            for term, weight in terms[name].items():
                postings.add(scores[place], term, weight)
    return scores


class _Postings:
    """One field: the rows that have a term and what a term of weight 1 scores there."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        mean = sum(map(len, texts)) / len(texts) or 1.0
        held: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row, terms in enumerate(texts):
            for term, n in Counter(terms).items():
                held[term].append((row, n * 2.2 / (n + 1.2 * (0.25 + 0.75 * len(terms) / mean))))
        self._held, self._rows = held, len(texts)

    def add(self, scores: Scores, term: str, weight: float) -> None:
        having = self._held.get(term, ())
        idf = math.log(1 + (self._rows - len(having) + 0.5) / (len(having) + 0.5))
        for row, points in having:
            scores[row] += weight * idf * points


def bigram_scores(paragraphs: Sequence[str], queries: Sequence[str]) -> Scores:
    """Cosine of (1 + ln tf) · ln(N / df) over pairs of neighbouring characters, white space left out."""
    counts = [_bigrams(paragraph) for paragraph in paragraphs]
    doc_freq = Counter(bigram for count in counts for bigram in count)
    idf = {bigram: math.log(len(paragraphs) / n) for bigram, n in doc_freq.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, count in enumerate(counts):
        weighted = {bigram: (1 + math.log(n)) * idf[bigram] for bigram, n in count.items()}
        norm = math.hypot(*weighted.values()) or 1.0
        for bigram, weight in weighted.items():
            postings[bigram].append((row, weight / norm))
    scores = np.zeros((len(queries), len(paragraphs)), np.float32)
    for place, query in enumerate(queries):  # a query's own norm does not change its ranking
        for bigram, n in _bigrams(query).items():
            for row, weight in postings.get(bigram, ()):
                scores[place, row] += (1 + math.log(n)) * idf[bigram] * weight
    return scores


def _bigrams(text: str) -> Counter[str]:
    squeezed = "".join(text.split()).lower()
    return Counter(map("".join, pairwise(squeezed)))
