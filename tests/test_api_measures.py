"""Measures against ir_measures (trec_eval) and worked examples."""

import random
from math import log2

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evaluation.measures import bootstrap_interval, ndcg, recall, reciprocal_rank, success

GAINS = {0: 0, 1: 1, 2: 3}


def reference(measure: object, scores: dict[str, float], grades: dict[str, int]) -> float:
    qrels = [ir_measures.Qrel("q", doc, grade) for doc, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", doc, score) for doc, score in scores.items()]
    return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])


def random_case(seed: int) -> tuple[dict[str, float], dict[str, int]]:
    """A run of up to 30 units with few distinct scores, so that most are tied, and some grades."""
    chance = random.Random(seed)
    units = [f"u{n:02}" for n in range(40)]
    scores = {unit: float(chance.randint(0, 6)) for unit in chance.sample(units, chance.randint(1, 30))}
    grades = {unit: chance.choice([1, 2]) for unit in chance.sample(units, chance.randint(1, 12))}
    return scores, grades


def ranking(scores: dict[str, float]) -> list[str]:
    """trec_eval's order: score falling, ties by name falling."""
    return [unit for unit, _ in sorted(scores.items(), key=lambda pair: (pair[1], pair[0]), reverse=True)]


@pytest.mark.parametrize("seed", range(60))
def test_measures_agree_with_trec_eval(seed: int) -> None:
    scores, grades = random_case(seed)
    ranked = ranking(scores)
    expected_ndcg = reference(ir_measures.nDCG(gains=GAINS) @ 10, scores, grades)
    assert ndcg(ranked, grades, 10) == pytest.approx(expected_ndcg, abs=1e-6)
    assert recall(ranked, grades, 10) == pytest.approx(
        reference(ir_measures.R @ 10, scores, grades), abs=1e-6
    )
    expected_success = reference(ir_measures.Success(rel=2) @ 5, scores, grades)
    assert success(ranked, grades, 5) == pytest.approx(expected_success)
    # Without a cutoff: with one, ir_measures takes a provider that breaks ties in another way.
    expected_rr = reference(ir_measures.RR(rel=2), scores, grades)
    assert reciprocal_rank(ranked, grades, len(ranked)) == pytest.approx(expected_rr)


def test_gains_are_two_to_the_grade_minus_one() -> None:
    """By hand: a grade-1 unit first, then a grade-2 one: (1 + 3/log2 3) / (3 + 1/log2 3)."""
    assert ndcg(["a", "b"], {"a": 1, "b": 2}) == pytest.approx((1 + 3 / log2(3)) / (3 + 1 / log2(3)))


def test_a_unit_counts_once() -> None:
    assert ndcg(["x", "x", "a"], {"a": 2}) == pytest.approx(1 / log2(3))
    assert success(["x"] * 9 + ["a"], {"a": 2}, 5) == 1.0
    assert recall(["a", "a"], {"a": 1, "b": 1}) == 0.5


def test_a_related_unit_is_no_direct_answer() -> None:
    assert success(["a"], {"a": 1}, 5) == 0.0
    assert reciprocal_rank(["a", "b"], {"a": 1, "b": 2}) == 0.5
    assert reciprocal_rank(["a"], {"a": 1}) == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_interval_holds_within_the_values(values: list[float]) -> None:
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert bootstrap_interval(values) == (low, high)


def test_the_interval_is_near_the_normal_one() -> None:
    """For 400 draws of a fair coin the 95 % interval of the mean is about ±1.96·0.5/√400 = ±0.049."""
    chance = random.Random(1)
    values = [float(chance.random() < 0.5) for _ in range(400)]
    mean = sum(values) / 400
    low, high = bootstrap_interval(values)
    assert mean - low == pytest.approx(0.049, abs=0.008)
    assert high - mean == pytest.approx(0.049, abs=0.008)
