"""What every answer carries, the host that was asked for, other origins, and HEAD."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from api.service.policy import Policy
from tests.api_support import build_samples

ORIGIN = "https://library.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    index = build_samples(tmp_path_factory.mktemp("front") / "index")
    policy = Policy(hosts=("localhost", "::1"), origins=(ORIGIN,))
    with TestClient(create_app(index, policy), base_url="http://localhost:8765") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/v1/search?q=押金", 200), ("GET", "/v1/search", 422), ("GET", "/nothing", 404)),
        *(("DELETE", "/v1/search", 405), ("GET", "/healthz", 200), ("GET", "/metrics", 200)),
        *(("HEAD", "/v1/search?q=押金", 200), ("HEAD", "/nothing", 404), ("OPTIONS", "/v1/ask", 405)),
        *(("GET", "/openapi.json", 200), ("GET", "/v1/search/", 404), ("TRACE", "/v1/ask", 405)),
    ],
)
def test_every_answer_closes_the_doors_and_names_its_index(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    told = {
        name: answer.headers[name] for name in ("x-content-type-options", "cache-control", "referrer-policy")
    }
    assert told == {
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
    }
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-index-version"] == client.get("/readyz").json()["index_version"]
    assert "access-control-allow-origin" not in answer.headers


def test_head_is_get_without_a_body(client: TestClient) -> None:
    got, head = (client.request(method, "/v1/documents") for method in ("GET", "HEAD"))
    assert (head.content, head.headers["content-length"]) == (b"", str(len(got.content)))
    assert client.head("/v1/reload").headers["allow"] == "POST"


def test_a_method_not_allowed_names_all_that_are(client: TestClient) -> None:
    assert client.put("/v1/search").headers["allow"] == "GET, HEAD, POST"
    assert client.put("/v1/ask").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *(("localhost", 200), ("LOCALHOST:1", 200), ("[::1]:8765", 200), ("localhost.evil.example", 421)),
        *(
            ("evil.example", 421),
            ("[::1]evil.example", 421),
            ("localhost:80@evil.example", 421),
            ("evil.example:8765", 421),
            ("127.0.0.1", 421),
            ("", 400),
        ),
    ],
)
def test_other_hosts_are_refused(client: TestClient, host: str, status: int) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "YINZHENG_ALLOWED_HOSTS" in answer.json()["detail"]


def test_only_allowed_origins_may_read(client: TestClient) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key",
    }
    allowed = client.options("/v1/search", headers=asked)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "X-API-Key" in allowed.headers["access-control-allow-headers"]
    got = client.get("/v1/search?q=a", headers={"Origin": ORIGIN})
    assert got.headers["access-control-allow-origin"] == ORIGIN
    for wrong in (
        {**asked, "Origin": "https://evil.example"},
        {**asked, "Access-Control-Request-Method": "DELETE"},
    ):
        refused = client.options("/v1/search", headers=wrong)
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    other = client.get("/v1/search?q=a", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
