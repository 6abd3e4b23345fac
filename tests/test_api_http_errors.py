"""Bad requests: each gets a problem document that says what was wrong, and none gets a 500."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from api.service.app import create_app
from api.service.gate.headers import MAX_BODY, BodyLimit
from search.library import Library
from tests.api_support import build_samples

NASTY = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u200b",
    "\ufeff",
    "\ufffe\uffff",
    "é" + "\u0301" * 50,
    "\u202e右到左",
    "🏳️‍🌈",
    "𠮷𡘙",
    "⼈⺠",
    "' OR 1=1 --",
    "(((",
    '"',
    "*:*",
    "a AND (b",
    "+-&|!{}[]^~?:\\/",
    "../../etc/passwd",
    "%s%n%00",
    "第99999999999999999999段",
    "建议" + "9" * 300,
    "第0段至第999999999段",
    "一" * 2000,
    "CTOC/COP/WG.4/" * 100,
    "《" * 500,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    index = build_samples(tmp_path_factory.mktemp("errors") / "index")
    with TestClient(create_app(index)) as client:
        yield client


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    return cast(dict[str, Any], body)


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 422, "query.q: Field required"),
        ("q=", 422, "the query is empty"),
        ("q=%00%20", 422, "the query is empty"),
        ("q=" + "a" * 2001, 422, "at most 2000 characters"),
        ("q=a&k=0", 422, "query.k: Input should be greater than or equal to 1"),
        ("q=a&k=-1", 422, "greater than or equal to 1"),
        ("q=a&k=1000000000", 422, "less than or equal to 100"),
        ("q=a&k=100000000000000000000", 422, "less than or equal to 100"),
        ("q=a&k=NaN", 422, "valid integer"),
        ("q=a&k=1e2", 422, "valid integer"),
        ("q=a&kind=annex", 422, "'paragraph', 'recommendation', 'article' or 'block'"),
        ("q=a&year=20199", 422, "less than or equal to 9999"),
        ("q=a&mode=magic", 422, "query.mode"),
        ("q=a&document=nobody", 422, "no document nobody"),
    ],
)
def test_bad_searches(client: TestClient, query: str, status: int, message: str) -> None:
    assert message in problem(client.get(f"/v1/search?{query}"), status)["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'{"k": 3}', 422),
        (b'{"query": "a", "k": NaN}', 422),
        (b'{"query": "a", "k": 1e20}', 422),
        (b'{"query": "a", "k": true}', 422),
        (b'{"query": "a", "k": 100000000000000000000}', 422),
        (b'{"query": "\\ud800"}', 422),
        (b'{"query": "a", "document": ["\\udfff"]}', 422),
        (b'{"query": "a", "\\ud800": 1}', 422),
        (b'{"query": "a", "year": [2019.5]}', 422),
        (b'{"query": "a", "unknown": 1}', 422),
        (b'{"query": "a", "k": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 60000, 400),
        (b'{"query": "\xff"}', 400),
    ],
)
def test_bad_bodies(client: TestClient, body: bytes, status: int) -> None:
    response = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert problem(response, status)["detail"]


@pytest.mark.parametrize("path", ["/v1/search", "/healthz"])
@pytest.mark.parametrize("declared", [True, False])
def test_long_bodies_are_refused(client: TestClient, path: str, declared: bool) -> None:
    content = b"x" * (MAX_BODY + 1) if declared else iter([b"x" * MAX_BODY, b"x"])
    response = client.request("POST", path, content=content)
    assert "65,536 bytes" in problem(response, 413)["detail"]


@pytest.mark.parametrize(("declared", "taken"), [(b"300000000", 0), (b"10", 65), (None, 65)])
def test_a_long_body_is_not_read_to_its_end(declared: bytes | None, taken: int) -> None:
    """It is refused by what is declared, else as soon as more has come than is allowed; nothing gets it."""
    pieces, sent = itertools.count(1), list[Message]()

    async def receive() -> Message:
        number = next(pieces)
        assert number < 100, "still reading"
        return {"type": "http.request", "body": b"x" * 1024, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def application(*_: object) -> None:
        pytest.fail("a body that is too long was passed on")

    headers = [(b"content-type", b"application/json")]
    headers += [] if declared is None else [(b"content-length", declared)]
    scope = {"type": "http", "method": "POST", "path": "/v1/search", "headers": headers}
    asyncio.run(BodyLimit(application)(scope, receive, send))
    assert sent[0]["status"] == 413
    assert next(pieces) == taken + 1


def test_the_longest_body_is_read(client: TestClient) -> None:
    body = json.dumps({"query": "押金"}).encode()
    padded = body + b" " * (MAX_BODY - len(body))
    response = client.post("/v1/search", content=padded, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/nothing", 404, "/openapi.json"),
        ("GET", "/v1/search/", 404, "/openapi.json"),
        ("DELETE", "/v1/search", 405, "DELETE is not allowed"),
        ("GET", "/v1/units/nobody/paragraph/1", 404, "no document 'nobody'"),
        ("GET", "/v1/units/meeting-report-2031/paragraph/9999", 404, "no paragraph 9999"),
        ("GET", "/v1/units/meeting-report-2031/annex/1", 422, "path.kind"),
        ("GET", "/v1/units/meeting-report-2031/paragraph/-1", 422, "path.number"),
        ("GET", "/v1/units/meeting-report-2031/paragraph/100000000000000000000", 422, "path.number"),
        ("GET", "/v1/related?ref=%E5%BB%BA%E8%AE%AE999", 404, "names no unit"),
        ("GET", "/v1/cited-by?ref=%E4%BD%A0%E5%A5%BD", 422, "nothing that can be cited"),
    ],
)
def test_other_errors(client: TestClient, method: str, path: str, status: int, message: str) -> None:
    body = problem(client.request(method, path), status)
    assert message in body["detail"]
    assert body["instance"] == path.split("?")[0]


def test_a_method_not_allowed_names_those_that_are(client: TestClient) -> None:
    assert "GET" in client.delete("/v1/documents").headers["allow"]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_strings_never_break_anything(client: TestClient, text: str) -> None:
    paths = {"/v1/search": "q", "/v1/ask": "q", "/v1/related": "ref", "/v1/citations/resolve": "text"}
    for path, name in {**paths, "/v1/cited-by": "ref"}.items():
        response = client.get(path, params={name: text})
        assert response.status_code in {200, 404, 422}, (path, response.text)
        response.json()
    posted = client.post("/v1/search", json={"query": text})
    assert posted.status_code in {200, 422}, posted.text


def test_without_an_index_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path)) as client:
        assert client.get("/healthz").status_code == 200
        assert "holds no index" in problem(client.get("/readyz"), 503)["detail"]
        refused = client.get("/v1/search", params={"q": "a"})
        assert "yinzheng index" in problem(refused, 503)["detail"]
        assert refused.headers["retry-after"] == "1"


class _Broken:
    """A library in which everything fails in a way that nobody foresaw."""

    index_version = "1-x"

    def __getattr__(self, name: str) -> Any:
        if name == "snapshot":
            return type("Empty", (), {"units": ()})()
        raise ZeroDivisionError("a secret of the inside")

    def close(self) -> None:
        return None


def test_what_nobody_foresaw_is_a_500_without_the_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(tmp_path, opener=lambda path: cast(Library, _Broken()))) as client:
        response = client.get("/v1/search", params={"q": "保密的问题"})
    body = problem(response, 500)
    assert "secret" not in response.text
    assert body["request_id"] == response.headers["x-request-id"]
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failure = next(line for line in logged if line["event"] == "unforeseen_error")
    assert failure["request_id"] == body["request_id"]
    assert "a secret of the inside" in failure["exception"]
    assert all("保密的问题" not in json.dumps(line, ensure_ascii=False) for line in logged)
    assert next(line for line in logged if line["event"] == "request")["status"] == 500
