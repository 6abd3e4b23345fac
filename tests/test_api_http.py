"""The HTTP service over the sample documents."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.service.app import create_app
from search.library import Library, open_library, operations
from search.query import Query
from tests.api_support import build_samples

DOCUMENT = "meeting-report-2031"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("http") / "index")


@pytest.fixture(scope="module")
def app(index: Path) -> FastAPI:
    return create_app(index)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


def test_search_is_what_the_searcher_found(client: TestClient, library: Library) -> None:
    answer = client.get("/v1/search", params={"q": "押金", "k": 4}).json()
    assert answer == json.loads(json.dumps(operations.search(library, Query("押金", 4))))
    assert len(answer["hits"]) == 4
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2, 3, 4]
    assert list(answer["hits"][0])[:11] == [
        "rank",
        "score",
        "why",
        "document",
        "kind",
        "number",
        "item",
        "text",
        "headings",
        "citation",
        "span",
    ]


def test_search_posted_is_search(client: TestClient) -> None:
    filters: dict[str, Any] = {"k": 5, "kind": "recommendation", "document": DOCUMENT}
    got = client.get("/v1/search", params={"q": "押金", **filters})
    posted = client.post("/v1/search", json={"query": "押金", **filters})
    assert got.json() == posted.json() == client.post("/v1/search", json={"q": "押金", **filters}).json()
    assert {(hit["document"], hit["kind"]) for hit in got.json()["hits"]} == {(DOCUMENT, "recommendation")}


def test_every_span_is_a_slice_of_the_source_that_holds_the_unit(
    client: TestClient, library: Library
) -> None:
    for hit in client.get("/v1/search", params={"q": "押金", "k": 20}).json()["hits"]:
        start, end = hit["span"]
        source = library.snapshot.documents.source(hit["document"])[start:end]
        assert source.startswith(hit["text"][:1])
        assert source.endswith(hit["text"].rstrip()[-1])


def test_ask_quotes_verbatim(client: TestClient, library: Library) -> None:
    answer = client.get("/v1/ask", params={"q": "押金"}).json()
    assert answer["answered"] is True
    assert answer["reason"] is None
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation["verified"] is True
        source = library.snapshot.documents.source(citation["document"])
        assert "".join(citation["quote"].split()) in "".join(source.split())


@pytest.mark.parametrize("question", ["的", "？！", "zzqxv wvbbq"])
def test_ask_refuses(client: TestClient, question: str) -> None:
    answer = client.get("/v1/ask", params={"q": question}).json()
    assert (answer["answered"], answer["answer"], answer["citations"]) == (False, None, [])
    assert answer["reason"]


def test_a_unit_by_its_address(client: TestClient, library: Library) -> None:
    answer = client.get(f"/v1/units/{DOCUMENT}/recommendation/3", params={"context": 2}).json()
    assert (answer["document"], answer["kind"], answer["number"]) == (DOCUMENT, "recommendation", 3)
    assert [unit["number"] for unit in answer["context"]["before"]] == [1, 2]
    assert [unit["number"] for unit in answer["context"]["after"]] == [4, 5]
    assert answer["index_version"] == library.index_version


def test_an_item_by_its_address(client: TestClient, library: Library) -> None:
    place = next(place for place in library.places() if place.unit.items and place.unit.part is None)
    path = f"/v1/units/{place.unit.document}/{place.unit.kind}/{place.unit.number}"
    item = place.unit.items[-1]
    answer = client.get(path, params={"item": ".".join(item.path)}).json()
    assert answer["text"] == place.unit.text[item.start : item.end]
    start, end = answer["span"]
    source = library.snapshot.documents.source(place.unit.document)[start:end]
    assert source[0] == answer["text"][0]
    assert source[-1] == answer["text"].rstrip()[-1]
    assert f"({item.path[0]})" in answer["citation"]
    assert client.get(path, params={"item": "zz"}).status_code == 404


def test_related_stays_out_of_the_document(client: TestClient) -> None:
    answer = client.get("/v1/related", params={"ref": f"{DOCUMENT} 建议3", "k": 5}).json()
    assert answer["hits"]
    assert DOCUMENT not in {hit["document"] for hit in answer["hits"]}


def test_documents(client: TestClient, library: Library) -> None:
    answer = client.get("/v1/documents").json()
    counted = {document["document"]: document["paragraphs"] for document in answer["documents"]}
    assert counted == {
        stored.id: sum(
            1 for p in library.places() if p.unit.document == stored.id and p.unit.kind.value == "paragraph"
        )
        for stored in library.snapshot.documents
    }


def test_the_service_does_not_say_where_files_lie(client: TestClient, library: Library) -> None:
    told = operations.documents(library, with_paths=True)["documents"]
    assert all(Path(document.pop("path")).is_file() for document in told)
    answer = client.get("/v1/documents")
    assert answer.json()["documents"] == json.loads(json.dumps(told))
    assert all(stored.path not in answer.text for stored in library.snapshot.documents)


def test_citations_are_resolved(client: TestClient) -> None:
    text = "见2031年会议建议3；又见2031年会议建议999"
    found = client.get("/v1/citations/resolve", params={"text": text}).json()["citations"]
    assert [(c["text"][-3:], c["status"]) for c in found] == [("建议3", "exists"), ("999", "not_found")]
    assert all(text[slice(*c["span"])] == c["text"] for c in found)
    (unit,) = found[0]["units"]
    assert (unit["document"], unit["number"]) == (DOCUMENT, 3)


def test_cited_by(client: TestClient, library: Library) -> None:
    from corpus.citations.find import find_citations

    cited = next(c for place in library.places() for c in find_citations(place.text) if c.kind == "symbol")
    units = client.get("/v1/cited-by", params={"ref": cited.raw}).json()["units"]
    assert units
    assert all(cited.key in {c.key for c in find_citations(unit["text"])} for unit in units)


def test_operation(client: TestClient, library: Library) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "index_version": library.index_version}
    client.get("/v1/search", params={"q": "一个很特别的问题"})
    client.get("/wp-admin/一个很特别的路径")
    text = client.get("/metrics").text
    assert re.search(r'yinzheng_requests_total\{method="GET",route="/v1/search",status="200"\} [1-9]', text)
    assert 'route="unmatched",status="404"' in text
    assert f"yinzheng_index_units {float(len(library.snapshot.units))}" in text
    assert "特别" not in text


def test_request_ids(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    made = client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)


def test_the_description_has_an_example_for_every_answer(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {path for path in paths if path.startswith("/v1")} == {
        "/v1/search",
        "/v1/ask",
        "/v1/feed",
        "/v1/related",
        "/v1/chain",
        "/v1/units/{document}/{kind}/{number}",
        "/v1/documents",
        "/v1/citations/resolve",
        "/v1/citations/unresolved",
        "/v1/cited-by",
        "/v1/show",
        "/v1/compile",
        "/v1/reload",
    }
    for path, methods in paths.items():
        for operation in methods.values():
            assert operation["summary"]
            if path.startswith("/v1"):
                content = operation["responses"]["200"]["content"]
                kind = "application/atom+xml" if path == "/v1/feed" else "application/json"
                assert content[kind]["example"]


def test_the_examples_have_the_fields_of_the_answers(client: TestClient) -> None:
    from api.service.routes import examples

    hits = client.get("/v1/search", params={"q": "押金"}).json()
    assert set(examples.SEARCH) == set(hits)
    assert set(examples.SEARCH["hits"][0]) <= set(hits["hits"][0])
    assert set(examples.ASK) == set(client.get("/v1/ask", params={"q": "押金"}).json())
    resolved = client.get("/v1/citations/resolve", params={"text": "2031年会议建议3"}).json()
    assert set(examples.RESOLVED["citations"][0]) == set(resolved["citations"][0])
    listed = client.get("/v1/documents").json()["documents"][0]
    assert set(examples.DOCUMENTS["documents"][0]) <= set(listed)
