"""Nearest neighbours against a product written out in numpy."""

from pathlib import Path

import numpy as np
import pytest

from indexer.content.dense import DenseIndex, write_vectors


def vectors(count: int, dim: int = 24, seed: int = 5) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def whole_numbers(count: int, seed: int) -> np.ndarray:
    """Vectors whose products are exact in any order of addition, with many ties."""
    return np.random.default_rng(seed).integers(-3, 4, (count, 24)).astype(np.float32)


def stored(path: Path, matrix: np.ndarray, flat_limit: int = 50_000) -> DenseIndex:
    write_vectors(path / "vectors.faiss", matrix, flat_limit=flat_limit)
    return DenseIndex.open(path / "vectors.faiss")


def brute_force(matrix: np.ndarray, query: np.ndarray, limit: int, rows: np.ndarray | None) -> np.ndarray:
    scores = matrix.astype(np.float64) @ query.astype(np.float64)
    candidates = np.arange(len(matrix)) if rows is None else np.unique(rows)
    candidates = candidates[scores[candidates] > 0]
    return candidates[np.argsort(-scores[candidates], kind="stable")][:limit]


@pytest.mark.parametrize("limit", [1, 10, 1000])
@pytest.mark.parametrize(
    "rows", [None, np.arange(0, 500, 3), np.array([4, 4, 77]), np.array([], np.int64), np.r_[0:200, 230:500]]
)
def test_equals_brute_force(tmp_path: Path, limit: int, rows: np.ndarray | None) -> None:
    matrix = whole_numbers(500, seed=5)
    index = stored(tmp_path, matrix)
    assert index.is_exact
    for query in whole_numbers(20, seed=6):
        found, scores = index.search(query, limit, rows)
        np.testing.assert_array_equal(found, brute_force(matrix, query, limit, rows))
        np.testing.assert_array_equal(scores, matrix[found] @ query)


def test_ties_go_to_the_lower_row(tmp_path: Path) -> None:
    one = vectors(1)
    index = stored(tmp_path, np.repeat(one, 300, axis=0))
    for limit in (1, 50, 299):
        assert index.search(one[0], limit)[0].tolist() == list(range(limit))
    assert index.search(one[0], 3, np.array([250, 9, 40]))[0].tolist() == [9, 40, 250]


def test_a_large_index_is_close_and_exact_under_a_filter(tmp_path: Path) -> None:
    matrix = vectors(2000)
    index = stored(tmp_path, matrix, flat_limit=100)
    assert not index.is_exact
    decoded = np.stack([index.vector(row) for row in range(2000)])
    np.testing.assert_allclose(decoded, matrix, atol=0.01)
    rows, hits = np.arange(0, 2000, 9), 0
    for query in vectors(20, seed=8):
        np.testing.assert_array_equal(index.search(query, 10, rows)[0], brute_force(decoded, query, 10, rows))
        hits += len(np.intersect1d(index.search(query, 10)[0], brute_force(matrix, query, 10, None)))
    assert hits / 200 > 0.9


def test_a_filter_over_many_rows_of_a_large_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.content.dense.SCAN_LIMIT", 10)
    index = stored(tmp_path, vectors(2000), flat_limit=100)
    rows = np.arange(0, 2000, 3)
    found, scores = index.search(vectors(1, seed=9)[0], 50, rows)
    assert len(found) == 50
    assert np.isin(found, rows).all()
    assert (np.diff(scores) <= 0).all()


def test_an_empty_index_and_a_zero_vector(tmp_path: Path) -> None:
    empty = stored(tmp_path, np.empty((0, 24), np.float32))
    assert (len(empty), empty.dim) == (0, 24)
    assert len(empty.search(vectors(1)[0], 10)[0]) == 0
    matrix = vectors(10)
    matrix[4] = 0
    index = stored(tmp_path, matrix)
    assert len(index.search(np.zeros(24, np.float32), 10)[0]) == 0
    assert 4 not in index.search(vectors(1)[0], 10)[0]


def test_bad_vectors_are_refused(tmp_path: Path) -> None:
    index = stored(tmp_path, vectors(3))
    with pytest.raises(ValueError, match=r"shape \(23,\); expected \(24,\)"):
        index.search(np.ones(23, np.float32), 1)
    with pytest.raises(ValueError, match="NaN"):
        index.search(np.full(24, np.nan, np.float32), 1)
    with pytest.raises(IndexError, match="row 3 of 3"):
        index.vector(3)
