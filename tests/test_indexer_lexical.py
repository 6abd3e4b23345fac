"""BM25 against its formula written out, over any number of segments, with documents replaced and deleted."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Unit
from indexer.embedded import EmbeddedSnapshot
from indexer.segment.fields import FIELDS, lexical_fields
from indexer.segment.words import segment
from indexer.snapshot import Scope
from tests.indexer_fakes import SplitSegmenter, make_document
from tests.segment_support import add

K1, B = 1.2, 0.75
LETTERS = "受害人器官切除议定书缔约国𠀀7"


def texts(count: int, chooser: random.Random) -> list[str]:
    """Texts of 1 to 38 characters (lengths below 40 are kept exactly)."""
    return ["".join(chooser.choices(LETTERS, k=chooser.randrange(1, 39))) for _ in range(count)]


def reference_bm25(units: list[dict[str, list[str]]], terms: dict[str, dict[str, float]]) -> np.ndarray:
    """Robertson and Zaragoza (2009), with Lucene's idf, summed over fields and terms; `(n,)` float64."""
    scores = np.zeros(len(units))
    for field, weights in terms.items():
        lengths = [len(unit[field]) for unit in units]
        mean = sum(lengths) / len(units)
        for term, weight in weights.items():
            frequencies = [Counter(unit[field])[term] for unit in units]
            df = sum(map(bool, frequencies))
            idf = math.log(1 + (len(units) - df + 0.5) / (df + 0.5))
            for row, tf in enumerate(frequencies):
                if tf:
                    scores[row] += (
                        weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths[row] / mean))
                    )
    return scores


@pytest.fixture(scope="module", params=["one segment", "four segments, some of it deleted"])
def snapshot(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedSnapshot]:
    """Thirty documents of ten units, however they came in."""
    index, chooser = tmp_path_factory.mktemp("lexical") / "index", random.Random(3)
    headings = ("受害", "器官切除")
    documents = [
        make_document(f"d{number:02d}", texts(10, chooser), headings=headings[: number % 3], topics=("书",))
        for number in range(30)
    ]
    if request.param == "one segment":
        add(index, documents)
    else:
        other = [make_document(f"d{number:02d}", ["器官切除" * 9] * 3) for number in (3, 7, 20, 40)]
        add(index, sorted([*documents[1:10:4], *other], key=lambda document: document.id), removed=())
        add(index, [documents[3], documents[7], documents[20]], removed=["d03", "d07", "d20"])
        add(index, documents[0:20:2], removed=["d40"])
        add(index, [d for d in documents if d.id not in ids_of(index)])
        with EmbeddedSnapshot.open(index) as made:
            assert len(made.segments) == 4
            assert any(segment.info.deleted for segment in made.segments)
    with EmbeddedSnapshot.open(index) as made:
        assert [made.documents.load(document.id) for document in documents] == documents
        yield made


def ids_of(index: Path) -> list[str]:
    with EmbeddedSnapshot.open(index) as made:
        return list(made.documents.ids)


@pytest.fixture(scope="module")
def units(snapshot: EmbeddedSnapshot) -> list[dict[str, list[str]]]:
    segmenter = SplitSegmenter()

    def fields(unit: Unit) -> dict[str, list[str]]:
        return {**lexical_fields(unit, segment(unit, segmenter), segmenter)}

    return [fields(unit) for _, unit in snapshot.units.all()]


QUERIES = [
    {"words": {"器": 1.0}},
    {"words": {"器": 1.0, "切": 2.5}, "headings": {"受": 0.25}},
    {field: dict.fromkeys(["器官", "切除"] if field == "bigrams" else [*LETTERS], 0.7) for field in FIELDS},
    {"bigrams": {"官切": 1.0, "𠀀7": 2.0}, "topics": {"书": 1.0, "不存在": 9.0}},
]


