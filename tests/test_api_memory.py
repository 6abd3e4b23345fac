"""Memory that runs out anywhere is a sentence and an exit code, and costs neither index nor service."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.memory import LEAST, explained
from api.service.app import create_app
from indexer.care.verify import verify
from indexer.snapshot import open_snapshot
from models.encoders import quiet_runtime
from models.errors import DamagedModel
from tests.api_support import build_samples, yinzheng
from tests.indexer_fakes import write_reports


def exhausted(*_given: object, **_named: object) -> NoReturn:
    """Ask for more than there is, as numpy tells it."""
    np.empty(1 << 58)
    raise AssertionError("a machine with two exbibytes")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return build_samples(tmp_path / "index")


def assert_told(done: Any) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    *_progress, line = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert line.startswith(
        "yinzheng: no memory was left (Unable to allocate 2.00 EiB for an array with shape"
    )
    assert "raise the limit" in line


@pytest.mark.parametrize(
    "stage",
    [
        "indexer.build.collect_files",
        "indexer.merge.Plan.read",
        "indexer.claims.Claims.place",
        "indexer.build.encode_units",
        "indexer.publisher.make_segment",
        "indexer.publisher.write_segment",
        "indexer.publisher.commit",
    ],
)
def test_while_an_index_is_written(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    write_reports(tmp_path / "in")
    with open_snapshot(index) as snapshot:
        before = snapshot.index_version
    with monkeypatch.context() as patch:
        patch.setattr(stage, exhausted)
        assert_told(yinzheng("index", tmp_path / "in", "--index", index))
    with open_snapshot(index) as snapshot:
        assert snapshot.index_version == before
    assert verify(index) == []
    assert yinzheng("index", tmp_path / "in", "--index", index).returncode == 0
    with open_snapshot(index) as snapshot:  # and what was written in vain is gone
        named = {info.name for info in snapshot.manifest.segments}
        assert snapshot.documents.find("a") is not None
    assert {path.name for path in (index / "segments").iterdir()} >= named
    assert len(list((index / "segments").iterdir())) <= len(named) + 1


SEARCHES = [
    "indexer.snapshot.open_snapshot",
    "models.segmenter.Segmenter",
    "search.searcher.lexical_candidates",
    "search.searcher.dense_candidates",
    "search.searcher.add_document_evidence",
    "search.searcher.build_results",
    "search.library.operations.results_json",
]


@pytest.mark.parametrize("stage", SEARCHES)
def test_while_an_index_is_searched(index: Path, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    monkeypatch.setattr(stage, exhausted)
    assert_told(yinzheng("search", "押金", "--index", index))


def test_in_chinese(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.searcher.build_results", exhausted)
    told = yinzheng("ask", "押金是多少？", "--index", index, "--lang", "zh").stderr
    assert told.startswith("yinzheng: 内存不足。")


@pytest.fixture
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as client:
        yield client


@pytest.mark.parametrize("stage", SEARCHES[2:])
def test_while_the_service_answers(client: TestClient, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stage, exhausted)
        refused = client.get("/v1/search", params={"q": "押金"})
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:yinzheng:problem:out-of-memory")
    assert refused.json()["detail"].startswith("no memory was left")
    assert refused.headers["retry-after"] == "1"
    assert client.get("/v1/search", params={"q": "押金"}).json()["hits"]


@pytest.mark.parametrize(
    "said", ["std::bad_alloc", "[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer"]
)
def test_a_model_that_finds_no_memory_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def failing(*_given: object, **_named: object) -> NoReturn:
        raise RuntimeError(said)

    with pytest.raises(MemoryError):
        quiet_runtime.run(SimpleNamespace(run=failing), None, {})
    graph = tmp_path / "a.onnx"
    graph.write_bytes(b"no graph")
    with pytest.raises(DamagedModel):
        quiet_runtime.open_session(graph)
    monkeypatch.setattr("onnxruntime.InferenceSession", failing)
    with pytest.raises(MemoryError):
        quiet_runtime.open_session(graph)


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (RuntimeError("can't start new thread"), True),
        (ImportError("libopenblas.so: failed to map segment from shared object"), True),
        (OSError(12, "Cannot allocate memory"), True),
        (OSError(28, "No space left on device"), False),
        (RuntimeError("dictionary changed size during iteration"), False),
        (ValueError("bad_alloc"), False),
    ],
)
def test_what_counts_as_memory(error: Exception, is_memory: bool) -> None:
    assert (explained(error) is not error) is is_memory


def test_a_fault_of_the_program_is_no_lack_of_memory(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_given: object, **_named: object) -> NoReturn:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr("search.searcher.build_results", failing)
    with pytest.raises(RuntimeError, match="changed size"):
        yinzheng("search", "押金", "--index", index)


def test_little_room_is_told_beforehand(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.cli.address_space", lambda: LEAST // 2)
    done = yinzheng("search", "押金", "--index", index)
    assert done.returncode == 0
    assert (
        "warning: this process may use 512 MiB of address space; 1,024 or more were expected" in done.stderr
    )
    monkeypatch.setattr("api.cli.address_space", lambda: LEAST)
    assert "warning" not in yinzheng("search", "押金", "--index", index).stderr
