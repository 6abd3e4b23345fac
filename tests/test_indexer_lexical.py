"""BM25 against its formula written out, filters against the unfiltered ranking."""

import math
import random
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from indexer.content.fields import FIELDS
from indexer.content.lexical import LexicalIndex
from indexer.content.lexical_writer import write_lexical

K1, B = 1.2, 0.75
VOCABULARY = [
    "受害人",
    "器官",
    "切除",
    "议定书",
    "缔约国",
    "ctoc/cop/wg.4/2015/4",
    "第2652 (2022)号",
    "𠀀",
    "7",
]


def collection(size: int, seed: int = 3) -> list[dict[str, list[str]]]:
    """Units of 0 to 38 tokens a field (lengths below 40 are kept exactly)."""
    chooser = random.Random(seed)
    return [
        {field: chooser.choices(VOCABULARY, k=chooser.randrange(39)) for field in FIELDS} for _ in range(size)
    ]


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


@pytest.fixture(scope="module")
def units() -> list[dict[str, list[str]]]:
    return collection(300)


@pytest.fixture(scope="module")
def index(units: list[dict[str, list[str]]], tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return written(tmp_path_factory.mktemp("lexical"), units)


def written(folder: Path, units: list[dict[str, list[str]]]) -> LexicalIndex:
    write_lexical(folder, units)
    return LexicalIndex.open(folder)


QUERIES = [
    {"words": {"器官": 1.0}},
    {"words": {"器官": 1.0, "切除": 2.5}, "headings": {"受害人": 0.25}},
    {field: dict.fromkeys(VOCABULARY, 0.7) for field in FIELDS},
    {"bigrams": {"第2652 (2022)号": 1.0}, "topics": {"ctoc/cop/wg.4/2015/4": 1.0, "不存在": 9.0}},
]


@pytest.mark.parametrize("terms", QUERIES)
@pytest.mark.parametrize("limit", [1, 10, 300])
def test_scores_are_bm25(index: LexicalIndex, units: list, terms: dict, limit: int) -> None:
    rows, scores = index.search(terms, limit)
    expected = reference_bm25(units, terms)
    assert len(rows) == min(limit, int((expected > 0).sum()))
    np.testing.assert_allclose(scores, expected[rows], rtol=2e-5)
    np.testing.assert_allclose(scores, np.sort(expected)[::-1][: len(rows)], rtol=2e-5)


@pytest.mark.parametrize("terms", QUERIES)
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [0],
        [299],
        range(100, 200),
        range(0, 300, 2),
        range(0, 300, 7),
        [*range(5), *range(290, 300)],
        [7, 7, -1, 999],
    ],
    ids=lambda rows: f"{len(rows)} rows",
)
def test_a_filter_leaves_order_and_scores(index: LexicalIndex, terms: dict, rows: range) -> None:
    everything = index.search(terms, 300)
    kept = np.isin(everything[0], list(rows))
    found = index.search(terms, 10, np.array(list(rows), np.int64))
    np.testing.assert_array_equal(found[0], everything[0][kept][:10])
    np.testing.assert_array_equal(found[1], everything[1][kept][:10])


def test_ties_go_to_the_lower_row(tmp_path: Path) -> None:
    same = {field: ["器官", "切除", "受害人"] for field in FIELDS}
    index = written(tmp_path, [same] * 200)
    for limit in (1, 7, 150, 200):
        rows, scores = index.search({"words": {"器官": 1.0, "切除": 0.3}, "topics": {"受害人": 0.1}}, limit)
        assert rows.tolist() == list(range(limit))
        assert len(set(scores.tolist())) == 1


def test_document_frequency(index: LexicalIndex, units: list) -> None:
    for term in VOCABULARY:
        assert index.doc_freq("words", term) == sum(term in unit["words"] for unit in units)
    assert index.doc_freq("words", "不存在") == 0


def test_odd_terms_find_nothing(index: LexicalIndex) -> None:
    for odd in ("\ud800", "", " ", "\0", "a" * 100_000):
        assert len(index.search({"words": {odd: 1.0}}, 10)[0]) == 0
    assert len(index.search({}, 10)[0]) == 0
    assert len(index.search({"words": {"器官": 0.0}}, 10)[0]) == 0
    assert len(index.search({"words": {"器官": 1.0}}, 0)[0]) == 0


def test_bad_queries_are_refused(index: LexicalIndex) -> None:
    with pytest.raises(ValueError, match="expected one of words, bigrams, headings, topics"):
        index.search({"titles": {"器官": 1.0}}, 10)
    for weight in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="expected a number ≥ 0"):
            index.search({"words": {"器官": weight}}, 10)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    index = written(tmp_path, [])
    assert len(index) == len(index.all_rows()) == 0
    assert len(index.search({"words": {"器官": 1.0}}, 10)[0]) == 0


def test_reading_writes_nothing_and_needs_no_folder_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    folder.mkdir()
    write_lexical(folder, collection(20))
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert not any("lock" in name for name in before)
    folder.chmod(0o555)
    index = LexicalIndex.open(folder)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    folder.chmod(0o755)
    shutil.rmtree(folder)
    assert sorted(index.all_rows()) == list(range(20))
    assert len(index.search({"words": {"器官": 1.0}}, 10)[0]) > 0
