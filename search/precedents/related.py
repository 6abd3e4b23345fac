"""Precedents: units of other documents that say the same as a unit or a pasted paragraph."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from corpus.citations.find import find_citations
from corpus.plain_text.folding import fold
from corpus.types import Unit
from indexer.snapshot import ALL, Scope, Snapshot
from models.encoder import Vectors
from models.segmenter import Segmenter
from search.candidates.combine import Lists
from search.candidates.dense import QueryVectors, dense_candidates
from search.candidates.fusion import Candidates, ranked
from search.candidates.lexical import Terms, content_words, inverse_doc_freq, lexical_candidates
from search.weights import Weights

__all__ = ["Passage", "citing_candidates", "passage_of", "precedent_lists", "precedent_terms"]

_REPEATS = 2  # a word printed ten times is no five times better sign than one printed twice


@dataclass(frozen=True, slots=True)
class Passage:
    """What precedents are sought for: a text, and the headings and key topics that it stands under.

    `row` is that of the unit, None for a pasted text.
    """

    text: str
    headings: tuple[str, ...] = ()
    row: int | None = None


def passage_of(unit: Unit, row: int | None = None) -> Passage:
    """A unit as a passage; the outermost heading (二. 建议) is left out, half a document shares it."""
    return Passage(unit.text, (*unit.headings[1:], *unit.topics), row)


def precedent_lists(
    snapshot: Snapshot,
    segmenter: Segmenter,
    vectors: QueryVectors,
    weights: Weights,
    passage: Passage,
    scope: Scope,
) -> Lists:
    """Candidates by telling words, by meaning and by shared citations. No term bank: it cost ranking here."""
    terms = precedent_terms(snapshot, segmenter, weights, passage)
    keys = {citation.key for citation in find_citations(passage.text)}
    return Lists(
        lexical=lexical_candidates(snapshot, terms, weights.candidates, scope),
        dense=dense_candidates(snapshot, _vector(snapshot, vectors, passage), weights.candidates, scope),
        cited=citing_candidates(snapshot, keys, scope),
    )


def _vector(snapshot: Snapshot, vectors: QueryVectors, passage: Passage) -> Vectors:
    """The vector of the unit, in which its headings are, as in those that it is compared with."""
    if passage.row is None:
        return vectors.of(fold(passage.text))
    return snapshot.dense.vector(passage.row)


def precedent_terms(snapshot: Snapshot, segmenter: Segmenter, weights: Weights, passage: Passage) -> Terms:
    """The words of a passage that tell it from others, by tf·idf, and the words of its headings.

    At most `weights.precedent_words` words, each weighted by its tf·idf: a paragraph has a hundred
    words, most of them in every other paragraph too, and BM25's own idf is not enough against their number.
    """
    counts = Counter(content_words(fold(passage.text), segmenter))
    rarity = {word: inverse_doc_freq(snapshot, "words", word) for word in counts}
    strength = {word: min(counts[word], _REPEATS) * rarity[word] for word in counts}
    best = sorted(strength, key=lambda word: (-strength[word], word))[: weights.precedent_words]
    mean = sum(strength[word] for word in best) / max(1, len(best))
    titles = {word for heading in passage.headings for word in content_words(fold(heading), segmenter)}
    headings = dict.fromkeys(sorted({*best, *titles}), weights.precedent_headings * mean)
    words = {word: strength[word] for word in best}
    return {"words": words, "headings": headings, "topics": headings}


def citing_candidates(snapshot: Snapshot, keys: Iterable[str], scope: Scope = ALL) -> Candidates:
    """Units that cite what is cited here; a citation shared by few units counts more.

    Each shared key adds ln(N / n) where n of N units carry it.
    """
    scores: defaultdict[int, float] = defaultdict(float)
    for key in sorted(set(keys)):
        citing = snapshot.citing.rows(key)
        for row in citing:
            scores[row] += math.log(len(snapshot.units) / len(citing))
    rows = np.array(sorted(scores), np.int64)
    kept = [row for row in rows[snapshot.scopes.passes(rows, scope)].tolist() if scores[row] > 0]
    return ranked(kept, [scores[row] for row in kept])
