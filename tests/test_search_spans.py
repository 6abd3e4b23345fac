"""Spans inside others, against looking at every pair."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from search.references.overlaps import within

SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)).map(lambda one: Span(one[0], sum(one))))


@given(SPANS, SPANS)
def test_within_is_what_every_pair_says(inner: list[Span], outer: list[Span]) -> None:
    each = [any(b.start <= a.start and a.end <= b.end for b in outer) for a in inner]
    assert within(inner, outer) == each
