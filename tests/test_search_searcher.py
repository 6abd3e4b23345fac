"""The read path on the sample documents: against reference computations, and what must hold for any query."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.types import UnitKind
from indexer.errors import EncoderMismatch
from indexer.snapshot import Snapshot
from models.encoders.hashing import HashEncoder
from models.segmenter import Segmenter
from search.errors import BadQuery, UnknownDocument
from search.query import Mode, Query
from search.searcher import Searcher
from search.show import neighbours
from search.weights import Weights
from tests.search_library import SAMPLES, name, opened

Opened = tuple[Snapshot, Searcher]
QUESTIONS = [
    "押金返还制度",
    "拾荒者的权利怎么保护？",
    "微塑料 监测",
    "洪水 预警",
    "Which deposit schemes exist?",
]
WORDS_ONLY = Weights(bigrams=0.0, headings=0.0, topics=0.0, function_words=1.0, candidates=1_000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("index"), [SAMPLES]) as pair:
        yield pair


@pytest.fixture(scope="module")
def words_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("words"), [SAMPLES], weights=WORDS_ONLY) as pair:
        yield pair


def quantised(length: int) -> int:
    """Lengths as the index keeps them: exact to 40, then the lower end of one of its steps."""
    if length <= 40:
        return length
    step = 1 << max(0, (length - 24).bit_length() - 4)
    return 24 + (length - 24) // step * step


def reference_bm25(
    texts: list[list[str]], query: list[str], k1: float = 1.2, b: float = 0.75
) -> dict[int, float]:
    """BM25 as Robertson and Zaragoza (2009) give it, with Lucene's idf, from counts alone."""
    mean = sum(map(len, texts)) / len(texts)
    scores: defaultdict[int, float] = defaultdict(float)
    for word, times in Counter(query).items():
        holding = [row for row, words in enumerate(texts) if word in words]
        idf = math.log(1 + (len(texts) - len(holding) + 0.5) / (len(holding) + 0.5))
        for row in holding:
            tf = texts[row].count(word)
            norm = k1 * (1 - b + b * quantised(len(texts[row])) / mean)
            scores[row] += times * idf * tf * (k1 + 1) / (tf + norm)
    return dict(scores)


@pytest.mark.parametrize("question", QUESTIONS)
def test_bm25_mode_ranks_as_the_formula_does(words_only: Opened, question: str) -> None:
    snapshot, searcher = words_only
    segmenter = Segmenter()
    texts = [segmenter.words(unit.text) for _, unit in snapshot.units.all()]
    expected = reference_bm25(texts, segmenter.words(question))
    hits = searcher.search(Query(question, 1_000, mode=Mode.BM25)).hits
    assert {hit.row for hit in hits} == set(expected)
    for hit in hits:
        assert hit.score == pytest.approx(expected[hit.row], rel=2e-3)


@pytest.mark.parametrize("question", QUESTIONS)
def test_dense_mode_ranks_by_inner_product(library: Opened, question: str) -> None:
    snapshot, searcher = library
    vectors = np.stack([snapshot.dense.vector(row) for row in range(len(snapshot.units))])  # (units, dim)
    query = Query(question, 10, mode=Mode.DENSE)
    cosines = vectors @ HashEncoder().encode_queries([query.folded])[0]
    hits = searcher.search(query).hits
    expected = [cosine for cosine in np.sort(cosines)[::-1][:10] if cosine > 0]
    assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-4)
    assert all(hit.why.meaning == round(hit.score, 3) for hit in hits)


FILTERS = list(
    product(
        [frozenset(), frozenset({UnitKind.RECOMMENDATION}), frozenset(UnitKind)],
        [
            frozenset(),
            frozenset({"meeting-report-2031"}),
            frozenset({"meeting-report-2031", "secretariat-report-2032"}),
        ],
        [frozenset(), frozenset({2031}), frozenset({2030, 2032}), frozenset({1999})],
    )
)


@pytest.mark.parametrize("mode", [Mode.BM25, Mode.DENSE])
@pytest.mark.parametrize(("kinds", "documents", "years"), FILTERS)
def test_filters_equal_filtering_afterwards(
    library: Opened,
    mode: Mode,
    kinds: frozenset[UnitKind],
    documents: frozenset[str],
    years: frozenset[int],
) -> None:
    snapshot, searcher = library
    year = {stored.id: stored.metadata.year for stored in snapshot.documents}
    everything = searcher.search(Query("押金和微塑料", 1_000, mode=mode)).hits
    expected = [
        hit.row
        for hit in everything
        if (not kinds or hit.unit.kind in kinds)
        and (not documents or hit.unit.document in documents)
        and (not years or year[hit.unit.document] in years)
    ]
    found = searcher.search(Query("押金和微塑料", 1_000, kinds, documents, years, mode)).hits
    assert [hit.row for hit in found] == expected


