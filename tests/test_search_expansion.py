"""What a named concept adds to a ranking: against the same sums by hand, kept candidates, and why."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from corpus.types import UnitKind
from indexer.snapshot import ALL, Scope, Snapshot
from models.segmenter import Segmenter
from search.candidates.combine import Lists, combine
from search.candidates.expansion import Expansion
from search.candidates.fusion import ranked
from search.candidates.lexical import lexical_candidates, query_terms
from search.query import Query
from search.searcher import Searcher
from search.terms.termbank import Concept, TermBank, Trigger
from search.terms.termbank_file import load_term_bank
from search.weights import Weights
from tests.search_library import SAMPLES, opened

WEIGHTS = Weights()
SEGMENTER = Segmenter()
PICKERS = Concept("拾荒者", ("废品回收人员", "登记"), ("捡破烂的人",), ("waste pickers",))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Snapshot, Searcher]]:
    with opened(tmp_path_factory.mktemp("index"), [SAMPLES]) as pair:
        yield pair


def trigger() -> Trigger:
    return TermBank([PICKERS.line]).triggers("捡破烂的人", SEGMENTER)[0]


def by_hand(snapshot: Snapshot, expansion: Expansion, scope: Scope = ALL) -> dict[int, float]:
    """Best of the printed terms, times both weights, in plain Python."""
    best: dict[int, float] = {}
    for term in PICKERS.printed_terms:
        found = lexical_candidates(snapshot, query_terms(term, SEGMENTER, WEIGHTS), WEIGHTS.candidates, scope)
        for row, score in zip(found.rows.tolist(), found.scores.tolist(), strict=True):
            best[row] = max(best.get(row, 0.0), score)
    weight = WEIGHTS.expansion * expansion.weight(trigger())
    return {row: weight * score for row, score in best.items()}


def test_candidates_are_the_best_of_the_printed_terms(library: tuple[Snapshot, Searcher]) -> None:
    snapshot, _ = library
    expansion = Expansion(snapshot, SEGMENTER, WEIGHTS)
    for scope in (ALL, Scope.of(kinds=[UnitKind.RECOMMENDATION]), ALL):  # the last from what is kept
        found = expansion.candidates([trigger()], scope)
        expected = by_hand(snapshot, expansion, scope)
        assert dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(expected)
        assert list(found.scores) == sorted(found.scores, reverse=True)


def test_a_word_that_no_unit_prints_weighs_1_and_a_frequent_one_less(
    library: tuple[Snapshot, Searcher],
) -> None:
    snapshot, _ = library
    expansion = Expansion(snapshot, SEGMENTER, WEIGHTS)
    assert expansion.weight(Trigger("卖肾", PICKERS, (("登记", "登记"),))) == 1.0
    t = snapshot.lexical.doc_freq("words", "拾荒者")
    n = snapshot.lexical.doc_freq("words", "登记")
    assert t > 0
    assert n > 0
    assert expansion.weight(Trigger("拾荒者", PICKERS, (("登记", "登记"),))) == n / (t + n)
    assert expansion.weight(Trigger("卖肾", PICKERS, (("火星", "火星"),))) == 0.0


def test_threads_share_what_is_kept(library: tuple[Snapshot, Searcher]) -> None:
    expansion = Expansion(library[0], SEGMENTER, WEIGHTS)
    expected = expansion.candidates([trigger()], ALL)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: expansion.candidates([trigger()], ALL), range(64)):
            assert np.array_equal(found.rows, expected.rows)


def test_why_shows_the_printed_term_and_never_the_crude_word(library: tuple[Snapshot, Searcher]) -> None:
    snapshot, searcher = library
    with_bank = Searcher(snapshot, searcher._vectors._encoder, SEGMENTER, term_bank=TermBank([PICKERS.line]))
    hits = with_bank.search(Query("捡破烂的人")).hits
    shown = [variant for hit in hits for variant in hit.why.variants]
    assert "拾荒者" in shown
    assert not any("破烂" in variant for variant in shown)
    assert all(hit.why.variants == () for hit in with_bank.search(Query("捡破烂的人", expand=False)).hits)


def test_poor_matches_do_not_silence_meaning() -> None:
    poor, near = ranked([1], [2.0]), ranked([2, 3], [0.9, 0.1])
    assert combine(Lists(expansion=poor, dense=near), dense=0.3, cited=0.0).rows[0] == 1
    lists = Lists(expansion=poor, dense=near, least=10.0)
    fused = combine(lists, dense=0.3, cited=0.0)
    assert fused.rows.tolist() == [2, 1, 3]
    assert fused.scores.tolist() == pytest.approx([0.3, 0.2, 0.0])


def test_the_packaged_bank_names_no_concept_in_a_plain_reference() -> None:
    assert load_term_bank().triggers("第9段", SEGMENTER) == []
