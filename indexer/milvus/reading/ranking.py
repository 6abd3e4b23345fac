"""Ranked rows: the server proposes, every score is made anew here, and nothing missed could be better.

Candidates are fetched until the last one's stored score, with all that it may have gained since, is below the
last one kept. Where the server's longest answer does not settle it, the rows are halved and asked in parts.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.content.ranking import Hits, Rows, Scores, round_scores
from indexer.content.types import ALL, Scope
from indexer.milvus.impacts import dimension, most_growth, tables
from indexer.milvus.reading.codes import RemoteCodes, chosen
from indexer.milvus.reading.documents import Held
from indexer.milvus.reading.stores import RemoteUnits
from indexer.milvus.reading.terms import Term, Terms
from indexer.milvus.server import MOST_HITS, Row
from indexer.milvus.tables import EXACT_ROWS
from indexer.segment.fields import FIELDS

__all__ = ["RemoteDense", "RemoteLexical"]

_MARGIN = 16  # candidates beside those wanted, so that few ties cost no second question
_ADDED_UP = 1e-4  # of a score: what adding in float32 may cost
_UNIT = 2e-3  # of an inner product of unit vectors: what servers round
_MORE = 4  # candidates for each wanted where the server's own search is approximate

Weighted = list[tuple[float, int, Term]]
"""Of each term its weight · idf, the number of its field, and what is known of it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is asked of one segment: the field and the vector, and how to score what comes."""

    which: int
    field: str
    vector: object
    where: str
    scored: Callable[[Sequence[Row]], NDArray[np.float64]]
    bound: Callable[[float], float]  # the most that a unit may score whose stored score is not above this
    exact: bool = True

    def between(self, first: int, end: int) -> str:
        """The expression for a range of rows of the segment."""
        terms = [f"row >= {first} and row < {end}", *([self.where] if self.where else [])]
        return " and ".join(terms)


class _Asking:
    """Asks segments for candidates."""

    def __init__(self, held: Held, units: RemoteUnits) -> None:
        self._held = held
        self._units = units

    def best(self, parts: Sequence[_Part], limit: int) -> Hits:
        """The best rows of all parts, best first, ties by rising row."""
        found = [self._of(part, 0, self._held.segments[part.which].info.units, limit) for part in parts]
        rows = np.concatenate([np.empty(0, np.int64), *(each for each, _ in found)])
        scores = np.concatenate([np.empty(0, np.float64), *(each for _, each in found)])
        rounded = round_scores(scores.astype(np.float32))
        kept = (rows >= 0) & (rounded > 0)
        rows, rounded = rows[kept], rounded[kept]
        order = np.lexsort((rows, -rounded))[:limit]
        self._units.expect(rows[order])
        return rows[order], rounded[order]

    def _of(self, part: _Part, first: int, end: int, limit: int) -> tuple[Rows, NDArray[np.float64]]:
        """Candidates of a range of rows: at least all that may be among the best."""
        segment = self._held.segments[part.which]
        whole = (first, end) == (0, segment.info.units)
        where = part.where if whole else part.between(first, end)
        wanted = limit * (1 if part.exact else _MORE) + _MARGIN
        while True:
            wanted = min(wanted, MOST_HITS)
            hits = self._held.server.search(
                segment.collection("units"),
                part.field,
                part.vector,
                wanted,
                where,
                _FIELDS[part.field],
                0 if part.exact else 2 * wanted,
            )
            scores = part.scored(hits)
            if len(hits) < wanted or not part.exact:
                break
            kept = np.partition(scores, -limit)[-limit] if len(scores) >= limit else 0.0
            last = part.bound(hits[-1]["score"])
            if last <= 0 or last < kept * (1 - _ADDED_UP):
                break
            if wanted == MOST_HITS:
                middle = (first + end) // 2
                halves = [self._of(part, *half, limit) for half in ((first, middle), (middle, end))]
                rows, points = (np.concatenate(each) for each in zip(*halves, strict=True))
                return rows, points
            wanted *= 4
        local = np.array([int(hit["row"]) for hit in hits], np.int64)
        return self._held.whole(part.which, local), scores


_FIELDS = {"impacts": ("row",), "vector": ("row", "vector")}


class RemoteLexical:
    """BM25 with the statistics of all units. Safe to share between threads.

    Example: `rows, scores = lexical.search({"words": {"器官": 1.0}, "headings": {"器官": 0.5}}, 10)`
    """

    def __init__(self, held: Held, units: RemoteUnits, terms: Terms, codes: RemoteCodes) -> None:
        """Read nothing yet."""
        self._held = held
        self._terms = terms
        self._codes = codes
        self._asking = _Asking(held, units)
        self._means = held.means
        self._saturations = tables(self._means)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._held.units

    @property
    def mean_lengths(self) -> dict[str, float]:
        """The mean number of tokens of each field over all units."""
        return dict(zip(FIELDS, self._means, strict=True))

    def expect(self, terms: Iterable[str]) -> None:
        """Read what is not known of some terms, together."""
        self._terms.of(terms)

    def doc_freq(self, field: str, term: str) -> int:
        """How many units have the term in the field."""
        return self._terms.of([term])[term].frequencies[_known(field)]

    def search(self, terms: Mapping[str, Mapping[str, float]], limit: int, scope: Scope = ALL) -> Hits:
        """The rows that score above 0, best first, ties by rising row; `terms` are weights by field."""
        weighted = self._weighted(terms)
        if limit < 1 or not weighted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parts = []
        for which, where in enumerate(self._held.where(scope)):
            asked = {
                dimension(term.serials[which], field): weight
                for weight, field, term in weighted
                if term.serials[which]
            }
            if where is not None and asked:
                parts.append(self._part(which, where, weighted, asked))
        return self._asking.best(parts, limit)

    def _part(self, which: int, where: str, weighted: Weighted, asked: dict[int, float]) -> _Part:
        before = self._held.segments[which].means
        fields = dict.fromkeys(field for _, field, _ in weighted)
        growth = most_growth(before, self._means, fields) * (1 + _ADDED_UP)
        return _Part(
            which,
            "impacts",
            asked,
            where,
            lambda hits: self._scored(which, weighted, [int(hit["row"]) for hit in hits]),
            lambda score: score * growth,
        )

    def scores(self, terms: Mapping[str, Mapping[str, float]], rows: Rows) -> Scores:
        """What each of some rows scores, `(len(rows),) float32`; raises IndexError."""
        weighted = self._weighted(terms)
        segments, local = self._held.locate(rows)
        points = np.zeros(len(rows))
        for which in np.unique(segments).tolist():
            here = np.flatnonzero(segments == which)
            points[here] = self._scored(which, weighted, local[here].tolist())
        return round_scores(points.astype(np.float32))

    def _weighted(self, terms: Mapping[str, Mapping[str, float]]) -> Weighted:
        known = self._terms.of(term for weights in terms.values() for term in weights)
        weighted: Weighted = []
        for name, weights in terms.items():
            field = _known(name)
            for term, weight in weights.items():
                if not (math.isfinite(weight) and weight >= 0):
                    raise ValueError(f"weight {weight} of {term!r} in {name}; expected a number ≥ 0")
                often = known[term].frequencies[field]
                if often and weight:
                    idf = math.log(1 + (len(self) - often + 0.5) / (often + 0.5))
                    weighted.append((weight * idf, field, known[term]))
        return weighted

    def _scored(self, which: int, weighted: Weighted, rows: Sequence[int]) -> NDArray[np.float64]:
        """Scores with the statistics of this generation, term by term in the order of the query."""
        here = [
            (weight, field, term.serials[which]) for weight, field, term in weighted if term.serials[which]
        ]
        dimensions = np.array([dimension(serial, field) for _, field, serial in here], np.int64)
        codes = chosen(self._codes.of(which, rows), dimensions)
        points = np.zeros(len(rows))
        for number, (weight, field, _) in enumerate(here):
            points += self._saturations[field][codes[:, number]] * weight  # code 0 gives 0
        return points


def _known(field: str) -> int:
    for number, known in enumerate(FIELDS):
        if known == field:
            return number
    raise ValueError(f"no lexical field {field!r}; expected one of {', '.join(FIELDS)}")


class RemoteDense:
    """Nearest units by inner product. Safe to share between threads."""

    def __init__(self, held: Held, units: RemoteUnits, dim: int) -> None:
        """Read nothing yet."""
        self._held = held
        self._asking = _Asking(held, units)
        self.dim = dim

    def vector(self, row: int) -> Scores:
        """The vector of a row, `(dim,) float32`; raises IndexError."""
        vector: Scores = self.vectors(np.array([row], np.int64))[0]
        return vector

    def vectors(self, rows: Rows) -> Scores:
        """The vectors of rows, `(len(rows), dim) float32`."""
        segments, local = self._held.locate(rows)
        found = np.empty((len(rows), self.dim), np.float32)
        for which in np.unique(segments).tolist():
            here = np.flatnonzero(segments == which)
            name = self._held.segments[which].collection("units")
            read = {
                int(hit["row"]): hit["vector"]
                for hit in self._held.server.get(name, np.unique(local[here]).tolist(), _FIELDS["vector"])
            }
            found[here] = [read[row] for row in local[here].tolist()]
        return found

    def search(self, vector: Scores, limit: int, scope: Scope = ALL) -> Hits:
        """The rows with the greatest inner product above 0, best first, ties by rising row."""
        query = np.ascontiguousarray(vector, np.float32)
        if query.shape != (self.dim,):
            raise ValueError(f"a query vector of shape {query.shape}; expected ({self.dim},)")
        if not np.isfinite(query).all():
            raise ValueError("a query vector with NaN or infinity; expected finite numbers")
        if limit < 1 or not query.any():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        slack = _UNIT * max(1.0, float(np.linalg.norm(query)))
        parts = [
            _Part(
                which,
                "vector",
                query.tolist(),
                where,
                lambda hits: _products(hits, query),
                lambda score: score + slack,
                exact=self._held.segments[which].info.units <= EXACT_ROWS,
            )
            for which, where in enumerate(self._held.where(scope))
            if where is not None and self._held.segments[which].info.units
        ]
        return self._asking.best(parts, limit)


def _products(hits: Sequence[Row], query: Scores) -> NDArray[np.float64]:
    """Inner products in the order of adding of `indexer.content.dense`."""
    vectors = np.array([hit["vector"] for hit in hits], np.float32).reshape(len(hits), len(query))
    products: NDArray[np.float64] = np.einsum("ij,j->i", vectors, query).astype(np.float64)
    return products
