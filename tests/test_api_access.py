"""Who may ask: keys, scopes, rates, and addresses behind proxies."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.errors import BadInput
from api.service.app import create_app
from api.service.gate.access_keys import add_key
from api.service.gate.clients import Proxies, Rates, is_loopback
from api.service.policy import Policy, Scope
from tests.api_support import build_samples


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("access") / "index")


def refused(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    return body


def test_a_reader_of_feeds_gives_its_key_as_a_password(index: Path, tmp_path: Path) -> None:
    key = add_key(tmp_path / "keys.jsonl", "feeds", Scope.READ)
    policy = Policy(keys=tmp_path / "keys.jsonl")
    with TestClient(create_app(index, policy), client=("192.0.2.1", 1)) as client:
        for user, password in (("reader", key), ("", key), (key, "")):
            got = client.get("/v1/feed", params={"q": "押金"}, auth=(user, password))
            assert got.status_code == 200
            assert got.headers["content-type"].startswith("application/atom+xml")
            refused(client.get("/v1/search?q=押金", auth=(user, password)), 401)  # feeds alone
        asked = client.get("/v1/feed?q=押金")
        refused(asked, 401)
        assert 'Basic realm="yinzheng"' in asked.headers["www-authenticate"]
        for wrong in ("Basic", "Basic !!!", "Basic /w==", f"Basic {key}"):
            refused(client.get("/v1/feed?q=押金", headers={"Authorization": wrong}), 401)


def test_keys_open_what_their_scope_says(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    reading, writing = add_key(file, "a", Scope.READ), add_key(file, "b", Scope.WRITE)
    with TestClient(create_app(index, Policy(keys=file)), client=("192.0.2.1", 1)) as client:
        for path in ("/v1/search?q=a", "/v1/documents", "/openapi.json", "/metrics", "/v1/nothing"):
            none = client.get(path)
            assert "Authorization: Bearer" in refused(none, 401)["detail"]
            assert none.headers["www-authenticate"] == 'Bearer realm="yinzheng"'
            wrong = client.get(path, headers={"Authorization": f"Bearer {reading[:-1]}"})
            assert "invalid_token" in wrong.headers["www-authenticate"]
            refused(wrong, 401)
        for path in ("/healthz", "/readyz"):
            assert client.get(path).status_code == 200
        for headers in (
            {"Authorization": f"bearer {reading}"},
            {"X-API-Key": reading},
            {"X-API-Key": writing},
        ):
            assert client.get("/v1/search?q=押金", headers=headers).json()["hits"]
            assert client.get("/metrics", headers=headers).status_code == 200
        assert (
            "scope write was expected"
            in refused(client.post("/v1/reload", headers={"X-API-Key": reading}), 403)["detail"]
        )
        done = client.post("/v1/reload", headers={"X-API-Key": writing})
        assert done.json() == {"index_version": done.headers["x-index-version"], "opened": False}


def test_metrics_are_open_to_loopback_only(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    add_key(file, "a", Scope.READ)
    app = create_app(index, Policy(keys=file, proxies=("127.0.0.1",)))
    with TestClient(app, client=("127.0.0.1", 1)) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 401
        assert client.get("/v1/search?q=a").status_code == 401


def test_a_key_that_is_removed_from_the_file_ends(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "keys.jsonl"
    ended, kept = add_key(file, "a", Scope.READ), add_key(file, "b", Scope.READ)
    with TestClient(create_app(index, Policy(keys=file))) as client:

        def status(key: str) -> int:
            return client.get("/v1/documents", headers={"X-API-Key": key}).status_code

        assert (status(ended), status(kept)) == (200, 200)
        lines = [line for line in file.read_text().splitlines() if line and ended.split("_")[1] not in line]
        file.write_text("\n".join(lines))
        deadline = time.monotonic() + 5
        while status(ended) == 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (status(ended), status(kept)) == (401, 200)
        file.write_text("broken")
        os.utime(file, (1, 1))
        time.sleep(1.1)
        assert status(kept) == 200, "a file that cannot be read leaves the keys as they were"
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in logged].count("keys_not_read") == 1
    assert kept.split("_")[2] not in json.dumps(logged)
    assert kept.split("_")[1] in {line.get("key") for line in logged}


def test_above_the_rate_is_429_and_health_is_not_counted(index: Path) -> None:
    app = create_app(index, Policy(rate="3/minute", proxies=("10.0.0.0/8",)))
    with TestClient(app, client=("10.0.0.1", 1)) as client:
        first = {"X-Forwarded-For": "198.51.100.7"}
        left = [client.get("/v1/documents", headers=first).headers["ratelimit"] for _ in range(3)]
        assert [one.split(";")[1] for one in left] == ["r=2", "r=1", "r=0"]
        response = client.get("/v1/documents", headers=first)
        assert "more than 3 requests in 60 seconds" in refused(response, 429)["detail"]
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert response.headers["ratelimit-policy"] == '"client";q=3;w=60'
        assert client.get("/healthz", headers=first).status_code == 200
        assert client.get("/v1/documents", headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 200
        spoofed = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
        assert client.get("/v1/documents", headers=spoofed).status_code == 429


def test_each_key_has_a_rate_of_its_own_and_wrong_keys_share_that_of_their_address(
    index: Path, tmp_path: Path
) -> None:
    file = tmp_path / "keys.jsonl"
    one, two = add_key(file, "a", Scope.READ), add_key(file, "b", Scope.READ)
    with TestClient(create_app(index, Policy(keys=file, rate="2/minute"))) as client:

        def statuses(*keys: str) -> list[int]:
            return [client.get("/v1/documents", headers={"X-API-Key": key}).status_code for key in keys]

        assert statuses(one, one, one) == [200, 200, 429]
        assert statuses(two, two, two) == [200, 200, 429]
        assert statuses("yz_a", "yz_b", "yz_c") == [401, 401, 429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, <script>", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_believed_proxies_name_the_client(peer: str, forwarded: str, client: str) -> None:
    assert Proxies(["10.0.0.0/8"]).client(peer, forwarded) == client


def test_an_ipv6_client_counts_by_its_network() -> None:
    rates = Rates("1/minute")
    assert rates.take("2001:db8::1").granted
    assert not rates.take("2001:db8::ffff").granted
    assert rates.take("2001:db8:0:1::1").granted


def test_what_cannot_be_used_is_said() -> None:
    with pytest.raises(BadInput, match="600/minute"):
        Rates("often")
    with pytest.raises(BadInput, match=r"10\.0\.0\.0/8"):
        Proxies(["10.0.0.1/8"])
    assert [is_loopback(host) for host in ("localhost", "127.9.9.9", "::1", "0.0.0.0", "::", "example")] == [
        *(True, True, True),
        *(False, False, False),
    ]
