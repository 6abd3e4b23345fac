"""Documents as records: versions in force, facets, what a question names, and what corrigenda touch."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from corpus.types import Metadata, UnitKind
from indexer.build import build
from indexer.snapshot import open_snapshot
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.errors import BadQuery, UnknownFacet, UnknownReference
from search.library import Library, open_library
from search.query import Query, Versions, parse_query
from search.records.named import named_documents
from search.records.records import Records
from tests.search_library import SAMPLES

KINDS = Path(__file__).parent / "data" / "kinds"
BASE = "resolution-wastepickers"
REVISION = "resolution-wastepickers-rev1"
QUESTION = "河岸拾荒者的登记证有效期"
TABLE = """file,type,country,year,court
judgment-river.txt,judgment,澜汀; 木渡,2031,界河法院
law-container.txt,law,松泽,2031,
observations-mudu.txt,observations,木渡,2031,
"""


def indexed(folder: Path, names: list[str]) -> Library:
    given = folder / "given"
    given.mkdir()
    for name in names:
        shutil.copy(KINDS / name / f"{name}.txt", given)
    (given / "metadata.csv").write_text(TABLE, encoding="utf-8")
    report = build([given], folder / "index", load_encoder("hash"), Segmenter())
    assert report.failures == []
    return open_library(folder / "index")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    names = [
        BASE,
        REVISION,
        f"{BASE}-l3",
        f"{BASE}-corr1",
        "judgment-river",
        "law-container",
        "observations-mudu",
    ]
    opened = indexed(tmp_path_factory.mktemp("records"), names)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The resolution with its corrigendum alone, so that it is in force."""
    opened = indexed(tmp_path_factory.mktemp("corrected"), [BASE, f"{BASE}-corr1"])
    yield opened
    opened.close()


def found(library: Library, query: Query) -> set[str]:
    return {hit.unit.document for hit in library.searcher.search(query).hits}


def test_the_version_in_force_answers_and_the_others_where_all_are_asked_for(library: Library) -> None:
    family = {BASE, REVISION, f"{BASE}-l3", f"{BASE}-corr1"}
    assert found(library, Query(QUESTION, 50)) & family == {REVISION}
    assert found(library, Query(QUESTION, 50, versions=Versions.ALL)) & family == family
    assert found(library, Query(QUESTION, documents=frozenset({BASE}))) == {BASE}, "named, it is meant"


def test_hits_and_documents_tell_the_family(library: Library) -> None:
    hits = library.search(QUESTION, k=1)["hits"]
    assert hits[0]["family"] == [{"relation": "supersedes", "document": BASE}]
    listed = {one["document"]: one for one in library.documents()["documents"]}
    assert listed[BASE]["family"] == [
        {"relation": "superseded_by", "document": REVISION},
        {"relation": "corrected_by", "document": f"{BASE}-corr1"},
        {"relation": "final_of", "document": f"{BASE}-l3"},
    ]
    assert "family" not in listed["law-container"]
    assert listed["judgment-river"]["type"] == "judgment"
    assert listed["judgment-river"]["facets"] == {
        "country": ["澜汀", "木渡"],
        "year": "2031",
        "court": "界河法院",
    }


def test_a_version_is_no_precedent_of_itself(library: Library) -> None:
    row = library.snapshot.units.rows(document=REVISION)[0]
    for versions in Versions:
        hits = library.searcher.related(row, 50, within=Query("k", 50, versions=versions)).hits
        assert not {hit.unit.document for hit in hits} & {BASE, REVISION, f"{BASE}-l3", f"{BASE}-corr1"}


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"facets": ["country=木渡"]}, {"judgment-river", "observations-mudu"}),
        (
            {"facets": ["country=木渡", "country=松泽"]},
            {"judgment-river", "observations-mudu", "law-container"},
        ),
        ({"facets": ["country=木渡"], "types": ["judgment"]}, {"judgment-river"}),
        ({"facets": ["court=界河法院"]}, {"judgment-river"}),
        ({"types": ["law", "judgment"]}, {"judgment-river", "law-container"}),
        ({"facets": ["type=law", "year=2031"]}, {"law-container"}),
        ({"facets": ["country=木星"]}, set()),
    ],
)
def test_filters_by_facets(library: Library, filters: dict[str, list[str]], documents: set[str]) -> None:
    assert found(library, parse_query("应当 缔约国 规定 原告", k=100, **filters)) == documents  # type: ignore[arg-type]


def test_wrong_filters_are_told(library: Library) -> None:
    with pytest.raises(UnknownFacet, match=r"contry.*country"):
        library.search("押金", facets=["contry=木渡"])
    with pytest.raises(BadQuery, match="NAME=VALUE"):
        library.search("押金", facets=["country"])
    with pytest.raises(BadQuery, match="versions"):
        library.search("押金", versions="old")


