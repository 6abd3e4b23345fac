"""Spans inside other spans, of which a text may have thousands."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from corpus.types import Span

__all__ = ["within"]


def within(inner: Iterable[Span], outer: Iterable[Span]) -> list[bool]:
    """For each inner span whether one of the others holds it; time is about linear in their number.

    Example: `within([Span(1, 2), Span(4, 6)], [Span(0, 5)]) == [True, False]`
    """
    ordered = sorted(outer)
    starts = [span.start for span in ordered]
    reach = [-1, *accumulate((span.end for span in ordered), max)]
    return [reach[bisect_right(starts, span.start)] >= span.end for span in inner]