@pytest.mark.parametrize("terms", QUERIES)
@pytest.mark.parametrize("limit", [1, 10, 300])
def test_scores_are_bm25(snapshot: EmbeddedSnapshot, units: list, terms: dict, limit: int) -> None:
    rows, scores = snapshot.lexical.search(terms, limit)
    expected = reference_bm25(units, terms)
    assert len(rows) == min(limit, int((expected > 0).sum()))
    np.testing.assert_allclose(scores, expected[rows], rtol=2e-5)
    np.testing.assert_allclose(scores, np.sort(expected)[::-1][: len(rows)], rtol=2e-5)
    every = np.arange(len(units))[::-1].copy()
    np.testing.assert_allclose(snapshot.lexical.scores(terms, every), expected[every], rtol=2e-5)


SCOPES = [
    Scope.of(documents=[]),
    Scope.of(documents=["d07"]),
    Scope.of(documents=["d07", "d29", "nowhere"]),
    Scope.of(without=["d00", "d11"]),
    Scope.of(facets={"year": ["2019"]}),
]


@pytest.mark.parametrize("terms", QUERIES)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_filter_leaves_order_and_scores(snapshot: EmbeddedSnapshot, terms: dict, scope: Scope) -> None:
    everything = snapshot.lexical.search(terms, 300)
    kept = snapshot.scopes.passes(everything[0], scope)
    found = snapshot.lexical.search(terms, 10, scope)
    np.testing.assert_array_equal(found[0], everything[0][kept][:10])
    np.testing.assert_array_equal(found[1], everything[1][kept][:10])


def test_ties_go_to_the_lower_row(tmp_path: Path) -> None:
    for number in (2, 0, 1):
        add(tmp_path, [make_document(f"d{number}", ["器官切除"] * 60)])
    with EmbeddedSnapshot.open(tmp_path) as snapshot:
        assert len(snapshot.segments) == 3
        for limit in (1, 7, 150, 180):
            rows, scores = snapshot.lexical.search({"words": {"器": 1.0, "切": 0.3}}, limit)
            assert rows.tolist() == list(range(limit))
            assert len(set(scores.tolist())) == 1


def test_document_frequency(snapshot: EmbeddedSnapshot, units: list) -> None:
    for term in LETTERS:
        assert snapshot.lexical.doc_freq("words", term) == sum(term in unit["words"] for unit in units)
    for term in ("器官", "𠀀7"):
        assert snapshot.lexical.doc_freq("bigrams", term) == sum(term in unit["bigrams"] for unit in units)
    assert snapshot.lexical.doc_freq("words", "不存在") == 0


def test_odd_terms_find_nothing(snapshot: EmbeddedSnapshot) -> None:
    for odd in ("\ud800", "", " ", "\0", "a" * 100_000):
        assert len(snapshot.lexical.search({"words": {odd: 1.0}, "bigrams": {odd: 1.0}}, 10)[0]) == 0
    assert len(snapshot.lexical.search({}, 10)[0]) == 0
    assert len(snapshot.lexical.search({"words": {"器": 0.0}}, 10)[0]) == 0
    assert len(snapshot.lexical.search({"words": {"器": 1.0}}, 0)[0]) == 0


def test_bad_queries_are_refused(snapshot: EmbeddedSnapshot) -> None:
    with pytest.raises(ValueError, match="expected one of words, bigrams, headings, topics"):
        snapshot.lexical.search({"titles": {"器": 1.0}}, 10)
    for weight in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="expected a number ≥ 0"):
            snapshot.lexical.search({"words": {"器": weight}}, 10)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    add(tmp_path, [make_document("a", [])])
    with EmbeddedSnapshot.open(tmp_path, check=True) as snapshot:
        assert (len(snapshot.units), len(snapshot.documents)) == (0, 1)
        assert len(snapshot.lexical.search({"words": {"器": 1.0}}, 10)[0]) == 0
        assert len(snapshot.dense.search(np.ones(16, np.float32), 10)[0]) == 0
        assert snapshot.citing.cited() == snapshot.citing.rows("symbol:A/1") == []
