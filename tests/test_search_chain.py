"""Chains and spread hits, against the definition computed directly and against a table by hand."""

import datetime
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Metadata, Unit, UnitKind
from indexer.snapshot import Snapshot
from models.segmenter import Segmenter
from search.candidates.lexical import inverse_doc_freq
from search.hits import Hit, Why
from search.precedents.chain import COMMON, LINKS, RECOMMENDED, THRESHOLD, Link, chain
from search.precedents.chronology import date_of
from search.precedents.closeness import closeness
from search.precedents.diversity import cap_for, spread
from search.query import Query
from search.searcher import Searcher
from tests.search_library import SAMPLES, SHARED, name, opened

Opened = tuple[Snapshot, Searcher]
SEGMENTER = Segmenter()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("chain"), [SAMPLES], "packaged") as both:
        yield both


def row_of(snapshot: Snapshot, document: str, number: int, kind: UnitKind = UnitKind.RECOMMENDATION) -> int:
    return snapshot.units.rows(document=document, kind=kind, number=number, part="")[0]


def links_of(opened_index: Opened, document: str, number: int) -> tuple[Link, ...]:
    snapshot, searcher = opened_index
    return chain(snapshot, searcher, SEGMENTER, row_of(snapshot, document, number))


def test_a_chain_runs_over_the_sessions_with_both_sides_of_the_unit(samples: Opened) -> None:
    links = links_of(samples, "meeting-report-2031", 11)
    names = [name(link.unit) for link in links]
    assert {"t30 段24", "r31 建议11", "s32 段25", "s32 段26"} <= set(names)
    assert names == sorted(names, key=lambda one: {"t": 2030, "r": 2031, "s": 2032}[one[0]])
    assert [link.date for link in links] == sorted(link.date for link in links if link.date)
    assert {link.date for link in links} == {
        datetime.date(2030, 6, 3),
        datetime.date(2031, 5, 19),
        datetime.date(2032, 10, 11),
    }


def on_one_matter(snapshot: Snapshot, one: Unit, other: Unit) -> bool:
    recommended = {one.kind, other.kind} == {UnitKind.RECOMMENDATION}
    return closeness(snapshot, SEGMENTER, one, other) >= (RECOMMENDED if recommended else COMMON)


def test_links_are_those_near_in_both_directions(samples: Opened) -> None:
    snapshot, searcher = samples
    for row in range(0, len(snapshot.units), 7):
        unit = snapshot.units.get(row)
        rounds = [frozenset({UnitKind.RECOMMENDATION})] if unit.kind is UnitKind.RECOMMENDATION else []
        expected: dict[int, float] = {}
        for kinds in (*rounds, frozenset[UnitKind]()):
            for hit in searcher.related(row, LINKS, within=Query("k", LINKS, kinds)).hits:
                back = searcher.related(hit.row, 1000, within=Query("k", 1000, kinds)).hits
                score = min(hit.score, {h.row: h.score for h in back}.get(row, 0.0))
                if score >= THRESHOLD and on_one_matter(snapshot, unit, hit.unit):
                    expected.setdefault(hit.row, score)
        links = chain(snapshot, searcher, SEGMENTER, row)
        found = {link.row: link.score for link in links if link.row != row}
        assert found == expected
        assert [link.score for link in links if link.row == row] == [None]


def test_each_link_is_compared_with_the_nearest_of_the_document_before(samples: Opened) -> None:
    links = {name(link.unit): link for link in links_of(samples, "meeting-report-2031", 11)}
    rows = {link.row: key for key, link in links.items()}
    assert {link.previous for key, link in links.items() if key.startswith("t30")} == {None}
    assert rows[links["s32 段25"].previous or 0] == "r31 建议11"
    nearest = max((link for key, link in links.items() if key[0] == "t"), key=lambda link: link.score or 0)
    assert links["r31 建议11"].previous == nearest.row
    for link in links.values():
        assert (link.previous is None) == (link.comparison is None)
        if link.comparison and link.previous is not None:
            kept = [c for c in link.comparison.changes if c.kind != "dropped"]
            assert "".join(link.unit.text[c.new.start : c.new.end] for c in kept) == link.unit.text


def test_a_unit_without_precedents_is_alone(samples: Opened) -> None:
    snapshot, searcher = samples
    row = row_of(snapshot, "meeting-report-2031", 40, UnitKind.PARAGRAPH)  # the closing of the meeting
    assert [link.row for link in chain(snapshot, searcher, SEGMENTER, row)] == [row]


