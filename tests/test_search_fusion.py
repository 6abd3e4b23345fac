"""Fusion against tables computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.candidates.combine import Lists, combine, lead
from search.candidates.fusion import (
    Candidates,
    best_of,
    by_maximum,
    by_range,
    empty,
    ranked,
    reciprocal_rank,
    weighted_sum,
)

FIRST = ranked([3, 1, 2], [9.0, 6.0, 3.0])
SECOND = ranked([2, 4, 3], [0.8, 0.5, 0.2])


def as_pairs(candidates: Candidates) -> list[tuple[int, float]]:
    return list(zip(candidates.rows.tolist(), candidates.scores.tolist(), strict=True))


def assert_pairs(found: Candidates, expected: list[tuple[int, float]]) -> None:
    assert found.rows.tolist() == [row for row, _ in expected]
    assert found.scores.tolist() == pytest.approx([score for _, score in expected])


def test_reciprocal_rank_by_hand() -> None:
    # row 3: first and third; row 2: third and first; equal sums, so the lower row leads.
    expected = [(2, 1 / 63 + 1 / 61), (3, 1 / 61 + 1 / 63), (1, 1 / 62), (4, 1 / 62)]
    assert_pairs(reciprocal_rank([FIRST, SECOND]), expected)


def test_reciprocal_rank_with_another_k() -> None:
    assert_pairs(reciprocal_rank([FIRST], k=0), [(3, 1.0), (1, 1 / 2), (2, 1 / 3)])


def test_weighted_sum_by_hand() -> None:
    fused = weighted_sum([by_maximum(FIRST), by_range(SECOND)], [1.0, 0.5])
    # maximum: 3→1, 1→2/3, 2→1/3; range: 2→1, 4→1/2, 3→0
    assert_pairs(fused, [(3, 1.0), (2, 1 / 3 + 0.5), (1, 2 / 3), (4, 0.25)])


def test_best_of_takes_the_best_score_of_each_row() -> None:
    assert_pairs(best_of([FIRST, SECOND]), [(3, 9.0), (1, 6.0), (2, 3.0), (4, 0.5)])


def test_weights_must_fit_the_lists() -> None:
    with pytest.raises(ValueError, match="1 lists and 2 weights; expected one weight for each list"):
        weighted_sum([FIRST], [1.0, 2.0])


def test_normalisation_of_nothing_and_of_one() -> None:
    assert as_pairs(by_maximum(empty())) == as_pairs(by_range(empty())) == []
    assert as_pairs(by_range(ranked([5], [0.3]))) == [(5, 1.0)]
    assert as_pairs(by_maximum(ranked([5], [0.0]))) == []
    assert as_pairs(weighted_sum([], [])) == as_pairs(reciprocal_rank([])) == []


def test_combine_adds_terms_to_words_before_it_normalises() -> None:
    lists = Lists(
        lexical=ranked([1, 2], [4.0, 2.0]),
        expansion=ranked([2, 3], [6.0, 1.0]),
        dense=ranked([3, 1], [0.9, 0.1]),
        cited=ranked([1], [2.0]),
    )
    # BM25: 2→8, 1→4, 3→1 over 8; dense spread: 3→1, 1→0; cited: 1→1
    assert_pairs(combine(lists, dense=0.5, cited=0.25), [(2, 1.0), (1, 0.5 + 0.25), (3, 0.125 + 0.5)])


def test_lead_puts_rows_first_once_and_keeps_scores_falling() -> None:
    ranking = lead([2, 9, 2], FIRST)
    assert ranking.rows.tolist() == [2, 9, 3, 1]
    assert np.all(np.diff(ranking.scores) < 0)
    assert as_pairs(lead([], FIRST)) == as_pairs(FIRST)
    assert lead([7], empty()).rows.tolist() == [7]


SCORES = st.lists(
    st.tuples(st.integers(0, 30), st.floats(0, 1e6)), max_size=30, unique_by=lambda pair: pair[0]
)


@given(st.lists(SCORES, max_size=4))
def test_weighted_sum_is_the_sum_over_a_dict(lists: list[list[tuple[int, float]]]) -> None:
    weights = [1.0 / (place + 1) for place in range(len(lists))]
    expected: dict[int, float] = {}
    for pairs, weight in zip(lists, weights, strict=True):
        for row, score in pairs:
            expected[row] = expected.get(row, 0.0) + weight * score
    candidates = [ranked([row for row, _ in pairs], [score for _, score in pairs]) for pairs in lists]
    found = weighted_sum(candidates, weights)
    assert dict(as_pairs(found)) == pytest.approx(expected)
    assert as_pairs(found) == sorted(as_pairs(found), key=lambda pair: (-pair[1], pair[0]))
