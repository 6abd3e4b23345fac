"""How well a hit fits its query, whatever else was found; and the floor below which it is no hit.

The fit is a number from 0 to 1: the greater of the cosine of query and unit, and the share of the query's
words that stand in it, each word counting by its rarity. A unit that a reference in the query names fits in
full. The score of a search orders the hits of one query and says nothing of this: it ranks whatever there is.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from search.opened import OpenIndex
from search.query import MAX_K, Mode

if TYPE_CHECKING:
    from search.hits import Hit, Results
    from search.query import Query

__all__ = ["FLOOR", "fit_to", "search_fitting"]

FLOOR = 0.18
"""All units that answer a development question directly fit better (the least by .21, of 224). Of what is
ranked for matters that the documents do not deal with, a recipe or a match, most fits less.
`python -m tests.figures` measures both."""

FIRST, ENOUGH = 10, 0.8
"""Of the first ten hits so many fit, or there is nothing to look for behind them."""


def fit_to(library: OpenIndex, query: "Query") -> "Callable[[Hit], float]":
    """What says of each hit of a query how well it fits, 0 to 1.

    Example: `fit_to(library, Query("押金"))(hit) == 1.0` of a hit with that word
    """
    from search.candidates.lexical import content_words, inverse_doc_freq, longest

    words = longest(content_words(query.folded, library.segmenter))
    rarity = {word: inverse_doc_freq(library.snapshot, "words", word) for word in words}
    full = sum(rarity.values())

    def fit(hit: "Hit") -> float:
        if hit.why.reference is not None:
            return 1.0
        share = sum(rarity.get(word, 0.0) for word in hit.why.words) / full if full else 0.0
        return min(1.0, max(share, hit.why.meaning or 0.0))

    return fit


def search_fitting(library: OpenIndex, query: "Query") -> "Results":
    """The first hits that fit, as many as are asked for: fewer, or none, is an answer.

    Where most of the first ten do not fit, the documents do not deal with the matter: then those of the ten
    that fit are all. This is said of the whole ranking, so the first ten hits are the same however many are
    asked for. What terms of the term bank led to fits by them. Lists by words or by meaning alone are there
    to measure against and stay as they are. Raises what `Searcher.search` raises.
    """
    if query.mode is not Mode.FUSED:
        return library.searcher.search(query)
    fit = fit_to(library, query)
    for depth in (max(query.k, FIRST), MAX_K):  # further only where some of those do not fit
        results = library.searcher.search(replace(query, k=depth))
        fitting = [hit for hit in results.hits if hit.why.variants or fit(hit) >= FLOOR]
        first = [hit for hit in fitting if hit.rank <= FIRST]
        if len(first) < ENOUGH * len(results.hits[:FIRST]):
            fitting = first
            break
        if len(fitting) >= query.k or len(results.hits) < depth:
            break
    kept = tuple(replace(hit, rank=rank) for rank, hit in enumerate(fitting[: query.k], 1))
    return replace(results, query=query, hits=kept, matches=results.matches if kept else ())
