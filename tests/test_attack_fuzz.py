"""Generated requests and nasty strings to every operation: an answer as documented, and never a 5xx."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.api_support import build_samples
from tests.load.fuzz import NO_MODEL, fuzz, operations, takes_input
from tests.load.nasty import attempts, nasty_strings, throw
from tests.load.service import Service, running

CASES = 20  # of an operation; `make load-test` has 2,000
EVERY = 19  # of the nasty attempts; `make load-test` has all


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def service(index: Path) -> Iterator[Service]:
    with running(index, YINZHENG_LLM_URL=NO_MODEL) as service:
        yield service


def test_generated_requests_are_answered_as_documented(index: Path) -> None:
    counts = {}
    for label, operation in operations(index):
        counts[label] = fuzz(operation, CASES)
        assert counts[label] >= (CASES if takes_input(operation) else 1), label
    assert {"GET /v1/search", "POST /v1/search", "GET /v1/summary", "GET /v1/compile"} <= counts.keys()


def test_nasty_strings_are_answered(service: Service) -> None:
    schema = json.loads(service.get("/openapi.json")[2])
    assert "/v1/summary" in schema["paths"]
    made = list(attempts(schema))
    parameters = sum(
        len(one.get("parameters", [])) for path in schema["paths"].values() for one in path.values()
    )
    assert len(made) > parameters * len(nasty_strings()) > 5_000
    count, wrong = throw(service, islice(made, 0, None, EVERY))
    assert wrong == []
    assert count > 250
    assert service.errors() == []
    assert service.get("/v1/search?q=x&k=1")[0] == 200
