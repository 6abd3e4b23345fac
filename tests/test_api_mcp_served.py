"""`/mcp` of a served index: the SDK's own client with a key, who is refused, what is counted, a newer index."""

import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.mcp import route
from api.service.app import create_app
from api.service.gate.access_keys import add_key
from api.service.policy import Policy, Scope
from tests.api_support import SAMPLES, build_samples
from tests.serving import Served, served

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import anyio
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

ORIGIN = "https://library.example"
TOOLS = {"search", "ask", "show", "precedents", "check_citations", "documents"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
Use = Callable[[Client], Awaitable[None]]


class Door:
    """A service with keys, and one that it lets in."""

    def __init__(self, service: Served, index: Path, key: str) -> None:
        self.service, self.index, self.key = service, index, key
        self.url = f"{service.url}/mcp"

    def using(self, use: Use, **how: Any) -> None:
        """Connect by the SDK's client with the key, and do something with it."""

        async def connected() -> None:
            own = create_mcp_http_client({"Authorization": f"Bearer {self.key}"})
            with anyio.fail_after(60):
                async with own, Client(streamable_http_client(self.url, http_client=own), **how) as client:
                    await use(client)

        anyio.run(connected)

    def post(self, body: Any = LIST, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(self.url, json=body, headers={"X-API-Key": self.key, **named})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("mcp")
    index, keys = build_samples(folder / "index"), folder / "keys.jsonl"
    key = add_key(keys, "assistant", Scope.READ)
    bounds = {"YINZHENG_ALLOW_ORIGINS": ORIGIN, "YINZHENG_RELOAD_SECONDS": "0.1"}
    with served(folder, index, "--keys", keys, workers=2, **bounds) as service:
        yield Door(service, index, key)


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


@pytest.mark.parametrize(
    "mode", ["auto", "legacy"]
)  # one request a call, or the handshake of earlier clients
def test_the_sdk_finds_quotes_and_reads(door: Door, mode: str) -> None:
    async def use(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        assert all(tool.input_schema["properties"] for tool in tools.values())
        assert all(tool.output_schema and tool.output_schema["properties"] for tool in tools.values())
        found = (await client.call_tool("search", {"query": "押金退还", "k": 2})).structured_content
        served_too = httpx.get(
            f"{door.service.url}/v1/search", params={"q": "押金退还", "k": 2}, headers={"X-API-Key": door.key}
        ).json()
        assert found["index_version"] == served_too["index_version"]
        assert [(hit["citation"], hit["quote"]) for hit in found["hits"]] == [
            (hit["citation"], hit["text"]) for hit in served_too["hits"]
        ]
        first = found["hits"][0]
        assert first["permalink"].startswith(f"{door.service.url}/d/")
        page = httpx.get(first["permalink"].partition("#")[0], headers={"X-API-Key": door.key})
        assert first["quote"] in page.text
        unit = (await client.read_resource(first["resource"])).contents[0].text
        assert json.loads(unit)["quote"] == first["quote"]
        lost = await client.call_tool("show", {"reference": "2031年会议建议99"})
        assert lost.is_error
        assert "Do not cite this reference" in lost.content[0].text

    door.using(use, mode=mode)


def test_who_may_not_enter_is_refused(door: Door) -> None:
    for headers in ({}, {"Authorization": f"Bearer {door.key[:-1]}"}):
        answer = httpx.post(door.url, json=LIST, headers=headers)
        assert "Authorization: Bearer" in refused(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    cookie = httpx.post(door.url, json=LIST, headers={"Cookie": f"yinzheng_key={door.key}"})
    refused(cookie, 401)  # a browser sends it for any page
    for foreign in ("https://evil.example", "null"):
        assert "YINZHENG_ALLOW_ORIGINS" in refused(door.post(Origin=foreign), 403)
    for known in (ORIGIN, door.service.url):
        assert door.post(Origin=known).status_code == 200
    assert "YINZHENG_ALLOWED_HOSTS" in refused(door.post(Host="evil.example"), 421)


def test_a_page_of_an_allowed_origin_may_send_what_clients_send(door: Door) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, mcp-protocol-version, mcp-method, mcp-name",
    }
    assert httpx.options(door.url, headers=asked).headers["access-control-allow-origin"] == ORIGIN
    refused(httpx.options(door.url, headers={**asked, "Origin": "https://evil.example"}), 403)


def test_what_is_no_call_is_refused_and_nothing_streams(door: Door) -> None:
    key = {"X-API-Key": door.key}
    for method in ("GET", "DELETE"):  # no session, and nothing that the service sends of its own accord
        answer = httpx.request(method, door.url, headers=key)
        refused(answer, 405)
        assert answer.headers["allow"] == "POST"
    assert refused(httpx.post(door.url, content=b"{}", headers=key), 415)
    assert refused(door.post({**LIST, "params": {"cursor": "x" * 70_000}}), 413)
    assert "parameter" in refused(httpx.post(f"{door.url}?q=a", json=LIST, headers=key), 422)
    assert door.post([LIST]).status_code == 400
    told = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    listen = {**LIST, "method": "subscriptions/listen", "params": {"_meta": told, "notifications": {}}}
    named = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
    answer = httpx.post(door.url, json=listen, headers={**key, **named, "Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")


def test_calls_are_counted_and_logged_as_requests(door: Door) -> None:
    async def use(client: Client) -> None:
        await client.call_tool("search", {"query": "押金", "k": 3})
        await client.call_tool("ask", {"question": "火星上有多少个缔约方？"})

    door.using(use)
    text = httpx.get(f"{door.service.url}/metrics").text
    assert 'yinzheng_requests_total{method="POST",route="/mcp",status="200"}' in text
    assert 'yinzheng_hits_count{route="/mcp"}' in text
    refusals = [line for line in text.splitlines() if line.startswith("yinzheng_refusals_total")]
    assert float(refusals[0].rpartition(" ")[2]) >= 1
    calls = [event for event in door.service.events() if event.get("route") == "/mcp"]
    assert {event["key"] for event in calls if event["status"] == 200} == {door.key.split("_")[1]}
    assert any("index_version" in event for event in calls)
    assert "押金" not in json.dumps(calls, ensure_ascii=False)


def test_a_newer_index_is_seen(door: Door, tmp_path: Path) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    (tmp_path / "new.txt").write_text("1. 珊瑚礁需要保护。\n\n2. 各国同意。\n", encoding="utf-8")

    async def use(client: Client) -> None:
        before = (await client.call_tool("documents", {})).structured_content
        build([SAMPLES, tmp_path / "new.txt"], door.index, load_encoder("hash"), Segmenter())
        after, deadline = before, time.monotonic() + 20
        while after["index_version"] == before["index_version"] and time.monotonic() < deadline:
            after = (await client.call_tool("documents", {})).structured_content
        assert after["total"] == before["total"] + 1
        shown = await client.read_resource("yinzheng://documents/new")
        assert "珊瑚礁需要保护。" in shown.contents[0].text

    door.using(use)


def test_requests_wait_for_turns_and_are_counted_for_rates(tmp_path: Path) -> None:
    app = create_app(build_samples(tmp_path / "index"), Policy(rate="2/minute"))
    with TestClient(app) as client:
        codes = [client.post("/mcp", json=LIST).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
    app = create_app(tmp_path / "index", Policy(waiting=0))
    with TestClient(app) as client:
        client.portal.call(app.state.turns[0].take)
        client.portal.call(app.state.turns[0].take)
        assert client.post("/mcp", json=LIST).status_code == 503


def test_while_no_index_is_open_a_call_says_so(tmp_path: Path) -> None:
    call = {**LIST, "method": "tools/call", "params": {"name": "documents", "arguments": {}}}
    with TestClient(create_app(tmp_path / "nothing")) as client:
        result = client.post("/mcp", json=call).json()["result"]
        assert result["isError"]
        assert "Call again in a minute" in result["content"][0]["text"]
        assert str(tmp_path) not in json.dumps(result)


@pytest.mark.parametrize("absent", ["mcp", "mcp.server"])  # no SDK, or another thing of that name
def test_without_the_sdk_the_path_says_what_to_install(
    samples_index: Path, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    monkeypatch.setattr(route, "_server", route._server.__wrapped__)  # as in a process that has not asked yet
    for name in [name for name in sys.modules if name.startswith("api.mcp.") and name != "api.mcp.route"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, absent, None)
    with TestClient(create_app(samples_index)) as client:
        answer = client.post("/mcp", json=LIST)
        assert answer.status_code == 501
        assert answer.headers["content-type"] == "application/problem+json"
        assert 'pip install "yinzheng[mcp]"' in answer.json()["detail"]
        assert client.get("/mcp").status_code == (501 if absent == "mcp" else 405)
        assert client.get("/v1/search?q=押金&k=1").json()["hits"]
        assert "/mcp" in client.get("/openapi.json").json()["paths"]
