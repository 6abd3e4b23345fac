"""The floor of the hits: what does not fit is not shown as a hit, and what fits keeps its place."""

import pytest

from search.library import Library
from search.library.fit import FLOOR, above_floor, fit_to
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
    shown = above_floor(packaged_library, found)
    fit = fit_to(packaged_library, query)
    kept = [hit.row for hit in found.hits if hit.why.variants or fit(hit) >= FLOOR]
    assert [hit.row for hit in shown.hits] == kept
    assert [hit.rank for hit in shown.hits] == list(range(1, len(kept) + 1))
    assert kept[0] == found.hits[0].row


@pytest.mark.parametrize("mode", [Mode.BM25, Mode.DENSE])
def test_lists_of_one_kind_are_left_as_they_are(packaged_library: Library, mode: Mode) -> None:
    found = packaged_library.searcher.search(parse_query(OFF[0], k=5, mode=mode))
    assert above_floor(packaged_library, found) is found


def test_a_reference_and_a_whole_match_fit_in_full(packaged_library: Library) -> None:
    query = parse_query("2031年会议建议3")
    fit = fit_to(packaged_library, query)
    named = [hit for hit in packaged_library.searcher.search(query).hits if hit.why.reference]
    assert named
    assert {fit(hit) for hit in named} == {1.0}