def test_facets_count_what_was_ranked(library: Library) -> None:
    answer = library.search("应当 缔约国 规定", k=2, versions="all")
    results = library.searcher.search(parse_query("应当 缔约国 规定", k=2, versions="all"))
    units = [library.snapshot.units.get(row) for row in results.matches]
    assert len(units) > len(answer["hits"]) == 2
    counts = answer["facets"]
    assert sum(counts["kind"].values()) == sum(counts["document"].values()) == len(units)
    assert counts["type"].get("law", 0) == sum(unit.document == "law-container" for unit in units)
    both = sum(unit.document in ("judgment-river", "observations-mudu") for unit in units)
    assert counts["country"].get("木渡", 0) == both
    assert counts["court"].get("界河法院", 0) == counts["document"].get("judgment-river", 0)


def test_a_reference_gives_the_version_in_force_and_a_draft_by_its_name(library: Library) -> None:
    assert library.show("2033年会议第1段")["document"] == REVISION
    assert library.show("RHE/COP/7/L.3第1段")["document"] == f"{BASE}-l3"
    assert library.search("RHE/COP/7/L.3第1段")["hits"][0]["document"] == f"{BASE}-l3"
    with pytest.raises(UnknownReference):
        library.show("2031年会议建议99")


def test_what_a_corrigendum_says_of_a_unit_is_quoted_with_it(corrected: Library) -> None:
    from search.records.corrections import corrections_of

    def said(number: int, part: str | None) -> list[str]:
        rows = corrected.snapshot.units.rows(document=BASE, kind=UnitKind.PARAGRAPH, number=number)
        units = [
            unit for unit in map(corrected.snapshot.units.get, rows) if (unit.part is None) == (part is None)
        ]
        touching = corrections_of(corrected.snapshot, corrected.searcher.records, units[0])
        return [one.unit.text for one in touching if "应改为" in one.unit.text]

    assert any("2034年年底" in text for text in said(2, None))
    assert any("有效期五年" in text for text in said(3, "附件"))
    assert said(1, None) == []
    assert not any("有效期" in text for text in said(3, None)), "the third paragraph of the body is another"


def test_an_answer_that_is_corrected_says_so(corrected: Library) -> None:
    answer = corrected.ask("缔约方应在哪一年年底以前为河岸拾荒者办理登记？")
    quoted = [one for one in answer["citations"] if "2035年年底" in one["quote"]]
    assert quoted
    assert any("2034年年底" in one["text"] for one in quoted[0]["corrections"])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2019年会议的主席是谁？", {"r19"}),
        ("2019年工作组会议的报告说了什么？", {"r19"}),
        ("工作组2022年会议开了几场会？", {"r22"}),
        ("What did the 2019 report say?", {"r19"}),
        ("林泽的判决书认定了什么？", {"j"}),
        ("贩运问题工作组第九次会议", {"r19", "r22"}),
        ("自2019年起送回了多少人？", None),
        ("2019年各国向秘书处提交的报告有几份？", None),
        ("2015年会议的主席是谁？", None),
        ("《2022年全球贩运问题报告》说了什么？", None),
        ("林泽的人口是多少？", None),
    ],
)
def test_which_documents_a_question_names(question: str, expected: set[str] | None) -> None:
    documents = {
        "r19": Metadata(body="贩运问题工作组", stated_year=2019),
        "r22": Metadata(body="贩运问题工作组", stated_year=2022),
        "j": Metadata(country=("林泽",), stated_year=2031),
    }
    assert named_documents(question, documents) == expected


def test_the_command_line_knows_them(library: Library, tmp_path_factory: pytest.TempPathFactory) -> None:
    index = next(path for path in tmp_path_factory.getbasetemp().glob("records*/index"))
    run = CliRunner()
    asked = ["search", "应当", "--index", str(index), "--json", "-k", "50"]
    done = run.invoke(app, [*asked, "--type", "law"])
    assert done.exit_code == 0
    assert '"law-container"' in done.stdout
    assert '"judgment-river"' not in done.stdout
    assert run.invoke(app, [*asked, "--facet", "contry=木渡"]).exit_code == 2
    shown = run.invoke(app, ["documents", "--index", str(index)])
    assert f"已被取代，见 {REVISION}" in shown.stdout
    assert "country 澜汀、木渡" in shown.stdout


def test_a_named_document_may_be_any_version(library: Library) -> None:
    query = replace(Query("押金"), documents=frozenset({BASE, "law-container"}))
    assert library.searcher.records.allowed(query) == {BASE, "law-container"}


def test_the_documents_of_a_filter_are_found_once(tmp_path: Path) -> None:
    build([SAMPLES], tmp_path, load_encoder("hash"), Segmenter())
    with open_snapshot(tmp_path) as snapshot:
        records = Records(snapshot)
        year = next(each.year for each in records.metadata.values() if each.year)
        one, same = (records.allowed(Query("甲", years=frozenset({year}), k=k)) for k in (3, 9))
        assert one is same
        expected = {id for id, each in records.metadata.items() if str(year) in each.values("year")}
        assert one == expected - records.families.folded
        assert records.allowed(Query("甲", years=frozenset({1}))) == frozenset()
