"""References that name nothing in the index: said in search, refused by ask, and never claimed of one that does."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from search.library import Library, open_library, operations
from search.library.precedents import RelatedRequest, related
from search.query import Query
from search.references.unresolved import LONGEST, Unresolved, find_unresolved
from tests.api_support import build_samples, one_object, yinzheng


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("unresolved") / "index")


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("2031年会议建议99", ["2031年会议建议99"]),
        ("2019年会议建议9说了什么？", ["2019年会议建议9"]),
        ("2031年会议建议7(z)", ["2031年会议建议7(z)"]),
        ("meeting-report-2031 建议70", ["meeting-report-2031 建议70"]),
        ("RIV/COP/2099/9", ["RIV/COP/2099/9"]),
        ("RIV/COP/2032/99 段3", ["RIV/COP/2032/99 段3"]),
        ("《不存在的报告》第5段", ["《不存在的报告》第5段"]),
        ("附件三第3段", ["附件三第3段"]),
        ("第77/236号决议", ["第77/236号决议"]),
        ("第20/1号决定", ["第20/1号决定"]),
        ("《巴黎协定》第4条", ["《巴黎协定》第4条"]),
        ("2031年会议建议99，2031年会议建议99", ["2031年会议建议99"]),
    ],
)
def test_nothing_but_references_that_name_nothing(library: Library, text: str, missing: list[str]) -> None:
    assert find_unresolved(library, text) == Unresolved(tuple(missing), alone=True)
    answer = operations.ask(library, text)
    assert (answer["answered"], answer["answer"], answer["citations"]) == (False, None, [])
    assert answer["reason"] == f"本索引中没有{'、'.join(missing)}。"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("2031年会议建议9和建议99", ["建议99"]),
        ("RIV/COP/2032/5 段140", ["RIV/COP/2032/5 段140"]),
        ("第5/2号决议和第77/236号决议", ["第77/236号决议"]),
        ("2019年会议建议9关于押金返还制度怎么说？", ["2019年会议建议9"]),
    ],
)
def test_references_that_name_nothing_beside_something_else(
    library: Library, text: str, missing: list[str]
) -> None:
    assert find_unresolved(library, text) == Unresolved(tuple(missing), alone=False)


@pytest.mark.parametrize(
    "text",
    [
        *("押金", "2019年会议", "2031年会议建议9", "建议7", "第10段", "2031年会议建议11至15"),
        *("RIV/COP/2032/5", "RIV/COP/2032/5 段14", "RIV/COP/WG.2/2031/2", "meeting-report-2031 建议7(b)"),
        *("附件一第3段", "第5/2号决议", "第5/4号决定", "《公约》第11条第3款", "二〇三一年会议报告第二十一段"),
    ],
)
def test_what_resolves_is_not_unresolved(library: Library, text: str) -> None:
    assert find_unresolved(library, text) == Unresolved()


def test_a_passage_mentions_and_does_not_ask(library: Library) -> None:
    reference = "2031年会议建议99"
    passage = "押" * (LONGEST - len(reference)) + reference
    assert find_unresolved(library, passage) == Unresolved()
    assert find_unresolved(library, passage[1:]).texts == (reference,)


def test_search_says_so_and_ranks_as_before(index: Path, library: Library) -> None:
    query = Query("2019年会议建议99", 3)
    with TestClient(create_app(index)) as client:
        answer = client.get("/v1/search", params={"q": query.text, "k": 3}).json()
    assert answer["unresolved"] == ["2019年会议建议99"]
    ranked = [(hit.unit.document, hit.unit.number) for hit in library.searcher.search(query).hits]
    assert [(hit["document"], hit["number"]) for hit in answer["hits"]] == ranked
    assert operations.search(library, Query("押金"))["unresolved"] == []
    assert "unresolved" not in related(library, RelatedRequest("2031年会议建议3", k=3))


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("2019年会议建议99 押金", "本索引中没有：2019年会议建议99；以下为按词语和含义找到的单元"),
        ("2031年会议建议9和建议99", "本索引中没有：建议99"),
    ],
)
def test_people_read_it_before_the_hits(index: Path, query: str, line: str) -> None:
    shown = yinzheng("search", query, "--index", index).stdout.splitlines()
    assert shown[0] == line
    assert shown[1].startswith("1. ")
    found = one_object(yinzheng("search", query, "--index", index, "--json"))
    assert found["unresolved"] == [line.removeprefix("本索引中没有：").partition("；")[0]]
