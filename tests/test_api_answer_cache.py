"""Kept answers: the same bytes, never of another index version, never more than the bound."""

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.service.answer_cache import AnswerCache
from api.service.app import create_app
from api.service.gate.facts import facts_of
from api.service.policy import Policy
from tests.api_support import SAMPLES, build_samples
from tests.test_api_metrics import value


def test_a_kept_answer_is_the_answer(tmp_path: Path) -> None:
    index = build_samples(tmp_path / "index")
    urls = [
        "/v1/search?q=押金&k=3",
        "/v1/search?q=押金&k=4",
        "/v1/ask?q=zzqxv+wvbbq",
        "/v1/related?ref=建议3",
        "/v1/documents",
    ]
    with (
        TestClient(create_app(index, Policy(cache_bytes=0))) as fresh,
        TestClient(create_app(index)) as kept,
    ):
        for url in urls:
            answers = [client.get(url) for client in (fresh, kept, kept)]
            assert len({answer.content for answer in answers}) == 1
            assert (
                len(
                    {
                        (a.status_code, a.headers["content-type"], a.headers["x-index-version"])
                        for a in answers
                    }
                )
                == 1
            )
            assert len({answer.headers["x-request-id"] for answer in answers}) == 3
        assert kept.head(urls[0]).content == b""
        text = kept.get("/metrics").text
        assert value(text, 'yinzheng_answers_total{kept="yes"}') == 6
        assert value(text, 'yinzheng_answers_total{kept="no"}') == 5
        assert value(text, "yinzheng_refusals_total") == 2
        assert value(text, 'yinzheng_hits_count{route="/v1/search"}') == 5
        assert "yinzheng_answers_total{" not in fresh.get("/metrics").text


def test_a_new_index_has_no_kept_answers(tmp_path: Path) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    index = build_samples(tmp_path / "index")
    with TestClient(create_app(index, reload_seconds=3600)) as client:
        before = client.get("/v1/search?q=珊瑚礁").json()
        (tmp_path / "new.txt").write_text("1. 珊瑚礁需要保护。\n\n2. 各国同意。\n", encoding="utf-8")
        build([SAMPLES, tmp_path / "new.txt"], index, load_encoder("hash"), Segmenter())
        assert client.get("/v1/search?q=珊瑚礁").json() == before
        reloaded = client.post("/v1/reload").json()
        after = client.get("/v1/search?q=珊瑚礁")
        assert reloaded == {"index_version": after.json()["index_version"], "opened": True}
        assert after.headers["x-index-version"] == after.json()["index_version"] != before["index_version"]
        assert after.json()["hits"][0]["document"] == "new"


async def _answered(cache: AnswerCache, query: bytes) -> bytes:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": "/v1/search", "query_string": query, "headers": []}
    await cache(scope, receive, send)
    return bytes(sent[1]["body"])


def test_no_more_bytes_are_kept_than_the_bound_and_the_oldest_go_first() -> None:
    import asyncio

    made: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        made.append(scope["query_string"])
        facts_of(scope).index_version = "1-a" if scope["query_string"] != b"late" else "2-b"
        size = 100_000 if scope["query_string"] == b"huge" else 9_000
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * size})

    async def scene() -> None:
        cache = AnswerCache(app, size=100_000, version=lambda: "1-a")
        for query in [b"q=%d" % number for number in range(12)] + [b"huge", b"late"]:
            await _answered(cache, query)
        assert cache._held <= 100_000
        made.clear()
        for query in (b"q=11", b"q=10", b"q=0", b"huge", b"late"):
            await _answered(cache, query)
        assert made == [b"q=0", b"huge", b"late"]

    asyncio.run(scene())
