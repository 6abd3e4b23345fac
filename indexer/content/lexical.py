"""BM25 over the postings of all segments, with k1 1.2, b 0.75, and a field's length kept in one byte.

The score of a row is the sum over fields and terms of weight · idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b ·
length / mean length)), with idf = ln(1 + (N − df + 0.5) / (df + 0.5)). N, df and mean lengths are those of
all units that are not deleted, whatever the segments: counted when a query needs them, never estimated.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.content.ranking import Hits, Rows, Scores, round_scores
from indexer.content.rows import RowMap
from indexer.content.scopes import Allowed, Scopes
from indexer.content.types import ALL, Scope
from indexer.segment.fields import FIELDS, Field
from indexer.segment.lengths import LENGTHS
from indexer.segment.postings import bigram_codes
from indexer.segment.reader import Segment

__all__ = ["K1", "B", "LexicalIndex", "saturations"]

K1, B = 1.2, 0.75
_TERMS_KEPT = 16_384  # terms whose places are kept: some 10 MB
_LONGEST_KEPT = 64  # characters: so that nobody fills memory with long words

Weighted = list[tuple[float, Field, NDArray[np.int64]]]
"""Of each term its weight · idf, its field, and its number in each segment, −1 where that lacks it."""


def saturations(mean_length: float) -> NDArray[np.float64]:
    """tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean)) by code, `(65536,) float64`."""
    frequency = np.arange(256.0)[:, None]
    norms = K1 * (1 - B + B * LENGTHS / mean_length) if mean_length else np.full(256, K1)
    table: NDArray[np.float64] = frequency * (K1 + 1) / (frequency + norms[None, :])
    return table.ravel()


class LexicalIndex:
    """Ranked rows by weighted terms. Safe to share between threads.

    Example: `rows, scores = lexical.search({"words": {"器官": 1.0}, "headings": {"器官": 0.5}}, 10)`
    """

    def __init__(self, rows: RowMap, scopes: Scopes) -> None:
        """Read nothing yet."""
        self._rows = rows
        self._scopes = scopes
        # Questions share most of their terms, and a generation never changes.
        self._kept = lru_cache(_TERMS_KEPT)(self._find_term)
        self._words = lru_cache(_TERMS_KEPT)(self._find_word)  # three fields have the same words

    def __len__(self) -> int:
        """How many rows there are."""
        return self._rows.units

    def expect(self, terms: Iterable[str]) -> None:
        """Nothing: a term that is near is found when it is asked for."""

    def doc_freq(self, field: str, term: str) -> int:
        """How many units have the term in the field, e.g. `doc_freq("words", "器官") == 7`."""
        return self._term(_known(field), term)[1]

    def search(self, terms: Mapping[str, Mapping[str, float]], limit: int, scope: Scope = ALL) -> Hits:
        """The rows that score above 0, best first, ties by rising row.

        `terms` gives by field and term the weight (≥ 0) of its BM25 score in the sum; `scope` says which
        units may answer. Statistics are those of the whole index in either case. Returns `(≤limit,) int64`,
        `(≤limit,) float32`. Raises ValueError on an unknown field or a bad weight.
        """
        weighted = self._weighted(terms)
        if limit < 1 or not weighted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        found, scores = [], []
        for which, (segment, allowed) in enumerate(
            zip(self._rows.segments, self._scopes.of(scope), strict=True)
        ):
            rows, points = self._of_segment(which, segment, weighted, allowed, limit)
            found.append(self._rows.whole(which, rows))
            scores.append(points)
        joined = np.concatenate(found)
        rounded = round_scores(np.concatenate(scores).astype(np.float32))
        order = np.lexsort((joined, -rounded))[:limit]
        return joined[order], rounded[order]

    def scores(self, terms: Mapping[str, Mapping[str, float]], rows: Rows) -> Scores:
        """What each of some rows scores, `(len(rows),) float32`, as in `search`; raises IndexError."""
        weighted = self._weighted(terms)
        which, local = self._rows.locate(rows)
        points = np.zeros(len(rows))
        for number in np.unique(which).tolist():
            here = which == number
            points[here] = self._of_rows(number, self._rows.segments[number], weighted, local[here])
        return round_scores(points.astype(np.float32))

    def _of_rows(self, which: int, segment: Segment, weighted: Weighted, rows: Rows) -> NDArray[np.float64]:
        """The scores of rows of a segment, each looked up in the postings of each term."""
        postings, points = segment["postings"], np.zeros(len(rows))
        for weight, field, numbers in weighted:
            if numbers[which] < 0:
                continue
            begin, end = postings[f"{field}_starts"][numbers[which] : numbers[which] + 2].tolist()
            if begin == end:
                continue
            having = postings[f"{field}_rows"][begin:end]
            at = np.minimum(np.searchsorted(having, rows), len(having) - 1)
            codes = postings[f"{field}_codes"][begin:end][at]
            points += np.where(having[at] == rows, self._saturations[field][codes] * weight, 0.0)
        return points

    def _weighted(self, terms: Mapping[str, Mapping[str, float]]) -> Weighted:
        weighted: Weighted = []
        for name, weights in terms.items():
            field = _known(name)
            for term, weight in weights.items():
                if not (math.isfinite(weight) and weight >= 0):
                    raise ValueError(f"weight {weight} of {term!r} in {field}; expected a number ≥ 0")
                numbers, doc_freq = self._term(field, term)
                if doc_freq and weight:
                    idf = math.log(1 + (len(self) - doc_freq + 0.5) / (doc_freq + 0.5))
                    weighted.append((weight * idf, field, numbers))
        return weighted

    def _of_segment(
        self, which: int, segment: Segment, weighted: Weighted, allowed: Allowed, limit: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """The best rows of a segment, and all that score as much as the last of them, in no order."""
        postings = segment["postings"]
        rows, points = [np.empty(0, np.uint32)], [np.empty(0, np.float64)]
        for weight, field, numbers in weighted:
            number = numbers[which]
            if number < 0 or not allowed.count:
                continue
            begin, end = postings[f"{field}_starts"][number : number + 2].tolist()
            rows.append(postings[f"{field}_rows"][begin:end])
            points.append(self._saturations[field][postings[f"{field}_codes"][begin:end]] * weight)
        met = np.concatenate(rows)
        if not len(met):
            return np.empty(0, np.int64), np.empty(0, np.float64)
        sums: NDArray[np.float64] = np.bincount(  # type: ignore[assignment]  # weights make floats
            met, np.concatenate(points), segment.units
        )
        if allowed.mask is not None:
            sums[~allowed.mask] = 0.0
        longest_rows = max(rows, key=len)  # each row once: its best bound the best of all from below
        least = _kth(sums[longest_rows], limit)
        best = np.flatnonzero(sums >= least) if least > 0 else np.flatnonzero(sums)
        if len(best) > limit:
            best = best[sums[best] >= _kth(sums[best], limit) * (1 - 1e-4)]  # rounding may make ties
        return best, sums[best]

    def _term(self, field: Field, term: str) -> tuple[NDArray[np.int64], int]:
        """The number of a term in each segment, and in how many units it is."""
        kept = self._kept if len(term) <= _LONGEST_KEPT else self._find_term
        return kept(field, term)

    def _find_term(self, field: Field, term: str) -> tuple[NDArray[np.int64], int]:
        if field == "bigrams":
            numbers = np.array([_bigram(segment, term) for segment in self._rows.segments], np.int64)
        else:
            numbers = (self._words if len(term) <= _LONGEST_KEPT else self._find_word)(term)
        count = 0
        for segment, number in zip(self._rows.segments, numbers.tolist(), strict=True):
            if number >= 0:
                count += _live(segment, field, number)
        return numbers, count

    def _find_word(self, word: str) -> NDArray[np.int64]:
        return np.array([segment.words([word])[0] for segment in self._rows.segments], np.int64)

    @cached_property
    def mean_lengths(self) -> dict[Field, float]:
        """The mean number of tokens of each field over all units."""
        sums = np.zeros(len(FIELDS), np.int64)
        for segment in self._rows.segments:
            sums += segment["documents"]["lengths"][~segment.deleted].sum(axis=0)
        units = max(1, len(self))
        return {field: float(total) / units for field, total in zip(FIELDS, sums.tolist(), strict=True)}

    @cached_property
    def _saturations(self) -> dict[Field, NDArray[np.float64]]:
        return {field: saturations(mean) for field, mean in self.mean_lengths.items()}


def _kth(values: NDArray[np.float64], k: int) -> float:
    """The k-th greatest value, or 0 where there are fewer."""
    return float(np.partition(values, -k)[-k]) if len(values) >= k else 0.0


def _bigram(segment: Segment, term: str) -> int:
    """The number of a bigram in a segment, −1 where it lacks it."""
    if not 1 <= len(term) <= 2:
        return -1
    bigrams = segment["postings"]["bigram_terms"]
    code = bigram_codes([term])[0]
    at = int(np.searchsorted(bigrams, code))
    return at if at < len(bigrams) and bigrams[at] == code else -1


def _live(segment: Segment, field: Field, number: int) -> int:
    """How many units that are not deleted have a term."""
    postings = segment["postings"]
    begin, end = postings[f"{field}_starts"][number : number + 2].tolist()
    if not segment.info.deleted:
        return int(end - begin)
    rows = postings[f"{field}_rows"][begin:end]
    first = segment["documents"]["first_rows"]
    gone = np.array(segment.info.deleted, np.int64)
    before, after = (np.searchsorted(rows, first[gone + more]) for more in (0, 1))
    return int(end - begin - (after - before).sum())


def _known(field: str) -> Field:
    for known in FIELDS:
        if known == field:
            return known
    raise ValueError(f"no lexical field {field!r}; expected one of {', '.join(FIELDS)}")
