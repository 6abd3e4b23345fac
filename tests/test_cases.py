"""Small inputs that failed once, each standing for a kind: `data/cases/NAME/why.txt` says what went wrong."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.build import build
from indexer.report import BuildReport
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library, open_library
from search.query import Mode, Query

CASES = Path(__file__).parent / "data" / "cases"
Opened = Callable[[str], tuple[Library, BuildReport]]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Opened]:
    """A case by name, indexed."""
    opened: list[Library] = []

    def made(name: str) -> tuple[Library, BuildReport]:
        report = build([CASES / name / "in"], tmp_path / name, load_encoder("hash"), Segmenter())
        opened.append(open_library(tmp_path / name))
        return opened[-1], report

    yield made
    for library in opened:
        library.close()


def cited(library: Library) -> list[str]:
    """The end of each citation, as 第三条第2款."""
    return [unit["citation"].rpartition("，")[2] for unit in library.units()["units"]]


def first(library: Library, words: str) -> str:
    """The text that word matching finds first."""
    hits = library.searcher.search(Query(words, mode=Mode.BM25)).hits
    return hits[0].unit.text if hits else ""


def title(library: Library) -> str | None:
    return next(iter(library.snapshot.documents)).metadata.title


def test_articles_are_cited_as_articles(case: Opened) -> None:
    law, _ = case("law-articles")
    assert len(law.snapshot.units) == 8
    assert {"第五条", "第五条之一"} <= set(cited(law))
    shown = law.show("《澜汀市容器押金条例》第五条")
    assert (shown["number"], shown.get("suffix")) == (5, None)
    for said, status in (("第五条", "exists"), ("第五条之一", "exists"), ("第九条", "not_found")):
        (citation,) = law.check_citations(f"依照《澜汀市容器押金条例》{said}规定，")["citations"]
        assert (citation["status"], said) == (status, said)
        assert [unit["citation"].rpartition("，")[2] for unit in citation["units"]] in ([said], [])


def test_clauses_of_a_treaty_are_cited_with_their_article(case: Opened) -> None:
    treaty, _ = case("treaty-articles")
    found = cited(treaty)
    assert [one for one in found if one.startswith("第三条")] == ["第三条第1款", "第三条第2款", "第三条第3款"]
    assert {"第一条第1款", "第一条第2款", "第二条", "第四条", "第五条第1款", "第五条第2款"} <= set(found)
    assert not any("第2段" in one and "条" not in one for one in found if not one.startswith("序言"))
    assert treaty.show("《关于防止跨界河流塑料污染的公约》第3条第2款")["text"].startswith("押金数额不得低于")


def test_two_resolutions_in_one_file_count_apart(case: Opened) -> None:
    report, _ = case("resolutions-compilation")
    assert report.show("第5/2号决议第2段")["text"] == "鼓励缔约方交换数据；"
    found = cited(report)
    assert found == [
        *("序言部分起首", "序言部分第1段", "第1段", "第2段", "第3段"),
        *("序言部分起首", "序言部分第1段", "第1段", "第2段", "第3段", "第4段"),
        "第1段",
    ]
    assert report.show("第5/1号决定第1段")["text"].startswith("缔约方会议决定第六届会议")


def test_a_preamble_is_found_and_cited(case: Opened) -> None:
    resolution, _ = case("resolution-preamble")
    assert "性骚扰" in first(resolution, "性骚扰")
    assert "序言部分第2段" in set(cited(resolution))


@pytest.mark.parametrize("name", ["session-date-title", "split-symbol"])
def test_a_date_is_no_title_and_a_symbol_is_whole(case: Opened, name: str) -> None:
    report, _ = case(name)
    assert title(report) == "结论性意见：澜汀"
    assert next(iter(report.snapshot.documents)).metadata.symbol == "RIV/C/LAN/CO/3"


def test_rows_of_a_table_name_their_columns(case: Opened) -> None:
    report, _ = case("md-html-table")
    texts = [unit.text for _, unit in report.snapshot.units.all()]
    assert not any("<" in text for text in texts)
    assert any("大瓶：一元" in text and "澜汀" in text for text in texts)
    answer = report.ask("大瓶押金是多少？")
    span = answer["answer_span"]
    assert span is None or (answer["answer"] or "")[slice(*span)] == "一元"


@pytest.mark.parametrize(("words", "number"), [("PPR-9087", 1), ("SARS-CoV-2", 2), ("RIV/C/LAN/3-4", 1)])
def test_dashes_are_one(case: Opened, words: str, number: int) -> None:
    report, _ = case("hyphen-variants")
    assert report.search(words, mode="bm25")["hits"][0]["number"] == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *(("卫生署", 1), ("衛生署", 1), ("卫生", 1), ("随着", 1)),
        *(("围绕着", 2), ("沿着", 2), ("什么", 2)),
    ],
)
def test_variants_of_characters_are_one(case: Opened, words: str, number: int) -> None:
    report, _ = case("trad-variants")
    assert report.search(words, mode="bm25")["hits"][0]["number"] == number


def test_ruby_is_set_aside(case: Opened) -> None:
    report, _ = case("html-ruby")
    assert "微塑料的来源和拾荒者的处境" in first(report, "微塑料")
    said = f"《{title(report)}》第1段：“秘书处说明了微塑料的来源”"
    (citation,) = report.check_citations(said)["citations"]
    assert citation["status"] == "exists"


def test_radicals_are_characters(case: Opened) -> None:
    report, _ = case("kangxi-txt")
    said = "工作组建议缔约方立即向拾荒者提供防护用品，非政府组织长期予以支持。"
    document = next(iter(report.snapshot.documents)).metadata.title
    (citation,) = report.check_citations(f"《{document}》第1段：“{said}”")["citations"]
    assert citation["status"] == "exists"


def test_every_file_that_is_not_read_is_told(case: Opened) -> None:
    _, report = case("folder-skips")
    told = {failure.path.suffix for failure in report.failures}
    read = {path.suffix for path in (CASES / "folder-skips/in").iterdir()} - told
    assert {".mhtml", ".epub", ".wps"} <= told
    assert read <= {".txt", ".odt", ".rtf"}  # the last two where LibreOffice is


def test_front_matter_is_no_title(case: Opened) -> None:
    law, report = case("frontmatter")
    assert title(law) == "澜汀市容器押金条例"
    assert len(law.snapshot.units) == 2
    assert {one.kind for one in next(iter(law.snapshot.documents)).anomalies} == {"unknown_metadata"}
    assert not report.failures


def test_a_range_is_whole(case: Opened) -> None:
    report, _ = case("fact-range")
    for question, whole in (("罚款多少？", "一千元以上一万元以下"), ("监测站有多少个？", "五至八个")):
        answer = report.ask(question)
        span = answer["answer_span"]
        assert whole in (answer["answer"] or "")
        assert span is None or whole in (answer["answer"] or "")[slice(*span)]
