"""What an encoder has to beat without any training: this project's BM25, and TF-IDF of character bigrams.

Each takes paragraphs and queries and gives scores `(queries, paragraphs) float32`, higher is better.
"""

import math
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.content.lexical import LexicalIndex
from indexer.content.lexical_writer import write_lexical
from models.segmenter import Segmenter
from search.candidates.lexical import query_terms
from search.weights import Weights

__all__ = ["bigram_scores", "bm25_scores"]

Scores = NDArray[np.float32]


def bm25_scores(paragraphs: Sequence[str], queries: Sequence[str]) -> Scores:
    """BM25 of words and character bigrams, weighted as search weights them."""
    segmenter, weights = Segmenter(), Weights()
    scores = np.zeros((len(queries), len(paragraphs)), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        fields = (
            {"words": segmenter.words(p), "bigrams": segmenter.bigrams(p), "headings": [], "topics": []}
            for p in paragraphs
        )
        write_lexical(Path(folder), fields)
        index = LexicalIndex.open(Path(folder))
        for place, query in enumerate(queries):
            rows, found = index.search(query_terms(query, segmenter, weights), len(paragraphs))
            scores[place, rows] = found
    return scores


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
