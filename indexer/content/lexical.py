"""BM25 over the lexical index: tantivy's, with k1 1.2, b 0.75, and a field's length kept in one byte.

The score of a row is the sum over fields and terms of weight · idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b ·
length / mean length)), with idf = ln(1 + (N − df + 0.5) / (df + 0.5)); lengths are exact up to 40 tokens
and rounded down to one of 256 steps above.
"""

import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy

from indexer.content.fields import FIELDS
from indexer.content.lexical_writer import as_term
from indexer.content.ranking import Hits, Rows, exact_top

__all__ = ["LexicalIndex"]

REMOVALS = 50  # tries: the watching thread, before it is told off, may make its lock file in between
_TERMS_KEPT = 16_384  # frequencies and clauses of terms: some 10 MB
_LONGEST_KEPT = 64  # characters: so that nobody fills memory with long words
FILTER_RANGES = 64  # contiguous stretches of allowed rows up to which tantivy does the filtering


class LexicalIndex:
    """Ranked rows by weighted terms. Safe to share between threads.

    Example: `rows, scores = lexical.search({"words": {"器官": 1.0}, "headings": {"器官": 0.5}}, 10)`
    """

    def __init__(self, index: tantivy.Index) -> None:
        """Use `open`."""
        self._schema = index.schema
        self._searcher = index.searcher()
        # Questions share most of their terms, and a generation never changes.
        self._doc_freq = lru_cache(_TERMS_KEPT)(self._find_doc_freq)
        self._clause = lru_cache(_TERMS_KEPT)(self._make_clause)

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Open a folder that `write_lexical` wrote; it may be read-only.

        tantivy makes a lock file where it opens an index, so it is given a passing folder of links; the
        files themselves stay mapped after that folder, or theirs, is gone.
        """
        with _links_to(folder) as links:
            index = tantivy.Index.open(str(links))
            index.config_reader("manual")  # the default watches the folder for changes, in a thread
            return cls(index)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._searcher.num_docs

    def doc_freq(self, field: str, term: str) -> int:
        """How many units have the term in the field, e.g. `doc_freq("words", "器官") == 7`."""
        kept = self._doc_freq if len(term) <= _LONGEST_KEPT else self._find_doc_freq
        return kept(field, term)

    def _find_doc_freq(self, field: str, term: str) -> int:
        return self._searcher.doc_freq(_known(field), _term(term))

    def search(self, terms: Mapping[str, Mapping[str, float]], limit: int, rows: Rows | None = None) -> Hits:
        """The rows that score above 0, best first, ties by rising row.

        `terms` gives by field and term the weight (≥ 0) of its BM25 score in the sum; `rows` restricts the
        search to these rows (None: all). Statistics are those of the whole index in either case. Returns
        `(≤limit,) int64`, `(≤limit,) float32`. Raises ValueError on an unknown field or a bad weight.
        """
        query, allowed = self._query(terms), None
        if rows is not None:
            rows = np.unique(np.asarray(rows, np.int64))
            rows = rows[(rows >= 0) & (rows < len(self))]
            starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)  # where a stretch of rows begins
            if 0 < len(starts) <= FILTER_RANGES:
                query = self._within(query, rows, starts)
            else:
                allowed = np.zeros(len(self), np.bool_)
                allowed[rows] = True
        return exact_top(lambda n: self._fetch(query, n), limit, len(self), allowed)

    def all_rows(self) -> Rows:
        """The row of every document of the index, `(len,) int64`, in no order."""
        if not len(self):
            return np.empty(0, np.int64)
        return self._fetch(tantivy.Query.all_query(), len(self))[0]

    def _query(self, terms: Mapping[str, Mapping[str, float]]) -> tantivy.Query:
        """The sum of the weighted terms; those that no unit has are left out, as they score nothing."""
        parts = []
        for field, weights in terms.items():
            for term, weight in weights.items():
                if not (math.isfinite(weight) and weight >= 0):
                    raise ValueError(f"weight {weight} of {term!r} in {field}; expected a number ≥ 0")
                if self.doc_freq(field, term):
                    kept = self._clause if len(term) <= _LONGEST_KEPT else self._make_clause
                    parts.append((tantivy.Occur.Should, kept(field, term, weight)))
        return tantivy.Query.boolean_query(parts)

    def _make_clause(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, _term(term), "freq")
        return tantivy.Query.boost_query(query, weight)

    def _within(self, query: tantivy.Query, rows: Rows, starts: Rows) -> tantivy.Query:
        """The query, restricted to stretches of rows without a change to its scores."""
        ends = np.append(starts[1:], len(rows)) - 1
        ranges = [
            tantivy.Query.range_query(self._schema, "row", tantivy.FieldType.Unsigned, int(first), int(last))
            for first, last in zip(rows[starts], rows[ends], strict=True)
        ]
        inside = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in ranges])
        free = tantivy.Query.const_score_query(inside, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, free)])

    def _fetch(self, query: tantivy.Query, n: int) -> Hits:
        """The best n rows as tantivy orders them."""
        hits = self._searcher.search(query, n, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float32)


@contextmanager
def _links_to(folder: Path) -> Iterator[Path]:
    """A passing folder of links to the files of another."""
    links = Path(tempfile.mkdtemp(prefix="yinzheng-"))
    try:
        for file in folder.resolve().iterdir():
            (links / file.name).symlink_to(file)
        yield links
    finally:
        for _ in range(REMOVALS):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break
            time.sleep(0.01)


def _known(field: str) -> str:
    if field not in FIELDS:
        raise ValueError(f"no lexical field {field!r}; expected one of {', '.join(FIELDS)}")
    return field


def _term(token: str) -> str:
    """The term to look up; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return as_term(token).encode("utf-8", "replace").decode()