def test_closeness_is_the_share_of_telling_words_counted_by_hand(samples: Opened) -> None:
    snapshot, _ = samples
    one, other = snapshot.units.get(3), snapshot.units.get(60)
    assert closeness(snapshot, SEGMENTER, one, one) == pytest.approx(1)
    assert closeness(snapshot, SEGMENTER, one, other) == closeness(snapshot, SEGMENTER, other, one)
    bare = [
        replace(one, text=text, headings=(), topics=(), items=())
        for text in ("押金押金押金退还", "押金", "微塑料")
    ]
    idf = {word: inverse_doc_freq(snapshot, "words", word) for word in ("押金", "退还")}
    share = 2 * idf["押金"] / (2 * idf["押金"] + idf["退还"])  # a word counts twice at most
    assert closeness(snapshot, SEGMENTER, bare[0], bare[1]) == pytest.approx(share**0.5)
    assert closeness(snapshot, SEGMENTER, bare[0], bare[2]) == 0


def test_a_higher_threshold_gives_a_part_of_the_chain(samples: Opened) -> None:
    snapshot, searcher = samples
    row = row_of(snapshot, "meeting-report-2031", 7)
    chains = [{li.row for li in chain(snapshot, searcher, SEGMENTER, row, at)} for at in (0.0, 0.7, 1.2, 9.0)]
    assert chains[0] > chains[1] >= chains[2] > chains[3] == {row}


def test_the_seeds_link_what_the_meetings_said_on_non_punishment(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if not (SHARED / "seeds").exists():
        pytest.skip("the seed documents are not here")
    with opened(tmp_path_factory.mktemp("seeds"), [SHARED / "seeds"], "packaged") as (snapshot, searcher):
        row = row_of(snapshot, "003_1a2397df66d15e52", 17)
        links = chain(snapshot, searcher, SEGMENTER, row)
    assert row in {link.row for link in links}
    assert [link.date for link in links] == sorted(link.date for link in links if link.date)
    verb = next(link.obligation for link in links if link.row == row)
    assert verb is not None
    assert verb.verb == "应"


@pytest.mark.parametrize(
    ("metadata", "date"),
    [
        (Metadata(), None),
        (Metadata(date=datetime.date(2031, 6, 12)), datetime.date(2031, 6, 12)),
        (
            Metadata(
                meeting=(datetime.date(2031, 5, 19), datetime.date(2031, 5, 21)),
                date=datetime.date(2031, 6, 12),
            ),
            datetime.date(2031, 5, 19),
        ),
    ],
)
def test_a_document_speaks_when_its_meeting_begins(metadata: Metadata, date: datetime.date | None) -> None:
    assert date_of(metadata) == date


def hits_of(samples: Opened, documents: str) -> list[Hit]:
    unit = samples[0].units.get(0)
    return [
        Hit(rank, -float(rank), rank, replace(unit, document=document), "", Why())
        for rank, document in enumerate(documents, start=1)
    ]


@pytest.mark.parametrize(
    ("documents", "k", "spread_out"),
    [
        ("AAAABC", 3, "AAB"),  # three documents, twice the fair share is two
        ("AAAAAABCD", 4, "AABC"),
        ("AAAAAABCDEFGHIJ", 5, "AABCD"),  # never less than two
        ("AAAB", 3, "AAA"),  # of two documents either may fill the list
        ("AAAAAABC", 6, "AAAABC"),
        ("AAAAAABBC", 9, "AAAAAABBC"),  # nothing is withheld
        ("A", 10, "A"),
        ("", 10, ""),
    ],
)
def test_hits_are_spread_as_by_hand(samples: Opened, documents: str, k: int, spread_out: str) -> None:
    found = spread(hits_of(samples, documents), k)
    assert "".join(hit.unit.document for hit in found) == spread_out
    assert [hit.rank for hit in found] == list(range(1, len(spread_out) + 1))


@given(documents=st.text("ABC", max_size=30), k=st.integers(1, 20))
def test_spreading_withholds_nothing_and_keeps_the_order_within_a_document(
    samples: Opened, documents: str, k: int
) -> None:
    hits = hits_of(samples, documents)
    found = spread(hits, k)
    assert len(found) == min(k, len(hits))
    for document in "ABC":
        rows = [hit.row for hit in found if hit.unit.document == document]
        assert rows == [hit.row for hit in hits if hit.unit.document == document][: len(rows)]
    # Over the cap only where every other document has given all it has within its own.
    counts, there = Counter(hit.unit.document for hit in found), Counter(documents)
    cap = max(2, math.ceil(2 * k / max(1, len(there))))
    assert cap == cap_for(k, len(there))
    if any(count > cap for count in counts.values()):
        assert all(counts[each] >= min(there[each], cap) for each in there)