def test_fused_hits_obey_filters(library: Opened) -> None:
    query = Query(
        "捡垃圾的人有什么权利", 50, kinds=frozenset({UnitKind.RECOMMENDATION}), years=frozenset({2031})
    )
    hits = library[1].search(query).hits
    assert hits
    assert all(name(hit.unit).startswith("r31 建议") for hit in hits)


def test_a_filter_on_an_unknown_document_says_so(library: Opened) -> None:
    query = Query("押金", documents=frozenset({"no-such"}))
    with pytest.raises(
        UnknownDocument, match=r"no document no-such in this index; .* was expected \(there are 3\)"
    ):
        library[1].search(query)


def test_why_says_what_matched(library: Opened) -> None:
    hit = library[1].search(Query("押金返還制度是什麼？")).hits[0]
    assert "押金" in "".join(hit.why.words)
    assert "什么" not in hit.why.words
    assert hit.citation.startswith("《")


def test_expansion_can_be_switched_off(library: Opened) -> None:
    with_terms = library[1].search(Query("全球变暖")).hits
    without = library[1].search(Query("全球变暖", expand=False)).hits
    assert all(not hit.why.variants for hit in without)
    assert [hit.row for hit in library[1].search(Query("全球变暖")).hits] == [hit.row for hit in with_terms]


def test_related_gives_other_documents_only(library: Opened) -> None:
    snapshot, searcher = library
    for mode in Mode:
        row = snapshot.units.rows(document="meeting-report-2031", kind=UnitKind.RECOMMENDATION, number=1)[0]
        hits = searcher.related(row, 5, mode=mode).hits
        assert len(hits) == 5
        assert all(hit.unit.document != "meeting-report-2031" for hit in hits)
    assert "押金" in hits[0].unit.text or "押金" in searcher.related(row, 1).hits[0].unit.text


def test_related_goes_by_the_vector_of_the_unit(library: Opened) -> None:
    """Against numpy over the vectors that the index holds, headings and all."""
    snapshot, searcher = library
    vectors = np.stack([snapshot.dense.vector(row) for row in range(len(snapshot.units))])
    documents = np.array([unit.document for _, unit in snapshot.units.all()])
    for row in (0, 40, 80, 110):
        cosines = np.where(documents == documents[row], -np.inf, vectors @ vectors[row])
        expected = np.lexsort((np.arange(len(cosines)), -cosines))[:5]
        found = searcher.related(row, 5, mode=Mode.DENSE).hits
        assert [hit.row for hit in found] == [each for each in expected.tolist() if cosines[each] > 0]


def test_related_to_a_pasted_unit_finds_the_unit(library: Opened) -> None:
    snapshot, searcher = library
    for row in snapshot.units.rows(kind=UnitKind.RECOMMENDATION):
        pasted = Query(snapshot.units.get(row).text[:2_000])
        assert searcher.related_to_text(pasted).hits[0].row == row


def test_shared_citations_bring_units_together(library: Opened) -> None:
    _, searcher = library
    pasted = Query("工作组收到了RIV/COP/WG.2/2028/2号文件。")
    assert "t30 段8" in [name(hit.unit) for hit in searcher.related_to_text(pasted).hits[:3]]


def test_another_encoder_is_refused(library: Opened) -> None:
    class Other(HashEncoder):
        fingerprint = "other"

    with pytest.raises(EncoderMismatch):
        Searcher(library[0], Other(), Segmenter())


def test_neighbours_stay_in_the_document(library: Opened) -> None:
    snapshot, _ = library
    first = snapshot.units.rows(document="secretariat-report-2032")[0]
    assert neighbours(snapshot, first, 2) == [first, first + 1, first + 2]
    assert neighbours(snapshot, first + 1, 1) == [first, first + 1, first + 2]
    assert neighbours(snapshot, first) == [first]
    with pytest.raises(ValueError, match="context is -1; 0 or more was expected"):
        neighbours(snapshot, first, -1)


NASTY = [
    "《",
    "》",
    "《》",
    "第段",
    "第０段",
    "第99999999999999999999段",
    "建议7(",
    "a" * 2000,
    "段" * 2000,
    "1-99999段",
]
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["2031年", "会议", "建议", "第", "9", "段", "《", "》", "附件一", "(c)", "RIV/COP/WG.2/", " "]
        ),
        max_size=12,
    ).map("".join),
    st.sampled_from(NASTY),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT, k=st.integers(1, 30), mode=st.sampled_from(Mode), expand=st.booleans())
def test_any_query_gives_a_ranking(library: Opened, text: str, k: int, mode: Mode, expand: bool) -> None:
    try:
        query = Query(text, k, mode=mode, expand=expand)
    except BadQuery:
        return
    first, second = library[1].search(query), library[1].search(query)
    assert first == second
    hits = first.hits
    assert len(hits) <= k
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len({hit.row for hit in hits}) == len(hits)
    assert all(a.score > b.score or (a.score == b.score and a.row < b.row) for a, b in pairwise(hits))
    assert all(math.isfinite(hit.score) for hit in hits)
