"""Endpoints beside search and answers: show, compile, posted texts; parameters that are refused."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.bounds import MAX_PASTED
from api.service.app import create_app
from corpus.types import UnitKind
from search.library import Library, open_library, operations
from search.library.compilation import compile_index
from tests.api_support import build_samples


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("endpoints") / "index")


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as client:
        yield client


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_show_is_what_the_command_shows(client: TestClient, library: Library) -> None:
    got = client.get("/v1/show", params={"ref": "2031年会议建议7(c)", "context": 1}).json()
    assert got == plain(operations.show(library, "2031年会议建议7(c)", 1))
    assert client.get("/v1/show?ref=建议999").status_code == 404
    assert client.get("/v1/show?ref=建议1&context=101").status_code == 422


def test_documents_come_whole_or_in_pages(client: TestClient, library: Library) -> None:
    whole = client.get("/v1/documents").json()
    assert whole == plain(operations.documents(library, with_paths=False))
    names = [document["document"] for document in whole["documents"]]
    assert whole["total"] == len(names) == len(set(names)) == len(library.snapshot.documents) == 3
    for size in (1, 2, 3, 1000):
        pages = [client.get(f"/v1/documents?limit={size}&offset={at}").json() for at in range(0, 6, size)]
        assert [document for page in pages for document in page["documents"]] == whole["documents"]
        assert {page["total"] for page in pages} == {3}
    assert client.get("/v1/documents?offset=1").json()["documents"] == whole["documents"][1:]
    for wrong in ("limit=0", "limit=1001", "offset=-1", "offset=1000001", "limit=x"):
        assert client.get(f"/v1/documents?{wrong}").status_code == 422


def test_compile_is_what_the_command_compiles(client: TestClient, library: Library) -> None:
    compiled = plain(compile_index(library))
    assert client.get("/v1/compile").json() == compiled
    assert compiled["units"] > 0
    rows = list(csv.reader(io.StringIO(client.get("/v1/compile?format=csv").content.decode())))
    assert {row[2] for row in rows[1:]} == {e["text"] for g in compiled["groups"] for e in g["entries"]}
    page = client.get("/v1/compile?format=html&by=strength&year=2031")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"].startswith("attachment; ")
    assert page.headers["x-index-version"] in page.text
    both = client.get("/v1/compile?kind=paragraph&kind=recommendation").json()
    assert both == plain(compile_index(library, kinds=[UnitKind.PARAGRAPH, UnitKind.RECOMMENDATION]))
    assert client.get("/v1/compile?bom=true").status_code == 422


def test_more_units_than_the_bound_are_not_compiled(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.service.routes.compiling.MAX_IN_WORD", 3)
    assert "at most 3 are compiled" in client.get("/v1/compile?format=docx").json()["detail"]
    assert client.get("/v1/compile?format=md").status_code == 200
    monkeypatch.setattr("api.service.routes.compiling.MAX_COMPILED", 4)
    answer = client.get("/v1/compile?format=md")
    assert answer.status_code == 422
    assert "at most 4 are compiled" in answer.json()["detail"]


def test_a_posted_text_is_resolved_as_in_the_query(client: TestClient) -> None:
    text = "见2031年会议建议3；又见2031年会议建议999"
    got = client.get("/v1/citations/resolve", params={"text": text})
    assert client.post("/v1/citations/resolve", json={"text": text}).json() == got.json()
    long = "无。" * (MAX_PASTED // 2 - 20) + text
    found = client.post("/v1/citations/resolve", json={"text": long}).json()["citations"]
    assert [one["status"] for one in found] == ["exists", "not_found"]
    assert client.post("/v1/citations/resolve", json={"text": "无" * (MAX_PASTED + 1)}).status_code == 422
    assert client.post("/v1/citations/resolve", json={"text": "\x00"}).status_code in {200, 422}


def test_more_citations_than_the_bound_are_not_resolved(client: TestClient) -> None:
    assert (
        len(client.post("/v1/citations/resolve", json={"text": "建议1至99。" * 100}).json()["citations"])
        == 100
    )
    answer = client.post("/v1/citations/resolve", json={"text": "建议1至99。" * 101})
    assert (answer.status_code, "101 citations; at most 100" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize("escaped", ["%ED%A0%80", "%FF%FE", "%C0%AF", "%F4%90%80%80"])
def test_bytes_that_are_no_unicode_are_told(client: TestClient, escaped: str) -> None:
    answer = client.get(f"/v1/search?q={escaped}")
    assert (answer.status_code, "UTF-8" in answer.json()["detail"]) == (422, True)
    for path in (f"/v1/units/{escaped}/paragraph/1", f"/v1/{escaped}"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "/v1/search?q=a&documnet=x",
            "query.documnet: there is no such parameter here; known are: q, k, kind",
        ),
        ("/v1/search?q=a&q=b", "query.q: is given more than once"),
        ("/v1/ask?q=a&k=3", "query.k: there is no such parameter"),
        ("/v1/documents?page=2", "known are: limit, offset"),
        ("/v1/related?ref=a&document=a&document=b", "query.document: is given more than once"),
    ],
)
def test_parameters_that_would_be_ignored_are_refused(client: TestClient, url: str, told: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert told in answer.json()["detail"]
    assert client.get("/v1/search?q=a&kind=paragraph&kind=recommendation").status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_is_not_declared_as_json_is_not_read(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/search", content=b'{"query": "a"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")
    declared = {"Content-Type": "application/json; charset=utf-8"}
    assert client.post("/v1/search", content=b'{"query": "a"}', headers=declared).status_code == 200


def test_the_description_tells_every_error_and_the_keys(client: TestClient, index: Path) -> None:
    described = client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if not path.startswith("/v1"):
                continue
            told = set(operation["responses"])
            assert {"200", "401", "403", "421", "422", "429", "500", "503"} <= told
            if method == "post" and "requestBody" in operation:
                assert {"400", "408", "413", "415"} <= told
            for status, response in operation["responses"].items():
                assert "X-Index-Version" in response["headers"]
                if status != "200":
                    shown = response["content"]["application/problem+json"]["example"]
                    assert str(shown["status"]) == status
            assert {} in operation["security"], "no key is needed here"
    assert described["components"]["schemas"]["Problem"]["required"]


def test_an_answer_is_never_of_a_body_that_broke_off(index: Path) -> None:
    import asyncio

    sent: list[Any] = []
    pieces = iter(
        [{"type": "http.request", "body": b'{"query": "a"}', "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Any:
        return next(pieces)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"a"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/search",
        "query_string": b"",
    }
    asyncio.run(create_app(index)({**scope, "headers": headers}, receive, send))
    assert sent[0]["status"] == 400
