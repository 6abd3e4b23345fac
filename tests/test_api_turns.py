"""A worker that has lost every turn to work that does not end: what it says, and that it ends and is replaced."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from api.service.policy import Policy
from search.library import operations
from tests.api_support import build_samples
from tests.serving import served

STUCK = "卡住"


def wait_until(true: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := true()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(met)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("turns") / "index")


def test_a_service_without_turns_is_not_ready_and_asks_to_be_ended(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ended, search = threading.Event(), threading.Event(), operations.search

    def sometimes_stuck(library: Any, query: Any) -> Any:
        if STUCK in query.text:
            go_on.wait(60)
        return search(library, query)

    monkeypatch.setattr(operations, "search", sometimes_stuck)
    policy = Policy(at_once=2, wait_seconds=0.1, request_seconds=1.0, lost_seconds=3.0)
    with TestClient(create_app(index, policy, end=ended.set)) as client:

        def status(path: str) -> int:
            return client.get(path).status_code

        assert (status("/v1/search?q=" + STUCK), status("/readyz"), status("/v1/search?q=押金")) == (
            503,
            200,
            200,
        )
        assert (status("/v1/search?q=" + STUCK + "了"), status("/v1/search?q=押金收入")) == (503, 503)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:yinzheng:problem:busy")
        assert status("/healthz") == 200
        go_on.set()
        assert wait_until(lambda: status("/readyz") == 200, 10)
        assert not ended.is_set(), "the turns came back in time"
        go_on.clear()
        assert [status(f"/v1/search?q={STUCK}{at}") for at in range(2)] == [503, 503]
        assert ended.wait(30)
        go_on.set()


def test_a_worker_without_turns_ends_and_another_answers(tmp_path: Path, index: Path) -> None:
    bounds = {"AT_ONCE": "1", "WAIT_SECONDS": "0.2", "REQUEST_SECONDS": "0.5", "LOST_SECONDS": "6"}
    with served(
        tmp_path,
        index,
        module="tests.stuck_worker",
        **{f"YINZHENG_{name}": value for name, value in bounds.items()},
    ) as service:

        def status(path: str) -> int | None:
            try:
                return httpx.get(service.url + path, timeout=20).status_code
            except httpx.TransportError:
                return None

        assert status("/v1/search?q=" + STUCK) == 503
        assert (status("/readyz"), status("/v1/search?q=押金")) == (503, 503)
        assert wait_until(lambda: status("/v1/search?q=押金") == 200, 60)
        told = [event["event"] for event in service.events()]
        assert told.index("turns_lost") < told.index("worker_ends")
        assert sum("Spawning worker-1 " in str(event) for event in told) == 2
        assert status("/readyz") == 200
