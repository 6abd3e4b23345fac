"""The nasty strings at every parameter of every operation: an answer each time, and never a 5xx."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.load.service import ROOT, Service

__all__ = ["Attempt", "attempts", "nasty_strings", "nasty_texts", "throw"]

STRINGS = ROOT / "tests" / "data" / "nasty_strings.jsonl"
TOO_MANY = 20
UNSENDABLE = (
    60_000  # characters of a request line: beyond, the server may refuse before any of this code runs
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: what it tries, and its bytes apart from the head."""

    name: str
    method: str
    target: str
    body: bytes | None = None


def nasty_strings(path: Path = STRINGS) -> list[tuple[str, str]]:
    """`(name, already percent-encoded text)` of every line but the first, which says where they come from."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "source" in json.loads(lines[0])
    return [(row["name"], _encoded(row)) for row in map(json.loads, lines[1:])]


def nasty_texts(path: Path = STRINGS) -> list[tuple[str, str]]:
    """`(name, text)` of those that are texts rather than bytes."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines()[1:])
    return [(row["name"], row["text"] * int(row.get("times", 1))) for row in rows if "text" in row]


def attempts(schema: dict[str, Any]) -> Iterator[Attempt]:
    """Each string at each parameter of each operation of /openapi.json, and in bodies as JSON."""
    strings = nasty_strings()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            for parameter in parameters:
                for name, text in strings:
                    label = f"{method} {path} {parameter['name']}: {name}"
                    yield Attempt(label, method.upper(), _target(path, parameters, parameter, text))
            if "requestBody" in operation:
                for name, body in _bodies(strings):
                    yield Attempt(f"{method} {path} body: {name}", method.upper(), path, body)


def throw(service: Service, made: Iterator[Attempt]) -> tuple[int, list[str]]:
    """Send all; how many, and what went wrong: 5xx but 503, no answer within 20 s, an error in no form of errors."""
    wrong, count = [], 0
    connection = HTTPConnection("127.0.0.1", service.port, timeout=20)
    for attempt in made:
        if len(wrong) >= TOO_MANY:
            wrong.append("and more, which were not looked for")
            break
        count += 1
        try:
            headers = {} if attempt.body is None else {"Content-Type": "application/json"}
            connection.putrequest(attempt.method, attempt.target, skip_accept_encoding=True)
            for key, value in headers.items():
                connection.putheader(key, value)
            if attempt.body is not None:
                connection.putheader("Content-Length", str(len(attempt.body)))
            connection.endheaders()
            with suppress(BrokenPipeError, ConnectionResetError):  # refused unread; the answer is there
                connection.send(attempt.body or b"")
            answer = connection.getresponse()
            kind, content = answer.getheader("content-type") or "", answer.read()
        except (OSError, HTTPException) as error:
            connection.close()
            if len(attempt.target) < UNSENDABLE and len(attempt.body or b"") < UNSENDABLE:
                wrong.append(f"{attempt.name}: {error!r}")
            continue
        if answer.status >= 500:
            wrong.append(f"{attempt.name}: {answer.status} {content[:300]!r}")
        elif answer.status >= 400 and len(attempt.target) < UNSENDABLE and not _is_told(kind, content):
            wrong.append(f"{attempt.name}: {answer.status} as {kind!r}")
    connection.close()
    return count, wrong


def _is_told(kind: str, content: bytes) -> bool:
    """RFC 9457; at /mcp the protocol asks for errors of JSON-RPC."""
    if "problem+json" in kind:
        return True
    return kind == "application/json" and {"jsonrpc", "error"} <= json.loads(content).keys()


def _encoded(row: dict[str, Any]) -> str:
    """The text of a line as it stands in a URL: `raw` is encoded already, `text` is repeated `times`."""
    if "raw" in row:
        return str(row["raw"]) * int(row.get("times", 1))
    text = str(row["text"]) * int(row.get("times", 1))
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _target(path: str, parameters: list[dict[str, Any]], tried: dict[str, Any], text: str) -> str:
    usual = {
        "kind": "paragraph",
        "number": "1",
        "document": "meeting-report-2031",
        "q": "x",
        "ref": "x",
        "text": "x",
    }
    asked = []
    for parameter in parameters:
        value = text if parameter is tried else usual.get(parameter["name"], "1")
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", value or "%00")
        elif parameter is tried or parameter.get("required"):
            asked.append(f"{parameter['name']}={value}")
    if tried["name"] != "q" and "/v1/search" in path and not any(one.startswith("q=") for one in asked):
        asked.append("q=x")
    return path + ("?" + "&".join(asked) if asked else "")


def _bodies(strings: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """Bodies: each string as a value, as a name, and as the whole; and what no string is."""
    lines = STRINGS.read_text(encoding="utf-8").splitlines()[1:]
    for row in map(json.loads, lines):
        if "text" not in row:
            yield row["name"], row["raw"].encode() * int(row.get("times", 1))
            continue
        text = row["text"] * int(row.get("times", 1))
        yield row["name"], json.dumps({"query": text, "text": text}).encode()
        yield f"{row['name']} as document", json.dumps({"query": "x", "document": text}).encode()
        yield f"{row['name']} as name", json.dumps({text: "x"}).encode()
        yield f"{row['name']} bare", text.encode("utf-8", "surrogatepass")
    for value in (
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "1" * 5000,
        "1e20",
        "-1",
        "null",
        "true",
        "[]",
        "{}",
    ):
        yield f"k is {value[:20]}", f'{{"query": "x", "k": {value}}}'.encode()
        yield f"year is {value[:20]}", f'{{"query": "x", "year": [{value}]}}'.encode()
    for depth in (1_000, 30_000, 100_000):
        yield f"{depth} lists deep", b'{"query": ' + b"[" * depth + b"]" * depth + b"}"
        yield f"{depth} objects deep", b'{"a":' * depth + b"1" + b"}" * depth
    yield "a name twice", b'{"query": "a", "query": "b"}'
    yield "two names of one thing", b'{"query": "a", "q": "b"}'
    yield "bytes that are no UTF-8", b'{"query": "\xff\xfe\xed\xa0\x80"}'
    yield "a byte-order mark", b'\xef\xbb\xbf{"query": "a"}'
    yield "no JSON", b"query=a"
    yield "nothing", b""
