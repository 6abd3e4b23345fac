"""Evidence of documents, against loops over rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.candidates.documents import add_document_evidence
from search.candidates.fusion import empty, ranked


def by_hand(scores: dict[int, float], firsts: list[int], weight: float, units: int) -> dict[int, float]:
    """Written with dictionaries and lists, one row at a time."""
    owner = {row: max(first for first in firsts if first <= row) for row in scores}
    held: dict[int, list[float]] = {}
    for row, score in scores.items():
        held.setdefault(owner[row], []).append(max(score, 0.0))
    sums = {first: sum(sorted(own, reverse=True)[:units]) for first, own in held.items()}
    top = max(sums.values())
    return {row: s + (weight * sums[owner[row]] / top if top > 0 else 0) for row, s in scores.items()}


def test_a_document_with_more_good_units_comes_first() -> None:
    ranking = ranked([1, 5, 6], [1.0, 1.0, 0.9])
    moved = add_document_evidence(ranking, np.array([0, 1, 1]), weight=0.4, units=2)
    assert moved.rows.tolist() == [5, 6, 1]
    np.testing.assert_allclose(moved.scores, [1.4, 1.3, 1 + 0.4 * 1.0 / 1.9])


def test_without_candidates_or_weight_nothing_changes() -> None:
    ranking = ranked([3, 0], [1.0, 0.5])
    assert add_document_evidence(ranking, np.array([1, 0]), weight=0.0, units=5) is ranking
    assert not len(add_document_evidence(empty(), np.array([], np.int64), weight=0.4, units=5).rows)
    zeros = ranked([3, 0], [0.0, 0.0])
    assert add_document_evidence(zeros, np.array([1, 0]), weight=0.4, units=5) is zeros


@given(
    st.dictionaries(st.integers(0, 40), st.floats(-1, 3), min_size=1, max_size=30),
    st.sets(st.integers(1, 40), max_size=6),
    st.integers(1, 6),
)
def test_against_loops(scores: dict[int, float], others: set[int], units: int) -> None:
    firsts = sorted({0, *others})
    rows = list(scores)
    ranking = ranked(rows, [scores[row] for row in rows])
    owners = np.searchsorted(np.array(firsts), ranking.rows, side="right") - 1
    moved = add_document_evidence(ranking, owners, weight=0.4, units=units)
    expected = by_hand(scores, firsts, 0.4, units)
    assert dict(zip(moved.rows.tolist(), moved.scores.tolist(), strict=True)) == pytest.approx(expected)
    assert moved.scores.tolist() == sorted(moved.scores.tolist(), reverse=True)
