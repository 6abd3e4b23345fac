"""The command line as processes of its own, over the sample documents."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api_support import ROOT, SAMPLE_QUESTIONS, SAMPLES, build_samples, one_object, yinzheng

DOCUMENT = "meeting-report-2031"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("cli") / "index")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_index_twice_then_a_bad_file_then_prune(tmp_path: Path) -> None:
    folder, place = tmp_path / "documents", tmp_path / "index"
    shutil.copytree(SAMPLES, folder)
    first = one_object(yinzheng("index", folder, "--index", place, "--encoder", "hash", "--json"))
    assert (first["documents"], len(first["added"]), first["failures"]) == (3, 3, [])
    again = one_object(yinzheng("index", folder, "--index", place, "--json"))
    assert (again["encoded"], len(again["unchanged"])) == (0, 3), "the encoder of the index is kept"

    (folder / "empty.txt").write_text(" \n", encoding="utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    done = yinzheng("index", folder, "--index", place, "--json")
    assert done.returncode == 4
    report = one_object(done)
    assert {Path(failure["path"]).name: failure["error"] for failure in report["failures"]} == {
        "empty.txt": "EmptyFile",
        "picture.txt": "BinaryFile",
    }
    assert report["documents"] == 3
    assert "not read" in done.stderr
    assert "EmptyFile" in done.stderr

    gone = next(folder.glob(f"{DOCUMENT}.*"))
    gone.unlink()
    for bad in ("empty.txt", "picture.txt"):
        (folder / bad).unlink()
    assert one_object(yinzheng("index", folder, "--index", place, "--json"))["documents"] == 3
    pruned = one_object(yinzheng("index", folder, "--index", place, "--prune", "--json"))
    assert (pruned["documents"], pruned["removed"]) == (2, [DOCUMENT])


def test_a_document_without_numbers_is_indexed_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("今天天气很好。\n\n我们去了公园。\n", encoding="utf-8")
    done = yinzheng("index", tmp_path / "letter.txt", "--index", tmp_path / "i", "--encoder", "hash")
    assert done.returncode == 0
    assert "no_numbers" in done.stderr
    units = one_object(yinzheng("units", "--index", tmp_path / "i", "--json"))["units"]
    assert {unit["kind"] for unit in units} == {"block"}


def test_two_documents_of_one_name_in_two_folders_are_both_indexed(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text("1. 第一段。\n\n2. 第二段。\n", encoding="utf-8")
    done = yinzheng("index", tmp_path / "a", tmp_path / "b", "--index", tmp_path / "i", "--encoder", "hash")
    assert done.returncode == 0
    listed = yinzheng("documents", "--index", tmp_path / "i", "--json")
    ids = [one["document"] for one in json.loads(listed.stdout)["documents"]]
    assert len(set(ids)) == 2
    assert all(name.endswith("same") for name in ids)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 4), (b"PK\x03\x04\x00\x00", 4), (b"\xff\xff\xfe\x81\x00", 4), (None, 2)]
)
def test_nothing_readable(tmp_path: Path, content: bytes | None, code: int) -> None:
    path = tmp_path / "d.txt"
    if content is not None:
        path.write_bytes(content)
    done = yinzheng("index", path, "--index", tmp_path / "i", "--encoder", "hash")
    assert done.returncode == code, done.stderr
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_units_and_documents(index: Path) -> None:
    units = one_object(yinzheng("units", "--json", YINZHENG_INDEX=str(index)))["units"]
    assert list(units[0])[:8] == [
        "document",
        "kind",
        "number",
        "item",
        "text",
        "headings",
        "citation",
        "span",
    ]
    golden = lines((ROOT / "tests/data/sample_units.jsonl").read_text(encoding="utf-8"))
    assert len(units) == len(golden)
    documents = one_object(yinzheng("documents", "--index", index, "--json"))["documents"]
    counted = sum(document["paragraphs"] + document["recommendations"] for document in documents)
    assert counted == len([unit for unit in units if unit["kind"] != "block"])
    assert all({"title", "symbol", "anomalies", "encoding", "meeting"} <= set(d) for d in documents)


def test_search_for_people_and_for_programs(index: Path) -> None:
    done = yinzheng("search", "押金", "--index", index, "-k", "2")
    assert done.returncode == 0
    assert done.stdout.startswith("1. 《")
    assert "\x1b" not in done.stdout, "no colours where stdout is no terminal"
    found = one_object(yinzheng("search", "押金", "--index", index, "-k", "2", "--json"))
    assert found["query"] == "押金"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert found["hits"][0]["citation"] in done.stdout


def test_the_index_is_found_in_the_working_directory(tmp_path: Path, index: Path) -> None:
    shutil.copytree(index, tmp_path / ".yinzheng")
    assert yinzheng("search", "押金", "--json", cwd=tmp_path).returncode == 0


def test_batch_answers_in_input_order_and_goes_on_after_bad_lines(tmp_path: Path, index: Path) -> None:
    source = {"document": DOCUMENT, "kind": "recommendation", "number": 3}
    batch = tmp_path / "b.jsonl"
    rows: list[object] = [
        {"id": "q1", "query": "押金"},
        {"id": "p1", "query": None, "source": source},
        {"id": "e1", "query": " "},
        {"id": "e2", "source": {**source, "number": 999}},
        {"id": "e3", "query": "长" * 1_000_000},
        {"id": 6, "query": "2031年会议建议3"},
    ]
    batch.write_text("\n".join(json.dumps(row) for row in rows) + "\n{broken\n", encoding="utf-8")
    done = yinzheng("search", "--batch", batch, "--index", index, "-k", "3")
    assert done.returncode == 2
    answers = lines(done.stdout)
    assert [answer["id"] for answer in answers] == ["q1", "p1", "e1", "e2", "e3", 6, None]
    assert [len(answer.get("hits", [])) for answer in answers] == [3, 3, 0, 0, 0, 3, 0]
    assert DOCUMENT not in {hit["document"] for hit in answers[1]["hits"]}
    assert "line 3: the query is empty" in answers[2]["error"]
    assert "no recommendation 999" in answers[3]["error"]
    assert "line 7" in answers[6]["error"]
    assert "line 4" in done.stderr
    assert answers[5]["hits"][0]["number"] == 3
    alone = one_object(yinzheng("search", "押金", "--index", index, "-k", "3", "--json"))
    assert {"id": "q1", **alone} == answers[0]


def test_a_good_batch_from_standard_input_is_done(index: Path) -> None:
    done = yinzheng("ask", "--batch", "-", "--index", index, stdin='{"id": 1, "query": "押金"}\n')
    assert done.returncode == 0
    assert lines(done.stdout)[0]["answered"] is True


def test_ask_refuses_with_exit_code_1(index: Path) -> None:
    done = yinzheng("ask", "？！", "--index", index, "--json")
    assert done.returncode == 1
    answer = one_object(done)
    assert (answer["answered"], answer["answer"], answer["citations"]) == (False, None, [])
    assert answer["reason"]


def test_show_related_cited_by(index: Path) -> None:
    shown = one_object(yinzheng("show", "2031年会议建议3", "--index", index, "--context", "1", "--json"))
    assert (shown["document"], shown["kind"], shown["number"]) == (DOCUMENT, "recommendation", 3)
    assert [unit["number"] for part in ("before", "after") for unit in shown["context"][part]] == [2, 4]
    related = one_object(yinzheng("related", f"{DOCUMENT} 建议3", "--index", index, "--json"))
    assert DOCUMENT not in {hit["document"] for hit in related["hits"]}
    nothing = yinzheng("cited-by", "CTOC/COP/WG.4/1999/1", "--index", index, "--json")
    assert (nothing.returncode, one_object(nothing)["units"]) == (1, [])


def test_eval_and_verify_and_sample(index: Path) -> None:
    report = one_object(yinzheng("eval", SAMPLE_QUESTIONS, "--index", index, "--json"))
    assert report["systems"] == ["bm25", "dense", "fused"]
    counts = {name: group["count"] for name, group in report["types"].items()}
    assert counts["all"] == sum(count for name, count in counts.items() if name != "all")
    fused = report["types"]["all"]["fused"]
    assert 0 < fused["ndcg@10"]["low"] <= fused["ndcg@10"]["mean"] <= fused["ndcg@10"]["high"] <= 1
    assert report["latency_ms"]["fused"]["p50"] <= report["latency_ms"]["fused"]["p95"]
    verdict = one_object(yinzheng("verify", "--index", index, "--json"))
    assert (verdict["sound"], verdict["units"], verdict["problems"]) == (True, 119, [])
    assert verdict["index_version"] == report["index_version"]
    merged = one_object(yinzheng("optimize", "--index", index, "--json"))
    assert merged == {"index_version": report["index_version"], "segments_before": 1, "segments": 1}
    assert Path(yinzheng("sample").stdout.strip()) == SAMPLES


def test_a_reader_that_leaves_ends_the_command_quietly(index: Path) -> None:
    command = f"{sys.executable} -m api units --index {index} --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_search_loads_nothing_that_it_does_not_need(index: Path) -> None:
    code = (
        "import sys\nfrom api.cli import main\n"
        f"sys.argv[1:] = ['search', '押金', '--json', '--index', {str(index)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    unwanted = {
        *("fastapi", "starlette", "granian", "limits", "pydantic_settings", "prometheus_client", "structlog"),
        *("ir_measures", "torch", "sentence_transformers", "transformers", "rich", "jieba", "httpx"),
    }
    if find_spec("typer._adapters") is None:  # from typer 0.29 on, typer itself loads pydantic
        unwanted.add("pydantic")
    assert loaded & unwanted == set()
    assert "numpy" in loaded


def test_serve_answers_and_stops(index: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "api", "serve", "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        answer = _patiently(f"http://127.0.0.1:{port}/v1/search?q=押金&k=1", process)
        assert len(answer["hits"]) == 1
    finally:
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in stderr
    assert "curl" in stderr
    logged = [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]
    assert "request" in {line["event"] for line in logged}
    assert "押金" not in stderr
    assert "Traceback" not in stderr


def _patiently(url: str, process: subprocess.Popen[str]) -> dict[str, Any]:
    for _ in range(150):
        if process.poll() is not None:
            pytest.fail(f"the service ended: {process.communicate()[1]}")
        try:
            answer: dict[str, Any] = httpx.get(url, timeout=10).raise_for_status().json()
            return answer
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the service did not answer in 15 seconds")
