"""Nearest neighbours against a product written out in numpy; random vectors are the worst case for lists."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.embedded import EmbeddedSnapshot
from indexer.snapshot import Scope
from tests.indexer_fakes import CountingEncoder, make_document
from tests.segment_support import add

ENCODER = CountingEncoder(dim=24)


def vectors(count: int, dim: int = 24, seed: int = 5) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def whole_numbers(count: int, seed: int) -> np.ndarray:
    """Vectors whose products are exact in any order of addition, with many ties."""
    return np.random.default_rng(seed).integers(-3, 4, (count, 24)).astype(np.float32)


def stored(index: Path, matrix: np.ndarray, each: int = 50, segments: int = 1) -> EmbeddedSnapshot:
    """The vectors as those of documents of `each` units, in so many segments."""
    documents = [
        make_document(f"d{first // each:03d}", ["字"] * min(each, len(matrix) - first))
        for first in range(0, max(1, len(matrix)), each)
    ]
    for part in range(segments):
        some = [number for number in range(len(documents)) if number % segments == part]
        rows = [
            row for number in some for row in range(number * each, number * each + each) if row < len(matrix)
        ]
        add(index, [documents[number] for number in some], vectors=matrix[rows], encoder=ENCODER)
    return EmbeddedSnapshot.open(index)


def brute_force(matrix: np.ndarray, query: np.ndarray, limit: int, rows: np.ndarray | None) -> np.ndarray:
    scores = matrix.astype(np.float64) @ query.astype(np.float64)
    candidates = np.arange(len(matrix)) if rows is None else np.unique(rows)
    candidates = candidates[scores[candidates] > 0]
    return candidates[np.argsort(-scores[candidates], kind="stable")][:limit]


@pytest.fixture(scope="module", params=[1, 3], ids=["one segment", "three segments"])
def exact(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[np.ndarray, EmbeddedSnapshot]]:
    matrix = whole_numbers(500, seed=5)
    with stored(tmp_path_factory.mktemp("dense"), matrix, segments=request.param) as snapshot:
        assert len(snapshot.segments) == request.param
        yield matrix, snapshot


@pytest.mark.parametrize("limit", [1, 10, 1000])
@pytest.mark.parametrize("ids", [None, ["d000", "d004"], [], [f"d{n:03d}" for n in range(9)]])
def test_equals_brute_force(
    exact: tuple[np.ndarray, EmbeddedSnapshot], limit: int, ids: list[str] | None
) -> None:
    matrix, snapshot = exact
    assert snapshot.dense.is_exact
    rows = None if ids is None else np.array([r for r in range(500) if f"d{r // 50:03d}" in ids], np.int64)
    for query in whole_numbers(20, seed=6):
        found, scores = snapshot.dense.search(query, limit, Scope.of(documents=ids))
        np.testing.assert_array_equal(found, brute_force(matrix, query, limit, rows))
        np.testing.assert_array_equal(scores, matrix[found] @ query)


def test_ties_go_to_the_lower_row(tmp_path: Path) -> None:
    one = vectors(1)
    with stored(tmp_path, np.repeat(one, 300, axis=0), segments=2) as snapshot:
        for limit in (1, 50, 299):
            assert snapshot.dense.search(one[0], limit)[0].tolist() == list(range(limit))
        found = snapshot.dense.search(one[0], 3, Scope.of(documents=["d003", "d005"]))[0]
        assert found.tolist() == [150, 151, 152]


def test_a_large_segment_is_close_with_and_without_a_filter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("indexer.publisher", "indexer.content.dense"):
        monkeypatch.setattr(f"{module}.EXACT_UNITS", 100)
    monkeypatch.setattr("indexer.content.dense.SCANNED", 100)
    matrix = vectors(2000)
    with stored(tmp_path, matrix) as snapshot:
        assert not snapshot.dense.is_exact
        kept = np.stack([snapshot.dense.vector(row) for row in range(2000)])
        np.testing.assert_allclose(kept, matrix, atol=0.001)
        ids = [f"d{number:03d}" for number in range(0, 40, 3)]
        few, some = ["d004", "d009"], np.array([row for row in range(2000) if f"d{row // 50:03d}" in ids])
        hits = hits_within = 0
        for query in vectors(20, seed=8):
            hits += len(
                np.intersect1d(snapshot.dense.search(query, 10)[0], brute_force(kept, query, 10, None))
            )
            found = snapshot.dense.search(query, 10, Scope.of(documents=ids))[0]
            hits_within += len(np.intersect1d(found, brute_force(kept, query, 10, some)))
            rows = np.r_[200:250, 450:500]
            found = snapshot.dense.search(query, 10, Scope.of(documents=few))[0]
            np.testing.assert_array_equal(found, brute_force(kept, query, 10, rows))
        assert hits / 200 >= 0.9
        assert hits_within / 200 >= 0.9


def test_a_zero_vector_finds_nothing_and_is_not_found(tmp_path: Path) -> None:
    matrix = vectors(10)
    matrix[4] = 0
    with stored(tmp_path, matrix) as snapshot:
        assert len(snapshot.dense.search(np.zeros(24, np.float32), 10)[0]) == 0
        assert 4 not in snapshot.dense.search(vectors(1)[0], 10)[0]


def test_bad_vectors_are_refused(tmp_path: Path) -> None:
    with stored(tmp_path, vectors(3)) as snapshot:
        with pytest.raises(ValueError, match=r"shape \(23,\); expected \(24,\)"):
            snapshot.dense.search(np.ones(23, np.float32), 1)
        with pytest.raises(ValueError, match="NaN"):
            snapshot.dense.search(np.full(24, np.nan, np.float32), 1)
        with pytest.raises(IndexError, match="row 3 of 3"):
            snapshot.dense.vector(3)
