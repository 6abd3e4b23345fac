"""The floor of the hits: what does not fit is not shown as a hit, and what fits keeps its place."""

import pytest

from search.library import Library
from search.library.fit import ENOUGH, FIRST, FLOOR, fit_to, search_fitting
from search.query import Mode, parse_query
from tests.figures import ROOT

OFF = (ROOT / "tests/data/off_subject.txt").read_text(encoding="utf-8").splitlines()[1:]


def test_what_the_documents_do_not_deal_with_has_few_hits(packaged_library: Library) -> None:
    counts = [len(packaged_library.search(line, k=10)["hits"]) for line in OFF]
    assert sum(counts) <= 0.5 * 10 * len(OFF)
    empty = next(line for line, count in zip(OFF, counts, strict=True) if count == 0)
    assert not any(packaged_library.search(empty)["facets"].values())  # nothing was ranked that is shown


@pytest.mark.parametrize("text", ["押金退还", "废渔具怎么处理", "deposit refund", "2031年会议建议3"])
def test_what_fits_keeps_its_order_and_its_rank(packaged_library: Library, text: str) -> None:
    query = parse_query(text, k=50)
    found = packaged_library.searcher.search(query)
    shown = search_fitting(packaged_library, query)
    fit = fit_to(packaged_library, query)
    kept = [hit.row for hit in found.hits if hit.why.variants or fit(hit) >= FLOOR]
    assert [hit.row for hit in shown.hits][: len(kept)] == kept[:50]
    assert [hit.rank for hit in shown.hits] == list(range(1, len(shown.hits) + 1))
    assert kept[0] == found.hits[0].row


@pytest.mark.parametrize("mode", [Mode.BM25, Mode.DENSE])
def test_lists_of_one_kind_are_left_as_they_are(packaged_library: Library, mode: Mode) -> None:
    query = parse_query(OFF[0], k=5, mode=mode)
    assert search_fitting(packaged_library, query) == packaged_library.searcher.search(query)


def test_a_reference_and_a_whole_match_fit_in_full(packaged_library: Library) -> None:
    query = parse_query("2031年会议建议3")
    fit = fit_to(packaged_library, query)
    named = [hit for hit in packaged_library.searcher.search(query).hits if hit.why.reference]
    assert named
    assert {fit(hit) for hit in named} == {1.0}


ASKED = ["押金退还", "废渔具怎么处理", "deposit refund", "2031年会议建议3", "回收", *OFF[::4]]


@pytest.mark.parametrize("text", ASKED)
def test_the_first_hits_are_the_same_however_many_are_asked_for(packaged_library: Library, text: str) -> None:
    """What does not fit leaves no gap that only a longer list fills."""
    hits = {k: packaged_library.search(text, k=k)["hits"] for k in (1, 3, 10, 40, 100, 1000)}
    for k, fewer in hits.items():
        assert fewer == hits[1000][:k]


def test_behind_ten_that_mostly_do_not_fit_nothing_is_looked_for(packaged_library: Library) -> None:
    seen = set()
    for text in ASKED:
        query = parse_query(text, k=1000)
        fit = fit_to(packaged_library, query)
        found = packaged_library.searcher.search(query).hits
        fitting = [hit.row for hit in found if hit.why.variants or fit(hit) >= FLOOR]
        first = [hit.row for hit in found[:FIRST] if hit.row in fitting]
        few = len(first) < ENOUGH * FIRST
        seen.add(few and len(fitting) > len(first))
        shown = [hit.row for hit in search_fitting(packaged_library, query).hits]
        assert shown == (first if few else fitting)
    assert seen == {True, False}
