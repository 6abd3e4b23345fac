"""Related, with order, spread and wording, and chain: the JSON, the terminal, HTTP, and bad input."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from api.views.wording import marked, shift_text
from search.errors import AmbiguousReference, BadK, BadRequest, EmptyQuery, QueryTooLong, UnknownReference
from search.library import Library, open_library
from search.library.precedents import RelatedRequest, chain, place_of, related
from search.library.wording import comparison_json
from search.precedents.order import Order
from search.wording.compare import compare
from tests.api_support import build_samples, one_object, yinzheng

REFERENCE = "2031年会议建议11"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("precedents"), "packaged")


@pytest.fixture(scope="module")
def library(index: Path) -> Iterator[Library]:
    opened = open_library(index)
    yield opened
    opened.close()


def keys(answer: dict[str, Any]) -> list[tuple[str, int]]:
    return [(hit["document"], hit["number"]) for hit in answer["hits"]]


def test_without_spreading_the_hits_are_those_of_the_searcher(library: Library) -> None:
    asked = RelatedRequest(REFERENCE, k=20, diverse=False)
    row = place_of(library, REFERENCE).row
    answer = related(library, asked)
    hits = library.searcher.related(row, 20).hits
    assert keys(answer) == [(hit.unit.document, hit.unit.number) for hit in hits]
    assert answer["source"]["citation"].endswith("建议11")


def test_by_date_is_the_same_hits_earliest_document_first(library: Library) -> None:
    best = related(library, RelatedRequest(REFERENCE, k=6))
    dated = related(library, RelatedRequest(REFERENCE, k=6, by=Order.DATE))
    assert sorted(keys(best)) == sorted(keys(dated))
    assert keys(best) != keys(dated)
    dates = [hit["date"] for hit in dated["hits"]]
    assert dates == sorted(dates)
    assert set(dates) == {"2030-06-03", "2032-10-11"}
    assert [hit["rank"] for hit in dated["hits"]] == [1, 2, 3, 4, 5, 6]
    for date in set(dates):  # within a document by strength, as before
        scores = [hit["score"] for hit in dated["hits"] if hit["date"] == date]
        assert scores == sorted(scores, reverse=True)


def test_hits_are_spread_unless_that_is_refused(library: Library) -> None:
    changed = 0
    for place in list(library.places())[::9]:
        plain = keys(related(library, RelatedRequest(text=place.text, k=9, diverse=False)))
        cap = max(2, math.ceil(2 * 3 / len({document for document, _ in plain})))
        within = [key for at, key in enumerate(plain) if [d for d, _ in plain[:at]].count(key[0]) < cap]
        expected = [*within, *(key for key in plain if key not in within)][:3]
        assert keys(related(library, RelatedRequest(text=place.text, k=3))) == expected
        changed += expected != plain[:3]
    assert changed


def test_the_wording_goes_from_the_older_to_the_newer(library: Library) -> None:
    answer = related(library, RelatedRequest(REFERENCE, k=10, diff=True))
    sides = {hit["document"]: hit["diff"]["older"] for hit in answer["hits"]}
    assert sides == {"thematic-compilation-2030": "hit", "secretariat-report-2032": "source"}
    for hit in answer["hits"]:
        texts = (hit["text"], answer["source"]["text"])
        old, new = texts if hit["diff"]["older"] == "hit" else texts[::-1]
        changes = hit["diff"]["changes"]
        assert "".join(c["text"] for c in changes if c["kind"] != "dropped") == new
        assert "".join(old[slice(*c["old"])] for c in changes if c["kind"] != "added") == old
        source = hit["diff"]["after" if hit["diff"]["older"] == "hit" else "before"]
        assert source == {"strength": "encourage", "verb": "鼓励", "span": [0, 2]}


def test_a_pasted_text_finds_its_unit_and_is_the_newer(library: Library) -> None:
    unit = place_of(library, "2031年会议建议8")
    softer = unit.text.replace("应", "似宜", 1)
    answer = related(library, RelatedRequest(text=softer, k=3, diff=True))
    first = answer["hits"][0]
    assert first["citation"].endswith("建议8")
    assert (first["diff"]["older"], first["diff"]["shift"]) == ("hit", "softened")
    changed = [(c["kind"], c["text"]) for c in first["diff"]["changes"] if c["kind"] != "kept"]
    assert changed == [("dropped", "应"), ("added", "似宜")]
    assert answer["source"] == {"text": softer}


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (lambda: RelatedRequest(), BadRequest, "neither of a reference and a text"),
        (lambda: RelatedRequest("建议7", "押金"), BadRequest, "both of a reference and a text"),
        (lambda: RelatedRequest(REFERENCE, k=0), BadK, "k is 0"),
        (lambda: RelatedRequest(text=" \t"), EmptyQuery, "empty"),
        (lambda: RelatedRequest(text="押" * 2001), QueryTooLong, "2,001 characters"),
        (lambda: RelatedRequest("2019年会议建议3"), UnknownReference, "names no unit"),
        (lambda: RelatedRequest("第9段"), AmbiguousReference, "where one was expected"),
    ],
)
def test_bad_input_says_what_was_expected(
    library: Library, asked: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        related(library, asked())


def test_marks_are_those_of_wdiff() -> None:
    old, new = "缔约国应公布年度数据", "缔约国似宜公布数据"
    diff = comparison_json(compare(old, new), old, new)
    assert marked(diff, "old", old) == "缔约国[-应-]公布[-年度-]数据"
    assert marked(diff, "new", new) == "缔约国{+似宜+}公布数据"
    assert shift_text(diff) == "应 → 似宜（减弱）"
    assert shift_text(comparison_json(compare("数据", new), "数据", new)) == "无 → 似宜"
    assert shift_text(comparison_json(compare("数据", "数字"), "数据", "数字")) is None


def test_the_terminal_shows_both_wordings_and_the_duty(index: Path) -> None:
    shown = yinzheng(
        "related", "2031年会议建议1", "-k", "2", "--diff", "--by", "date", "--index", index
    ).stdout
    assert shown.startswith("对照：《2031年5月19日至21日")
    assert "（2030-06-03）\n   旧：[-文件指出" in shown
    assert "\n   约束力：应考虑 → 无\n" in shown
    by_stdin = yinzheng(
        "related", "--text", "-", "--diff", "--json", "--index", index, stdin="缔约方应当公布押金数额"
    )
    assert one_object(by_stdin)["source"] == {"text": "缔约方应当公布押金数额"}


def test_a_chain_in_json_is_that_of_the_search(library: Library, index: Path) -> None:
    answer = one_object(yinzheng("chain", REFERENCE, "--index", index, "--json"))
    assert answer == chain(library, REFERENCE)
    links = answer["links"]
    assert [link["asked"] for link in links].count(True) == 1
    assert all((link["score"] is None) == link["asked"] for link in links)
    assert all(link["score"] is None or link["score"] >= answer["threshold"] for link in links)
    assert [link["date"] for link in links] == sorted(link["date"] for link in links)
    by_citation = {link["citation"]: link for link in links}
    for link in links:
        if link["change"]:
            before = by_citation[link["change"]["since"]]
            assert before["date"] < link["date"]
            assert (link["change"]["before"], link["change"]["after"]) == (
                before["obligation"],
                link["obligation"],
            )


def test_a_chain_on_the_terminal(index: Path) -> None:
    done = yinzheng("chain", REFERENCE, "--index", index)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2030-06-03  《跨界河流")
    assert any(line.startswith("2031-05-19") and line.endswith("建议11（所查单元）") for line in lines)
    assert any(line.startswith("   约束力：") and "→" in line for line in lines)


def test_a_unit_alone_is_exit_code_1(index: Path) -> None:
    done = yinzheng("chain", "2031年会议第40段", "--index", index)
    assert done.returncode == 1
    assert "no unit of another document" in done.stderr


def test_http_gives_the_same_objects(index: Path, library: Library) -> None:
    with TestClient(create_app(index)) as client:
        params = {"ref": REFERENCE, "by": "date", "diff": "true", "k": "4"}
        expected = related(library, RelatedRequest(REFERENCE, k=4, by=Order.DATE, diff=True))
        assert client.get("/v1/related", params=params).json() == expected
        text = {"text": "缔约方应当公布押金数额"}
        assert client.get("/v1/related", params=text).json() == related(library, RelatedRequest(**text))
        assert client.get("/v1/chain", params={"ref": REFERENCE}).json() == chain(library, REFERENCE)
        for params in ({}, {"ref": REFERENCE, "text": "押金"}, {"ref": REFERENCE, "by": "size"}):
            response = client.get("/v1/related", params=params)
            assert response.status_code == 422
            assert response.headers["content-type"] == "application/problem+json"
        assert client.get("/v1/chain", params={"ref": "建议999"}).status_code == 404


def test_the_seeds_answer_in_little_time(seeds_index: Path) -> None:
    seeded = open_library(seeds_index)
    times = []
    for number in range(1, 40):
        start = time.process_time()
        answer = related(seeded, RelatedRequest(f"2019年会议建议{number}", diff=True))
        times.append(time.process_time() - start)
        assert len(answer["hits"]) == 10
        assert "003_1a2397df66d15e52" not in {hit["document"] for hit in answer["hits"]}
    seeded.close()
    assert sorted(times)[20] < 0.5  # far above the figure in the README: machines differ
