"""The read path: a query in, ranked and cited units out, from one immutable snapshot."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property

from corpus.plain_text.folding import fold
from indexer.snapshot import Scope, Snapshot
from models.encoder import Encoder
from models.segmenter import Segmenter
from search.candidates.combine import Lists, combine, lead
from search.candidates.dense import QueryVectors, dense_candidates
from search.candidates.documents import add_document_evidence
from search.candidates.expansion import Expansion
from search.candidates.filters import Filters
from search.candidates.fusion import Candidates, followed
from search.candidates.lexical import (
    Terms,
    content_words,
    coverage,
    full_score,
    lexical_candidates,
    query_terms,
)
from search.hits import Hit, Results, Why
from search.precedents.related import Passage, passage_of, precedent_lists
from search.query import MAX_K, MAX_LENGTH, Mode, Query, Versions, clean
from search.records.records import Records
from search.references.catalogue import Catalogue
from search.references.hits import Allowed, ReferenceHits, reference_hits
from search.results import Basis, build_results
from search.second_look.rerank import load_rerankers, rerank
from search.terms.termbank import TermBank, Trigger
from search.terms.termbank_file import load_term_bank
from search.weights import Weights

__all__ = ["Hit", "Results", "Searcher", "Stage", "Why", "unobserved"]

Stage = Callable[[str], AbstractContextManager[None]]


def unobserved(_: str) -> AbstractContextManager[None]:
    """The stage that nobody looks at."""
    return nullcontext()


class Searcher:
    """Answers queries from one snapshot; keeps nothing but caches, and may be shared by threads.

    Example: `Searcher(snapshot, encoder, segmenter).search(Query("器官")).hits[0].citation`
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        segmenter: Segmenter,
        *,
        weights: Weights | None = None,
        term_bank: TermBank | None = None,
        stage: Stage = unobserved,
    ) -> None:
        """`stage` is entered around each stage with its name. Raises EncoderMismatch unless encoder and
        segmenter are those that made the snapshot.
        """
        snapshot.require_encoder(encoder)
        snapshot.require_segmenter(segmenter)
        self._snapshot = snapshot
        self._segmenter = segmenter
        self._stage = stage
        self._weights = weights or Weights()
        self._bank = load_term_bank() if term_bank is None else term_bank
        self._expansion = Expansion(snapshot, segmenter, self._weights)
        self._vectors = QueryVectors(encoder)
        self._rerankers = load_rerankers(snapshot, encoder, segmenter, self._weights)
        self._records = Records(snapshot)
        self._filters = Filters(self._records)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What documents of the snapshot are called and cited as, read at the first use."""
        return Catalogue(self._snapshot, self._records)

    @property
    def records(self) -> Records:
        """What the documents of the snapshot are: their facets, and which versions are in force."""
        return self._records

    def search(self, query: Query) -> Results:
        """Rank the units that answer a query; raises UnknownDocument for a filter that names none."""
        with self._stage("search"):
            return self._search(query)

    def _search(self, query: Query) -> Results:
        scope = self._filters.scope(query)
        references = self._references(query, scope)
        triggers = [] if references.leading else self._triggers(query)
        terms = query_terms(query.folded, self._segmenter, self._weights)
        full = full_score(self._snapshot, terms)
        lists = Lists(
            lexical=self._lexical(terms, self._depth(query, Mode.BM25), scope),
            expansion=self._expansion.candidates(triggers, scope),
            dense=self._dense(query, self._depth(query, Mode.DENSE), scope),
            cited=references.boosted,
            least=self._weights.least * full,
        )
        uncovered = 1.0 - coverage(full, lists.lexical)
        ranking = self._rank(lists, query.mode, dense=self._weights.dense * uncovered)
        ranking = self._rerank(ranking, query, triggers)
        ranking = self._among_documents(ranking, query)
        ranking = self._lengthened(ranking, lists, query, terms, scope)
        content = self._content(query.folded)
        basis = Basis(content, lists.dense, triggers, references.by_row, lists.lexical)
        return build_results(self._snapshot, query, lead(references.leading, ranking), basis)

    def related(
        self, unit_row: int, k: int = 10, *, mode: Mode = Mode.FUSED, within: Query | None = None
    ) -> Results:
        """Precedents of a unit: units of other documents that say the same; raises BadK.

        No version, draft or copy of the unit's own document is one. The filters of `within` hold, and its k
        and mode if it is given. `Results.query` holds the beginning of the unit's text.
        """
        unit = self._snapshot.units.get(unit_row)
        text = clean(unit.text)[:MAX_LENGTH]
        query = Query(text, k, mode=mode) if within is None else replace(within, text=text)
        allowed = self._records.allowed(query)
        others = self._records.metadata.keys() if allowed is None else allowed
        apart = frozenset(others - self._records.families.same_text(unit.document))
        return self._precedents(query, passage_of(unit, unit_row), self._filters.among(query.kinds, apart))

    def related_to_text(self, query: Query) -> Results:
        """Precedents of a pasted paragraph, within the query's filters."""
        return self._precedents(query, Passage(query.cleaned), self._filters.scope(query))

    def _precedents(self, query: Query, passage: Passage, scope: Scope) -> Results:
        lists = precedent_lists(self._snapshot, self._segmenter, self._vectors, self._weights, passage, scope)
        basis = Basis(self._content(fold(passage.text)), lists.dense)
        ranking = self._rank(lists, query.mode, dense=self._weights.precedent_dense)
        return build_results(self._snapshot, query, ranking, basis)

    def _references(self, query: Query, scope: Scope) -> ReferenceHits:
        if query.mode is not Mode.FUSED:
            return ReferenceHits()
        with self._stage("references"):
            any_version = replace(query, versions=Versions.ALL)
            return reference_hits(
                self._snapshot,
                self.catalogue,
                self._segmenter,
                self._weights,
                query,
                Allowed(self._filters.scope(any_version), scope),
            )

    def _triggers(self, query: Query) -> list[Trigger]:
        if not query.expand or query.mode is not Mode.FUSED:
            return []
        return self._bank.triggers(query.folded, self._segmenter)

    def _lexical(self, terms: Terms, depth: int, scope: Scope) -> Candidates:
        with self._stage("lexical"):
            return lexical_candidates(self._snapshot, terms, depth, scope)

    def _dense(self, query: Query, depth: int, scope: Scope) -> Candidates:
        with self._stage("dense"):
            return dense_candidates(self._snapshot, self._vectors.of(query.folded), depth, scope)

    def _depth(self, query: Query, alone: Mode) -> int:
        """How many of a list are looked at: as many whatever is asked for, or the first ten would change.

        Only where it stands `alone` it is as long as is asked for; the other list then says why, no more.
        """
        return max(query.k, self._weights.candidates) if query.mode is alone else self._weights.candidates

    def _lengthened(
        self, ranking: Candidates, lists: Lists, query: Query, terms: Terms, scope: Scope
    ) -> Candidates:
        """The ranking, behind it what the longest lists hold where more hits are asked for than it has."""
        if query.mode is not Mode.FUSED or query.k <= len(ranking.rows):
            return ranking
        lexical, dense = self._lexical(terms, MAX_K, scope), self._dense(query, MAX_K, scope)
        longer = replace(lists, lexical=lexical, dense=dense)
        return followed(ranking, self._rank(longer, query.mode, dense=self._weights.dense))

    def _content(self, folded: str) -> list[str]:
        return content_words(folded, self._segmenter)

    def _rerank(self, ranking: Candidates, query: Query, triggers: list[Trigger]) -> Candidates:
        if not self._rerankers or query.mode is not Mode.FUSED:
            return ranking
        with self._stage("rerank"):
            return rerank(ranking, self._rerankers, query.folded, triggers, self._weights.reranked)

    def _among_documents(self, ranking: Candidates, query: Query) -> Candidates:
        if query.mode is not Mode.FUSED:
            return ranking
        weight, units = self._weights.document, self._weights.document_units
        owners = self._snapshot.documents.owners(ranking.rows)
        return add_document_evidence(ranking, owners, weight=weight, units=units)

    def _rank(self, lists: Lists, mode: Mode, *, dense: float) -> Candidates:
        """BM25 and DENSE are one list as it stands, FUSED is all of them."""
        if mode is Mode.BM25:
            return lists.lexical
        if mode is Mode.DENSE:
            return lists.dense
        return combine(lists, dense=dense, cited=self._weights.reference)
