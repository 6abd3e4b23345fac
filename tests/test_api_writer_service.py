"""The writer behind the service: settings alone turn it on, and a slow model holds up nobody else."""

import threading
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.errors import BadInput
from api.service.app import create_app
from api.service.policy import Policy
from api.service.settings import Settings, load_settings, writer_of
from api.writer.endpoint import parse_endpoint
from api.writer.errors import BadEndpoint
from api.writer.writer import Writer
from tests.api_support import build_samples
from tests.writer_endpoint import Reply, endpoint, garbage, said

QUESTION = "《河流公约》有多少个缔约方？"
TRUE = ("《河流公约》共有47个缔约方。", [1])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("writer") / "index", "packaged")


def test_without_settings_there_is_no_such_endpoint_and_nothing_is_asked(index: Path) -> None:
    with endpoint(said(TRUE)) as running, TestClient(create_app(index)) as client:
        assert client.get("/v1/summary", params={"q": QUESTION}).status_code == 404
        answer = client.get("/v1/ask", params={"q": QUESTION}).json()
        assert (answer["answered"], answer["summary"], answer["writer"]) == (True, None, None)
        assert "/v1/summary" not in client.get("/openapi.json").json()["paths"]
        assert running.requests == []


def test_a_summary_is_served_and_no_request_names_another_endpoint(index: Path) -> None:
    with endpoint(said(TRUE)) as running, endpoint(said(TRUE)) as other:
        app = create_app(index, writer=Writer(parse_endpoint(running.url, "fake")))
        with TestClient(app) as client:
            answer = client.get("/v1/summary", params={"q": QUESTION}).json()
            assert answer["summary"]["text"] == "《河流公约》共有47个缔约方。[1]"
            plain = client.get("/v1/ask", params={"q": QUESTION}).json()
            assert plain["summary"] is None
            assert plain["citations"] == answer["citations"]
            for name in ("llm", "llm_url", "url", "YINZHENG_LLM_URL", "model"):
                refused = client.get("/v1/summary", params={"q": QUESTION, name: other.url})
                assert refused.status_code == 422
            headers = {"X-Llm-Url": other.url, "YINZHENG-LLM-URL": other.url}
            client.get("/v1/summary", params={"q": QUESTION}, headers=headers)
            assert "/v1/summary" in client.get("/openapi.json").json()["paths"]
        assert len(running.requests) == 2
        assert other.requests == []


def test_a_failure_is_told_and_not_kept(index: Path) -> None:
    with (
        endpoint(Reply(b"{}", 500), said(TRUE)) as running,
        TestClient(create_app(index, writer=Writer(parse_endpoint(running.url)))) as client,
    ):
        first, second = (client.get("/v1/summary", params={"q": QUESTION}).json() for _ in range(2))
    assert (first["answered"], first["summary"], first["writer"]["outcome"]) == (True, None, "failed")
    assert second["writer"]["outcome"] == "written"


def test_searches_do_not_wait_for_a_slow_model(index: Path) -> None:
    with endpoint(garbage(b"", 0.05)) as running:
        app = create_app(index, Policy(at_once=1), writer=Writer(parse_endpoint(running.url, seconds=3.0)))
        with TestClient(app) as client:
            client.get("/v1/search", params={"q": "押金"})
            asking = [
                threading.Thread(target=client.get, args=(f"/v1/summary?q={QUESTION}",)) for _ in range(3)
            ]
            for thread in asking:
                thread.start()
            while len(running.requests) < len(asking):
                time.sleep(0.01)
            assert client.get("/v1/search", params={"q": "监测站"}).status_code == 200
            assert all(thread.is_alive() for thread in asking), "it came after a summary"
            for thread in asking:
                thread.join()


def test_settings_make_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert writer_of(Settings()) is None
    monkeypatch.setenv("YINZHENG_LLM_URL", "https://host/v1")
    monkeypatch.setenv("YINZHENG_LLM_KEY", "k-3")
    monkeypatch.setenv("YINZHENG_LLM_SECONDS", "7")
    settings = load_settings()
    writer = writer_of(settings)
    assert writer is not None
    assert writer.seconds == 7
    assert "k-3" not in repr(settings)
    monkeypatch.setenv("YINZHENG_LLM_URL", "file:///etc/passwd")
    with pytest.raises(BadEndpoint):
        writer_of(load_settings())
    monkeypatch.setenv("YINZHENG_LLM_SECONDS", "-1")
    with pytest.raises(BadInput, match="LLM_SECONDS"):
        load_settings()
