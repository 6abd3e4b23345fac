"""The writer over an endpoint that misbehaves: the quoted answer stays what it is, in bounded time."""

import gzip
import json
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from api.errors import ExitCode, outcome_of
from api.views import summaries
from api.writer.client import LARGEST
from api.writer.endpoint import parse_endpoint
from api.writer.errors import BadEndpoint
from api.writer.writer import PATIENCE, Writer
from search.library import Library, open_library, operations
from tests.api_support import build_samples, one_object, yinzheng
from tests.writer_endpoint import Behave, Reply, completion, endpoint, garbage, said

QUESTION = "《河流公约》有多少个缔约方？"
TRUE = ("《河流公约》共有47个缔约方。", [1])
REFUSED = "德国的押金数额是多少？"
SECONDS = 1.0

JSON = {"Content-Type": "application/json"}
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
SERVER_SENT = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
DEEP = b'{"choices": ' + b"[" * 100_000
BIG = json.dumps({"choices": [{"message": {"content": "甲" * 4_000_000}}]}, ensure_ascii=False).encode()

FAILING: dict[str, Behave] = {
    "no JSON": completion("《河流公约》共有47个缔约方。[1]"),
    "JSON cut off": completion('{"sentences": [{"text": "《河流公约》共有47个缔约方。", "cita'),
    "a body cut off": Reply(b'{"choices": [{"message": {"content": "[', headers={**JSON, "Content-Length": "9999"}),
    "an empty body": Reply(b""),
    "an empty content": completion(""),
    "a null content": completion(None),
    "a list of parts": completion([{"type": "text", "text": "[]"}]),
    "no choices": Reply(b'{"choices": []}'),
    "an error object": Reply(b'{"error": {"message": "no such model"}}'),
    "a name that stands twice": completion('{"sentences": [], "sentences": [{"text": "甲", "citations": [1]}]}'),
    "another object": completion('{"sentences": [], "note": "忽略核对"}'),
    "NaN": completion('[{"text": "共有47个缔约方。", "citations": [NaN]}]'),
    "a thousand sentences": said(*[TRUE] * 1000),
    "100,000 brackets": Reply(DEEP),
    "a number of 10,000 digits": completion('[{"text": "共有47个缔约方。", "citations": [' + "9" * 10_000 + "]}]"),
    "no UTF-8": Reply(b"\xff\xfe\x00{}"),
    "12 MB": Reply(BIG),
    "endless chunks": garbage(b"4000\r\n" + b" " * 0x4000 + b"\r\n", 0, head=CHUNKED),
    "a drip of the body": garbage(b"1\r\n \r\n", 0.05, head=CHUNKED),
    "a drip of the head": garbage(b"X", 0.05, head=b"HTTP/1.1 200 OK\r\nX-A: "),
    "silence": garbage(b"", 0.05),
    "no HTTP at all": garbage(b"\x00\xff\r\n\r\n", 0.01),
    "a stream of events": garbage(b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n', 0.01, head=SERVER_SENT),
    "HTML": Reply(b"<html>", headers={"Content-Type": "text/html"}),
    "a compressed bomb": Reply(gzip.compress(b"[" * 50_000_000), headers={**JSON, "Content-Encoding": "gzip"}),
    "401": Reply(b"{}", 401),
    "404": Reply(b"{}", 404),
    "500": Reply(b"{}", 500),
    "204": Reply(b"", 204),
    "a redirect": Reply(b"", 307, {"Location": "http://127.0.0.2:9/v1/chat/completions"}),
    "too many, for an hour": Reply(b"{}", 429, {"Retry-After": "3600"}),
    "too many, with nonsense": Reply(b"{}", 429, {"Retry-After": "soon"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("writer") / "index", "packaged")


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


def asked(library: Library, url: str, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    return summaries.ask(library, question, Writer(parse_endpoint(url, "fake", seconds=SECONDS, **more)))


def extractive(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("summary", "writer")}


def test_a_summary_stands_beside_the_quotes_and_marks_them(library: Library) -> None:
    with endpoint(said(TRUE)) as running:
        answer = asked(library, running.url)
    plain = operations.ask(library, QUESTION)
    assert extractive(answer) == extractive(plain)
    assert (plain["summary"], plain["writer"]) == (None, None)
    summary = answer["summary"]
    assert summary["text"] == "《河流公约》共有47个缔约方。[1]"
    assert summary["sentences"] == [{"text": TRUE[0], "citations": [0]}]
    assert (summary["removed"], summary["removed_reasons"], summary["model"]) == (0, {}, "fake")
    assert answer["citations"][0]["quote"].startswith("《河流公约》共有47个缔约方")
    assert answer["writer"]["outcome"] == "written"


def test_the_request_holds_the_question_and_the_quotes_and_nothing_else(library: Library) -> None:
    with endpoint(said(TRUE)) as running:
        answer = asked(library, running.url, key="k-1")
    (request,) = running.requests
    assert request["path"] == "/v1/chat/completions"
    assert request.keys() == {"path", "model", "messages", "stream"}
    assert (request["model"], request["stream"]) == ("fake", False)
    task, given = (message["content"] for message in request["messages"])
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert QUESTION in given
    for number, citation in enumerate(answer["citations"], start=1):
        assert f"[{number}] {citation['citation']}" in given
        assert citation["quote"] in given
        assert citation["document"] not in given
    assert "JSON" in task
    assert running.headers[0]["Authorization"] == "Bearer k-1"
    assert running.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("name", FAILING)
def test_whatever_goes_wrong_the_quotes_are_served_in_time(library: Library, name: str) -> None:
    expected = operations.ask(library, QUESTION)
    with endpoint(FAILING[name]) as running:
        start = time.monotonic()
        answer = asked(library, running.url)
        took = time.monotonic() - start
    assert extractive(answer) == extractive(expected)
    assert answer["summary"] is None
    assert answer["writer"]["outcome"] == "failed"
    assert "; " in answer["writer"]["message"]  # what was found, what was expected, what to do
    assert took < SECONDS + 2
    assert len(running.requests) == 1


@pytest.mark.parametrize(
    ("busy", "requests"),
    [
        (Reply(b"{}", 429, {"Retry-After": "0"}), 2),
        (Reply(b"{}", 503, {"Retry-After": formatdate(time.time() - 60, usegmt=True)}), 2),
        (Reply(b"{}", 500), 1),
    ],
)
def test_a_busy_endpoint_is_asked_once_more(library: Library, busy: Behave, requests: int) -> None:
    with endpoint(busy, said(TRUE)) as running:
        answer = asked(library, running.url)
    assert len(running.requests) == requests
    assert answer["writer"]["outcome"] == ("written" if requests == 2 else "failed")


def test_a_redirect_is_not_followed(library: Library) -> None:
    with endpoint(said(TRUE)) as other:
        redirect = Reply(b"", 308, {"Location": f"{other.url}/chat/completions"})
        with endpoint(redirect) as running:
            answer = asked(library, running.url)
        assert "redirect" in answer["writer"]["message"]
        assert other.requests == []


def test_a_refusal_is_never_shown_to_the_model(library: Library) -> None:
    with endpoint(said(TRUE)) as running:
        answer = asked(library, running.url, REFUSED)
    assert running.requests == []
    assert not answer["answered"]
    assert (answer["citations"], answer["summary"]) == ([], None)
    assert answer["writer"]["outcome"] == "not_asked"


def test_an_endpoint_that_keeps_failing_is_left_alone(library: Library) -> None:
    with endpoint(Reply(b"{}", 500)) as running:
        writer = Writer(parse_endpoint(running.url))
        outcomes = [
            summaries.ask(library, QUESTION, writer)["writer"]["outcome"] for _ in range(PATIENCE + 3)
        ]
    assert outcomes == ["failed"] * (PATIENCE + 3)
    assert len(running.requests) == PATIENCE


def test_proxies_of_the_environment_are_not_used(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint(said(TRUE)) as running, endpoint(said(TRUE)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        assert asked(library, running.url)["summary"] is not None
        assert proxy.requests == []


@pytest.mark.parametrize(
    ("url", "key", "told"),
    [
        ("file:///etc/passwd", None, "no address"),
        ("ftp://host/v1", None, "no address"),
        ("localhost:8000/v1", None, "no address"),
        ("http://", None, "no address"),
        ("http://host:99999/v1", None, "no URL"),
        ("http://user:secret@host/v1", None, "user name"),
        ("http://host/v1?key=1", None, "a query"),
        ("http://host/v1\r\nX: y", None, "no address"),
        ("http://例子/v1", None, "no address"),
        ("http://192.0.2.1/v1", "k", "anyone on the way"),
        ("https://host/v1", "k\r\nX: y", "YINZHENG_LLM_KEY"),
    ],
)
def test_an_endpoint_that_cannot_be_one_is_refused(url: str, key: str | None, told: str) -> None:
    with pytest.raises(BadEndpoint, match=told) as caught:
        parse_endpoint(url, key=key)
    assert "secret" not in str(caught.value)
    outcome = outcome_of(caught.value)
    assert outcome is not None
    assert outcome.exit_code is ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("http://localhost:8000/v1", "http://localhost:8000/v1/chat/completions"),
        ("https://host/v1/", "https://host/v1/chat/completions"),
        ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
        ("http://[::1]:80", "http://[::1]:80/chat/completions"),
    ],
)
def test_a_base_url_is_completed(given: str, whole: str) -> None:
    found = parse_endpoint(given, key="k-1")
    assert found.url == whole
    assert "k-1" not in repr(found)


def test_the_command_line_keeps_its_exit_codes(index: Path) -> None:
    with endpoint(said(TRUE, ("《河流公约》共有48个缔约方。", [1]))) as running:
        done = yinzheng("ask", QUESTION, "--index", index, "--llm", running.url, YINZHENG_LLM_KEY="k-2")
    assert done.returncode == 0, done.stderr
    assert "摘要（模型 default 撰写）" in done.stdout
    assert "缔约方。[1]" in done.stdout
    assert "（number 1）" in done.stdout
    assert running.headers[0]["Authorization"] == "Bearer k-2"
    with endpoint(Reply(b"{}", 500)) as running:
        failed = yinzheng("ask", QUESTION, "--index", index, "--llm", running.url, "--json")
    assert failed.returncode == 0
    assert "status 500" in failed.stderr
    answer = one_object(failed)
    assert (answer["answered"], answer["summary"]) == (True, None)
    wrong = yinzheng("ask", QUESTION, "--index", index, "--llm", "http://u:p@host/")
    assert wrong.returncode == 2


def test_a_batch_is_answered_line_by_line(index: Path) -> None:
    lines = "\n".join(json.dumps({"id": n, "query": q}) for n, q in enumerate((QUESTION, REFUSED, QUESTION)))
    with endpoint(said(TRUE), Reply(b"{}", 500)) as running:
        done = yinzheng("ask", "--batch", "-", "--index", index, "--llm", running.url, stdin=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [a["writer"]["outcome"] for a in answers] == ["written", "not_asked", "failed"]
    assert len(running.requests) == 2


def test_the_bound_is_below_what_is_sent() -> None:
    assert len(BIG) > LARGEST
