"""References as people write them, on the sample documents, in a table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.types import UnitKind
from indexer.snapshot import Snapshot
from search.errors import UnknownReference
from search.query import Mode, Query
from search.references.resolve import resolve
from search.searcher import Searcher
from tests.search_library import SAMPLES, name, opened

Opened = tuple[Snapshot, Searcher]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("index"), [SAMPLES]) as pair:
        yield pair


GOLDEN = [
    # a numbered unit of a document named by year, id, symbol or title
    ("2031年会议建议7", None, ["r31 建议7"]),
    ("2031年会议的建议7", None, ["r31 建议7"]),
    ("二〇三一年会议报告第九段", None, ["r31 段9"]),
    ("２０３１年会议建议７", None, ["r31 建议7"]),
    ("2031 年 会議 建議 7", None, ["r31 建议7"]),
    ("2031年会议建议十二", None, ["r31 建议12"]),
    ("meeting-report-2031 段9", None, ["r31 段9"]),
    ("MEETING-REPORT-2031 第9段", None, ["r31 段9"]),
    ("RIV/COP/2032/5 第14段", None, ["s32 段14"]),
    ("riv/cop/2032/5，第14段", None, ["s32 段14"]),
    ("第六届会议报告第14段", None, ["s32 段14"]),
    ("《2031年5月19日至21日在澜汀举行的跨界河流塑料污染问题工作组会议的报告》，建议7", None, ["r31 建议7"]),
    ("《跨界河流塑料污染问题工作组第一次会议以来的背景文件》，第5段", None, ["t30 段5"]),
    ("2031年会议报告第9至11段", None, ["r31 段9", "r31 段10", "r31 段11"]),
    ("第30至99段", "secretariat-report-2032", ["s32 段30", "s32 段31"]),
    ("第1段至第3段", "meeting-report-2031", ["r31 段1", "r31 段2", "r31 段3"]),
    ("附件一第5至9段", "meeting-report-2031", ["r31 附件一 段5", "r31 附件一 段6"]),
    # items, annexes, the document given apart
    ("建议7(c)", "meeting-report-2031", ["r31 建议7 c"]),
    ("建议7（c）", "meeting-report-2031", ["r31 建议7 c"]),
    ("2031年会议建议7(c)", None, ["r31 建议7 c"]),
    ("2031年报告 附件一 第3段", None, ["r31 附件一 段3"]),
    ("第3段", "meeting-report-2031", ["r31 段3"]),
    # no document said: every document that has the number
    ("建议7", None, ["r31 建议7"]),
    ("第5段", None, ["r31 段5", "s32 段5", "t30 段5"]),
    # a document of the index by its symbol or id: its first unit, then the units that cite it
    ("RIV/COP/2032/5", None, ["s32 段1"]),
    ("thematic-compilation-2030", None, ["t30 段1"]),
    # other symbols, resolutions, decisions and articles: the units that cite them
    ("RIV/COP/WG.2/2028/2", None, ["t30 段8"]),
    ("RIV/COP/WG.2/2031/2", None, ["r31 段37", "s32 段9"]),
    ("缔约方会议第4/1号决议", None, ["r31 段2"]),
    ("第4/1号决议", None, ["r31 段2"]),
    ("大会第85/117号决议", None, ["s32 段7"]),
    ("缔约方会议第2/3号决定", None, ["r31 段1"]),
    ("《河流公约》第9条", None, ["r31 段1"]),
]


@pytest.mark.parametrize(("text", "document", "expected"), GOLDEN)
def test_resolve(library: Opened, text: str, document: str | None, expected: list[str]) -> None:
    snapshot, _ = library
    found = resolve(snapshot, text, document=document)
    assert [
        " ".join(filter(None, [name(snapshot.units.get(one.row)), one.item])) for one in found
    ] == expected


@pytest.mark.parametrize(
    ("text", "document", "message"),
    [
        (
            "2019年会议建议7",
            None,
            r"understood: 2019年, 2019年会议建议7; missing: a document that fits all of it",
        ),
        ("RIV/COP/WG.2/2028/2 第5段", None, "missing: a document that fits all of it"),
        ("《河流公约》第5段", None, "missing: a document that fits all of it"),
        ("建议7", "no-such-document", "document no-such-document.*missing: a document that fits all of it"),
        ("2031年会议建议99", None, "missing: a unit with the number of 2031年会议建议99"),
        ("2031年报告 附件二 第3段", None, "missing: a unit with the number"),
        ("建议7(x)", "meeting-report-2031", r"missing: item x \(the unit has items: a, b, c\)"),
        ("RIV/COP/WG.9/2031/2", None, "missing: a unit that cites it"),
        ("押金", None, "understood: nothing; expected a paragraph or recommendation number"),
        ("", None, "understood: nothing"),
    ],
)
def test_unknown_references_say_what_is_missing(
    library: Opened, text: str, document: str | None, message: str
) -> None:
    with pytest.raises(UnknownReference, match=message) as caught:
        resolve(library[0], text, document=document)
    assert "write for example" in str(caught.value)


def test_a_range_is_its_numbers_one_by_one_of_the_body_before_an_annex(tmp_path: Path) -> None:
    text = "1. 甲。\n\n2. 乙。\n\n附件一\n\n1. 丙。\n\n2. 丁。\n\n3. 戊。\n\n附件二\n\n1. 己。\n\n2. 庚。\n\n3. 辛。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with opened(tmp_path / "index", [tmp_path / "a.txt"]) as (snapshot, _):
        each = [one.row for number in (1, 2) for one in resolve(snapshot, f"第{number}段")]
        rows = [one.row for one in resolve(snapshot, "第1至9段")]
        assert [snapshot.units.get(row).text for row in rows] == ["甲。", "乙。"]
        assert rows == each
        with pytest.raises(UnknownReference):
            resolve(snapshot, "第3段")


def test_every_citation_that_is_printed_resolves_to_its_unit(library: Opened) -> None:
    snapshot, searcher = library
    for row, unit in snapshot.units.all():
        hit = searcher.related(row, 1).hits[0]
        assert [one.row for one in resolve(snapshot, hit.citation)] == [hit.row], (unit.number, hit.citation)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2031年会议的建议7", "r31 建议7"),
        ("2031年会议建议7说了什么", "r31 建议7"),
        ("缔约方会议第4/1号决议", "r31 段2"),
        ("RIV/COP/2032/5", "s32 段1"),
        ("RIV/COP/WG.2/2031/2 41个国家", "s32 段9"),
    ],
)
def test_search_puts_what_a_reference_names_first(library: Opened, text: str, first: str) -> None:
    hits = library[1].search(Query(text)).hits
    assert name(hits[0].unit) == first
    assert hits[0].why.reference is not None
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_an_article_of_the_documents_own_convention(library: Opened) -> None:
    hit = library[1].search(Query("《公约》第11条第3款")).hits[0]
    assert name(hit.unit) == "s32 段25"


def test_units_without_the_item_that_is_asked_for_give_way(library: Opened) -> None:
    hits = library[1].search(Query("建议7(c)")).hits
    assert [(name(hit.unit), hit.item) for hit in hits if hit.why.reference] == [("r31 建议7", "c")]


def test_search_gives_the_item_that_was_asked_for(library: Opened) -> None:
    filtered = Query("建议7(c)", documents=frozenset({"meeting-report-2031"}))
    hit = library[1].search(filtered).hits[0]
    assert (name(hit.unit), hit.item) == ("r31 建议7", "c")
    assert hit.citation.endswith("建议7(c)")
    missing = library[1].search(Query("2031年会议建议7(x)")).hits[0]
    assert (name(missing.unit), missing.item) == ("r31 建议7", None)


def test_a_citation_inside_a_longer_question_does_not_replace_it(library: Opened) -> None:
    question = (
        "在早期预警和跨境数据交换方面，秘书处为落实第5/2号决议向拾荒者和沿岸国的水厂提供了哪些培训和援助？"
    )
    hits = library[1].search(Query(question)).hits
    cited = [hit for hit in hits if hit.why.reference is not None]
    assert {name(hit.unit) for hit in cited} <= {"s32 段7", "s32 段8"}
    assert cited
    plain = library[1].search(Query(question, mode=Mode.BM25)).hits
    assert {hit.row for hit in plain[:3]} & {hit.row for hit in hits[:3]}


def test_a_year_without_document_is_no_reference(library: Opened) -> None:
    hits = library[1].search(Query("2019年会议建议7")).hits
    assert all(hit.why.reference is None for hit in hits)


def test_references_obey_filters(library: Opened) -> None:
    query = Query("2031年会议建议7", kinds=frozenset({UnitKind.PARAGRAPH}))
    hits = library[1].search(query).hits
    assert all(hit.unit.kind is UnitKind.PARAGRAPH and hit.why.reference is None for hit in hits)
