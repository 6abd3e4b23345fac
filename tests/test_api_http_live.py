"""The service under load and across a rebuild of its index."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi.testclient import TestClient

from api.service.app import create_app
from tests.api_support import SAMPLES, build_samples

QUERIES = [
    "押金",
    "2031年会议建议3",
    "实验室比对",
    "拾荒者没有许可证会被罚款吗？",
    "押金 -k",
    "議定書",
    "deposit",
] * 6


def test_threads_get_the_answers_of_one_thread(tmp_path: Path) -> None:
    index = build_samples(tmp_path / "index")
    with TestClient(create_app(index)) as client:

        def ask(query: str) -> bytes:
            return client.get("/v1/search", params={"q": query}).raise_for_status().content

        one_by_one = [ask(query) for query in QUERIES]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, QUERIES)) == one_by_one


def test_a_rebuilt_index_answers_without_a_restart(tmp_path: Path) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    index = build_samples(tmp_path / "index")
    with TestClient(create_app(index, reload_seconds=0.05)) as client:
        before = client.get("/v1/documents").json()
        (tmp_path / "new.txt").write_text("1. 珊瑚礁需要保护。\n\n2. 各国同意。\n", encoding="utf-8")
        build([SAMPLES, tmp_path / "new.txt"], index, load_encoder("hash"), Segmenter())
        deadline = time.monotonic() + 10
        answer = before
        while answer["index_version"] == before["index_version"] and time.monotonic() < deadline:
            answer = client.get("/v1/documents").raise_for_status().json()
        assert {d["document"] for d in answer["documents"]} - {
            d["document"] for d in before["documents"]
        } == {"new"}
        hits = client.get("/v1/search", params={"q": "珊瑚礁"}).json()
        assert hits["index_version"] == answer["index_version"]
        assert (hits["hits"][0]["document"], hits["hits"][0]["number"]) == ("new", 1)
        shutil.rmtree(index)
        assert client.get("/readyz").status_code == 200, "the open generation outlives its files"
